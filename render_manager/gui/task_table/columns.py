"""The columns of the task table: title, text, and what they are sorted by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from typing import Any

from render_manager.base.i18n import N_
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task, sort_key
from render_manager.gui import text
from render_manager.service.task_service import TaskService


class Field(IntEnum):
    """Which column is where."""

    NAME = 0
    RENDERER = 1
    STATE = 2
    PROGRESS = 3
    FRAMES = 4
    FAILED = 5
    PRIORITY = 6
    ELAPSED = 7
    LEFT = 8
    OUTPUT = 9
    PROBLEM = 10


@dataclass(frozen=True, slots=True)
class Column:
    """`title` is marked with N_, `width` is logical pixels, `key` is what to sort by."""

    title: str
    width: int
    text: Callable[[Task], str]
    key: Callable[[Task], Any]
    is_figure: bool = False


Columns = dict[Field, Column]

_STATES = (
    TaskState.RUNNING,
    TaskState.PENDING,
    TaskState.PAUSED,
    TaskState.FAILED,
    TaskState.CANCELLED,
    TaskState.COMPLETED,
)


def make_columns(service: TaskService, clock: Callable[[], float]) -> Columns:
    """All columns. `clock` tells the seconds since the epoch."""
    return {
        Field.NAME: Column(N_("Task"), 200, _name, lambda task: text.natural(_name(task))),
        Field.RENDERER: _plain(N_("Renderer"), 76, lambda task: text.renderer_title(service, task)),
        Field.STATE: Column(
            N_("State"), 112, text.state_word, lambda task: _STATES.index(task.state)
        ),
        Field.PROGRESS: Column(N_("Progress"), 144, _percentage, lambda task: task.percentage),
        Field.FRAMES: _figure(N_("Frames"), 80, text.frames_done, lambda task: task.total_frames),
        Field.FAILED: _figure(N_("Failed"), 56, _failed, lambda task: task.failed_frames),
        # Sorted by it, the tasks are in the order in which they get their turn.
        Field.PRIORITY: Column(
            N_("Priority"), 104, lambda task: text.priority_text(task.priority), sort_key
        ),
        Field.ELAPSED: _figure(
            N_("Elapsed"),
            72,
            lambda task: text.duration(task.elapsed(clock()) if task.started_at else None),
            lambda task: task.elapsed(clock()),
        ),
        Field.LEFT: _figure(
            N_("Time left"), 76, lambda task: text.duration(_left(task)), _left_or_never
        ),
        Field.OUTPUT: _plain(N_("Output"), 176, lambda task: task.job.output_dir),
        Field.PROBLEM: _plain(N_("Problem"), 160, text.problem),
    }


def _plain(title: str, width: int, written: Callable[[Task], str]) -> Column:
    """Sorted by what is written."""
    return Column(title, width, written, written)


def _figure(
    title: str, width: int, written: Callable[[Task], str], key: Callable[[Task], float]
) -> Column:
    """Figures, which stand at the right."""
    return Column(title, width, written, key, is_figure=True)


def _name(task: Task) -> str:
    return task.job.name


def _percentage(task: Task) -> str:
    return f"{task.percentage:.0f} %"


def _failed(task: Task) -> str:
    return f"{task.failed_frames:,}" if task.failed_frames else ""


def _left(task: Task) -> float | None:
    return task.seconds_left() if task.state is TaskState.RUNNING else None


def _left_or_never(task: Task) -> float:
    left = _left(task)
    return inf if left is None else left
