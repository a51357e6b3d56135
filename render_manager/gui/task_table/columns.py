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
    """`text` and `key` (what to sort by) get the task and the time in seconds since the epoch."""

    title: str
    width: int
    text: Callable[[Task, float], str]
    key: Callable[[Task, float], Any]
    is_figure: bool = False


_BY_STATE = {
    state: place
    for place, state in enumerate(
        (
            TaskState.RUNNING,
            TaskState.PENDING,
            TaskState.PAUSED,
            TaskState.FAILED,
            TaskState.CANCELLED,
            TaskState.COMPLETED,
        )
    )
}


def seconds_left(task: Task) -> float | None:
    """The estimate, for tasks that are under way."""
    return task.seconds_left() if task.state is TaskState.RUNNING else None


def _left_key(task: Task, _now: float) -> float:
    left = seconds_left(task)
    return inf if left is None else left


COLUMNS: dict[Field, Column] = {
    Field.NAME: Column(
        N_("Task"), 190, lambda task, _: task.job.name, lambda task, _: text.natural(task.job.name)
    ),
    Field.RENDERER: Column(
        N_("Renderer"), 84, lambda task, _: task.job.renderer, lambda task, _: task.job.renderer
    ),
    Field.STATE: Column(
        N_("State"),
        112,
        lambda task, _: text.state_word(task),
        lambda task, _: _BY_STATE[task.state],
    ),
    Field.PROGRESS: Column(
        N_("Progress"),
        140,
        lambda task, _: f"{task.percentage:.0f} %",
        lambda task, _: task.percentage,
    ),
    Field.FRAMES: Column(
        N_("Frames"),
        88,
        lambda task, _: text.frames_done(task),
        lambda task, _: task.total_frames,
        is_figure=True,
    ),
    Field.FAILED: Column(
        N_("Failed"),
        64,
        lambda task, _: f"{task.failed_frames}" if task.failed_frames else "",
        lambda task, _: task.failed_frames,
        is_figure=True,
    ),
    # As a sort key: the order in which the tasks get their turn.
    Field.PRIORITY: Column(
        N_("Priority"),
        104,
        lambda task, _: text.priority_text(task.priority),
        lambda task, _: sort_key(task),
    ),
    Field.ELAPSED: Column(
        N_("Elapsed"),
        80,
        lambda task, now: text.duration(task.elapsed(now)) if task.started_at else text.NOTHING,
        lambda task, now: task.elapsed(now),
        is_figure=True,
    ),
    Field.LEFT: Column(
        N_("Time left"),
        80,
        lambda task, _: text.duration(seconds_left(task)),
        _left_key,
        is_figure=True,
    ),
    Field.OUTPUT: Column(
        N_("Output"), 170, lambda task, _: task.job.output_dir, lambda task, _: task.job.output_dir
    ),
    Field.PROBLEM: Column(
        N_("Problem"), 200, lambda task, _: text.problem(task), lambda task, _: text.problem(task)
    ),
}
