"""A task in full as plain values, and back: how another machine's window knows it.

What is told follows from the dataclasses of the domain; only what is large is written shorter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from render_manager.domain.events import RunEnded
from render_manager.domain.frames import MAX_FRAMES, MAX_NUMBER, FrameTable
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.service.vitals import Vitals

Number = Annotated[int, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)]
MOST_SECONDS = 1e11
"""Since 1970, or that anything takes; what is more is no time that can be shown."""

Seconds = Annotated[float, Field(ge=-MOST_SECONDS, le=MOST_SECONDS, allow_inf_nan=False)]
Stretch = tuple[Number, Number, Number]
"""Frames from … to, every so many."""

_SAME = re.compile(rb"(.)\1*", re.DOTALL)


class FramesTold(BaseModel):
    """All frames of a task, and the state of each: `states` are pairs of a state (0 pending, 1
    rendering, 2 completed, 3 failed) and for how many frames it holds."""

    numbers: list[Stretch]
    states: list[tuple[int, Annotated[int, Field(ge=1)]]]


_BOUNDED = {float: Seconds, float | None: Seconds | None}


def _told_of(kind: type[Any], name: str, without: Iterable[str] = (), **other: Any) -> Any:
    """A model with the fields of a dataclass, but for those that are told otherwise. All numbers
    with a fraction are times."""
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind) if each.name not in without]
    said = {name: _BOUNDED.get(hints[name], hints[name]) for name in names}
    return create_model(
        name,
        __config__=ConfigDict(title=name),
        __doc__=kind.__doc__,
        **{key: (hint, ...) for key, hint in said.items()} | other,
    )


RunTold = _told_of(Run, "RunTold", frames=(list[Stretch], ...))

TaskTold = _told_of(
    Task,
    "TaskTold",
    without=("doubts",),
    frames=(FramesTold | None, Field(None, description="None where they are as told before")),
    runs=(dict[int, RunTold], ...),  # type: ignore[valid-type]
)

_RUN, _TASK, _END = TypeAdapter(RunTold), TypeAdapter(TaskTold), TypeAdapter(RunEnded | None)
_DETAIL, _VITALS = TypeAdapter(FrameDetail), TypeAdapter(Vitals)

NAMES = tuple(name for name in TaskTold.model_fields if name not in ("frames", "runs"))
"""The fields that are told as they are."""


# --- to plain values ------------------------------------------------------------------------------


def tell_task(task: Task, *, with_frames: bool = True) -> dict[str, Any]:
    """All of a task, as JSON has it. Without its frames where these are known already."""
    told = TaskTold.model_construct(
        **{name: getattr(task, name) for name in NAMES},
        frames=_frames_told(task.frames) if with_frames else None,
        runs={id_: _run_told(run) for id_, run in task.runs.items()},
    )
    said: dict[str, Any] = _TASK.dump_python(told, mode="json")
    return said


def tell_run(run: Run) -> dict[str, Any]:
    said: dict[str, Any] = _RUN.dump_python(_run_told(run), mode="json")
    return said


def tell_end(end: RunEnded | None) -> dict[str, Any] | None:
    said: dict[str, Any] | None = _END.dump_python(end, mode="json")
    return said


def tell_detail(detail: FrameDetail) -> dict[str, Any]:
    said: dict[str, Any] = _DETAIL.dump_python(detail, mode="json")
    return said


def tell_vitals(vitals: Vitals) -> dict[str, Any]:
    said: dict[str, Any] = _VITALS.dump_python(vitals, mode="json")
    return said


# --- and back -------------------------------------------------------------------------------------


def task_of(said: Any) -> tuple[Task, bool]:
    """The task, and whether its frames were told with it. Raises ValueError."""
    told = _TASK.validate_python(said)
    task = Task(
        **{name: getattr(told, name) for name in NAMES},
        runs={id_: _run_of(run) for id_, run in told.runs.items()},
    )
    if told.frames is not None:
        task.frames = _table_of(told.frames)
    return task, told.frames is not None


def run_of(said: Any) -> Run:
    """Raises ValueError."""
    return _run_of(_RUN.validate_python(said))


def end_of(said: Any) -> RunEnded | None:
    """Raises ValueError."""
    return _END.validate_python(said)


def detail_of(said: Any) -> FrameDetail:
    """Raises ValueError."""
    return _DETAIL.validate_python(said)


def vitals_of(said: Any) -> Vitals:
    """Raises ValueError."""
    return _VITALS.validate_python(said)


# --- what is written shorter ----------------------------------------------------------------------


def _run_told(run: Run) -> Any:
    said = {each.name: getattr(run, each.name) for each in fields(Run)}
    return RunTold.model_construct(**said | {"frames": stretches(run.frames)})


def _run_of(told: Any) -> Run:
    return Run(**vars(told) | {"frames": tuple(_numbers(told.frames))})


def _frames_told(table: FrameTable) -> FramesTold:
    states = [(same[0][0], len(same[0])) for same in _SAME.finditer(table.states)]
    return FramesTold(numbers=stretches(table.numbers), states=states)


def _table_of(told: FramesTold) -> FrameTable:
    if sum(count for _state, count in told.states) > MAX_FRAMES:
        raise ValueError("more frames than a task has")
    states = b"".join(bytes((FrameState(state),)) * count for state, count in told.states)
    return FrameTable(_numbers(told.numbers), states)


def stretches(numbers: Sequence[int]) -> list[Stretch]:
    """Rising numbers as few stretches."""
    if isinstance(numbers, range):
        return [(numbers[0], numbers[-1], numbers.step)] if numbers else []
    found: list[list[int]] = []
    for number in numbers:
        if found and number - found[-1][1] == 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [(first, last, 1) for first, last in found]


def _numbers(told: Sequence[Stretch]) -> Sequence[int]:
    ranges = [range(first, last + 1, step) for first, last, step in told]
    if sum(map(len, ranges)) > MAX_FRAMES:
        raise ValueError("more frames than a task has")
    return ranges[0] if len(ranges) == 1 else [number for each in ranges for number in each]
