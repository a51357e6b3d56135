"""The columns of the task table: title, text, and what they are sorted by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from math import inf
from typing import Any

from render_manager.base.i18n import N_, _
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task, sort_key
from render_manager.domain.timetable import Timetable
from render_manager.gui import text
from render_manager.service.queue_service import QueueService


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
    READY = 9
    AVERAGE = 10
    OUTPUT = 11
    PROBLEM = 12
    NUMBER = 13


@dataclass(frozen=True, slots=True)
class Column:
    """`title` is marked with N_, `width` is logical pixels, `key` is what to sort by.

    `about`, marked too, says what the title leaves open; `is_spare` leaves the column out until
    the user asks for it.
    """

    title: str
    width: int
    text: Callable[[Task], str]
    key: Callable[[Task], Any]
    is_figure: bool = False
    is_spare: bool = False
    about: str = ""


Columns = dict[Field, Column]

_STATES = (
    TaskState.RUNNING,
    TaskState.PENDING,
    TaskState.PAUSED,
    TaskState.FAILED,
    TaskState.CANCELLED,
    TaskState.COMPLETED,
)


def make_columns(service: QueueService, clock: Callable[[], float]) -> Columns:
    """All columns. `clock` tells the seconds since the epoch.

    Those that are not spare fit a window of 1280 pixels, the last one taking what is left.
    """
    return _about_the_task(service, clock) | _about_time(service, clock) | _about_files()


def _about_the_task(service: QueueService, clock: Callable[[], float]) -> Columns:
    return {
        Field.NAME: Column(N_("Task"), 224, _name, lambda task: text.natural(_name(task))),
        Field.RENDERER: _plain(
            N_("Renderer"), 96, partial(text.renderer_title, service), is_spare=True
        ),
        Field.STATE: Column(
            N_("State"),
            112,
            partial(_state, service, clock),
            lambda task: _STATES.index(task.state),
        ),
        Field.PROGRESS: Column(N_("Progress"), 152, _percentage, lambda task: task.percentage),
        Field.FRAMES: _figure(N_("Frames"), 88, text.frames_done, lambda task: task.total_frames),
        Field.FAILED: _figure(N_("Failed"), 64, _failed, lambda task: task.failed_frames),
        Field.PRIORITY: Column(
            N_("Priority"),
            104,
            lambda task: text.priority_text(task.priority),
            sort_key,
            about=N_("Sorted by it, the tasks are in the order in which they get their turn."),
        ),
    }


def _about_time(service: QueueService, clock: Callable[[], float]) -> Columns:
    return {
        Field.ELAPSED: _figure(
            N_("Elapsed"),
            80,
            lambda task: text.duration(task.elapsed(clock()) if task.started_at else None),
            lambda task: task.elapsed(clock()),
        ),
        Field.LEFT: _figure(
            N_("Time left"),
            96,
            _left_text,
            _left_or_never,
            about=N_("From … to, as the frames so far scatter; four in five tasks end in between."),
        ),
        Field.READY: _figure(
            N_("Ready"),
            112,
            partial(_ready_text, service, clock),
            partial(_ready_or_never, service),
            about=N_(
                "When it will be done, from … to, counting what is ahead of it and the hours. Red is "
                "later than it should be."
            ),
        ),
        Field.AVERAGE: _figure(
            N_("Per frame"),
            80,
            lambda task: text.NOTHING if not task.timing.frame else text.precise(task.timing.frame),
            lambda task: task.timing.frame or 0.0,
            about=N_("The average time of a frame; the newer ones count more."),
        ),
    }


def _about_files() -> Columns:
    return {
        Field.OUTPUT: _plain(N_("Output"), 200, lambda task: task.job.output_dir, is_spare=True),
        Field.PROBLEM: _plain(N_("Problem"), 160, text.problem),
        Field.NUMBER: Column(
            N_("ID"),
            56,
            lambda task: str(task.id),
            lambda task: task.id,
            is_figure=True,
            is_spare=True,
        ),
    }


def _plain(
    title: str, width: int, written: Callable[[Task], str], *, is_spare: bool = False
) -> Column:
    """Sorted by what is written."""
    return Column(title, width, written, written, is_spare=is_spare)


def _figure(
    title: str,
    width: int,
    written: Callable[[Task], str],
    key: Callable[[Task], float],
    about: str = "",
) -> Column:
    """Figures, which stand at the right."""
    return Column(title, width, written, key, is_figure=True, about=about)


def _name(task: Task) -> str:
    return task.job.name


def _state(service: QueueService, clock: Callable[[], float], task: Task) -> str:
    """Its state, or when it starts, where that is what it waits for."""
    if task.state is not TaskState.PENDING or not task.is_inspected:
        return text.state_word(task)
    table = Timetable(clock(), service.settings.render_hours)
    if table.is_open(task) or (at := table.opens_at(task)) is None:
        return text.state_word(task)
    return _("From {time}").format(time=text.day_or_time(at, table.now))


def _percentage(task: Task) -> str:
    return f"{task.percentage:.0f} %"


def _failed(task: Task) -> str:
    return f"{task.failed_frames:,}" if task.failed_frames else ""


def _ready_text(service: QueueService, clock: Callable[[], float], task: Task) -> str:
    ready = service.readiness.of(task)
    if ready is None or ready.earliest is None:
        return text.NOTHING
    return text.moment_range(ready.earliest, ready.latest, clock())


def _ready_or_never(service: QueueService, task: Task) -> float:
    ready = service.readiness.of(task)
    return inf if ready is None or ready.latest is None else ready.latest


def _left(task: Task) -> tuple[float, float] | None:
    return task.seconds_left() if task.state is TaskState.RUNNING else None


def _left_text(task: Task) -> str:
    left = _left(task)
    return text.NOTHING if left is None else text.duration_range(*left)


def _left_or_never(task: Task) -> float:
    left = _left(task)
    return inf if left is None else sum(left)
