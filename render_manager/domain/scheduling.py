"""Who is next: pure functions from the queue to the chunk that a free slot should render.

A chunk is sized from what the task's runs have taught, so that starting up stays under 5 % of a
run, and no longer than needed for that, so that another task gets its turn soon.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import Run, Task, Timing, band, in_turn, sort_key
from render_manager.domain.timetable import Timetable

STARTUP_SHARE = 0.05
"""The most of a run's time that may go into starting up."""

SHORTEST_RUN_SECONDS = 30.0
"""Shorter runs are not worth a process of their own, whatever the start-up takes."""

FIRST_CHUNK = 4
"""Frames of a task's first run, when nothing is known of it and it cannot give way."""

FIRST_CHUNK_GIVING_WAY = 64
"""The same for a renderer that stops at a frame border when asked, where a long chunk costs nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many runs may be under way, in all and per renderer."""

    slots: int = 1
    per_renderer: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The frames to hand to one run."""

    task_id: int
    frames: tuple[int, ...]


def _own_timing(task: Task) -> Timing:
    return task.timing


def _none(_task: Task) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Place:
    """A machine that chunks are made for: the runs that count are its own.

    `timing` is how long it takes for a task; `free_elsewhere` are the slots on other machines that
    stand idle and may be given the task as well.
    """

    machine: str = ""
    timing: Callable[[Task], Timing] = _own_timing
    free_elsewhere: Callable[[Task], int] = _none

    def runs(self, task: Task) -> list[Run]:
        return [run for run in task.runs.values() if run.machine == self.machine]


HERE = Place()


def chunk_size(timing: Timing, *, gives_way: bool) -> int:
    """How many frames the next run of a task should get."""
    if timing.frame is None:
        return FIRST_CHUNK_GIVING_WAY if gives_way else FIRST_CHUNK
    startup = timing.startup or 0.0
    wanted = max(SHORTEST_RUN_SECONDS, startup / STARTUP_SHARE - startup)
    return max(1, math.ceil(wanted / max(timing.frame, 0.001)))


def is_waiting(task: Task, now: float) -> bool:
    """Whether the task has frames to render and may start a run now."""
    return (
        task.wish is Wish.RUN
        and task.frames.counts[FrameState.PENDING] > 0
        and (task.retry_at is None or task.retry_at <= now)
    )


def _held_by_nothing(_task: Task) -> bool:
    return False


def next_chunk(
    tasks: Iterable[Task],
    limits: Limits,
    now: float,
    giving_way: frozenset[str] = frozenset(),
    holds: Callable[[Task], bool] = _held_by_nothing,
    timetable: Timetable | None = None,
    place: Place = HERE,
) -> Chunk | None:
    """The next run to start on a machine, or None if nothing waits or no slot is free there.

    `giving_way` names the renderers that can stop at a frame border; `holds` says that a task may
    not start; `timetable` knows the hours, without one they are always.
    """
    tasks, table = list(tasks), timetable or Timetable(now)
    busy = Counter(task.job.renderer for task in tasks for _ in place.runs(task))
    free = limits.slots - busy.total()
    if free <= 0:
        return None
    waiting = [task for task in tasks if is_waiting(task, now) and _has_room(task, busy, limits)]
    waiting = [task for task in waiting if table.is_open(task) and not holds(task)]
    for task in sorted(waiting, key=sort_key):
        gives_way = task.job.renderer in giving_way
        timing = place.timing(task)
        most: float = chunk_size(timing, gives_way=gives_way)
        if not gives_way:
            most = min(most, _frames_until(table.closes_at(task), timing, now))
        idle = free + place.free_elsewhere(task)
        frames = task.unassigned(_fair_share(task, most, idle, others=len(waiting) - 1))
        if frames:
            return Chunk(task.id, tuple(frames))
    return None


def _frames_until(end: float | None, timing: Timing, now: float) -> float:
    """How many frames a run may have that cannot give way when its hours end; one at least."""
    if end is None:
        return math.inf
    if timing.frame is None:
        return 1
    seconds = end - now - (timing.startup or 0.0)
    return max(1, int(seconds / max(timing.frame, 0.001)))


def _has_room(task: Task, busy: Counter[str], limits: Limits) -> bool:
    return busy[task.job.renderer] < limits.per_renderer.get(task.job.renderer, limits.slots)


def _fair_share(task: Task, most: float, free: int, others: int) -> int:
    """Split a task's last frames over the slots that would otherwise stand idle."""
    slots = max(1, free - others)
    pending = task.frames.counts[FrameState.PENDING] - _given_not_begun(task)
    return int(min(most, math.ceil(pending / slots)))


def _given_not_begun(task: Task) -> int:
    """The pending frames that runs were given already."""
    given = (task.frames.index(frame) for run in task.runs.values() for frame in run.frames)
    return sum(i is not None and task.frames.state(i) is FrameState.PENDING for i in given)


def runs_to_give_way(
    tasks: Iterable[Task],
    limits: Limits,
    now: float,
    giving_way: frozenset[str] = frozenset(),
    holds: Callable[[Task], bool] = _held_by_nothing,
    timetable: Timetable | None = None,
    place: Place = HERE,
) -> list[int]:
    """The runs of a machine to stop at the next frame border: of paused tasks, of those whose hours
    are over, and for tasks of a higher band."""
    tasks, table = list(tasks), timetable or Timetable(now)
    over = [
        run.id
        for task in tasks
        if (task.wish is Wish.PAUSE or (task.runs and not table.is_open(task)))
        and task.job.renderer in giving_way
        for run in place.runs(task)
        if not run.is_giving_way
    ]
    open_ = [task for task in tasks if task.runs or table.is_open(task)]
    preempted = _runs_to_preempt(open_, limits, now, giving_way, holds, place)
    return over + [run_id for run_id in preempted if run_id not in over]


def _runs_to_preempt(
    tasks: list[Task],
    limits: Limits,
    now: float,
    giving_way: frozenset[str],
    holds: Callable[[Task], bool],
    place: Place,
) -> list[int]:
    """The runs whose end gives room to a waiting task of a higher band, the least urgent first."""
    candidates = _candidates(tasks, giving_way, place)
    if not candidates:
        return []
    staying = Counter(
        task.job.renderer for task in tasks for run in place.runs(task) if not run.is_giving_way
    )
    chosen: list[int] = []
    for task in _waiting_above(tasks, now, candidates[0][0].priority):
        if holds(task):
            continue
        if not (staying.total() < limits.slots and _has_room(task, staying, limits)):
            given_up = _giving_room(task, candidates, staying, limits)
            if given_up is None:
                continue
            candidates.remove(given_up)
            chosen.append(given_up[1].id)
            staying[given_up[0].job.renderer] -= 1
        staying[task.job.renderer] += 1
    return chosen


def _candidates(
    tasks: list[Task], giving_way: frozenset[str], place: Place
) -> list[tuple[Task, Run]]:
    """The runs that could give way: of the lowest priority first, and of those the youngest."""
    able = (task for task in tasks if task.job.renderer in giving_way and task.wish is Wish.RUN)
    runs = ((task, run) for task in able for run in place.runs(task) if not run.is_giving_way)
    return sorted(runs, key=lambda pair: (pair[0].priority, -pair[1].started_at, pair[1].id))


def _waiting_above(tasks: list[Task], now: float, priority: int) -> list[Task]:
    """The tasks without a run that wait, of a higher band than that of `priority`, in their turn."""
    lowest = band(priority)
    return in_turn(
        [t for t in tasks if band(t.priority) > lowest and not t.runs and is_waiting(t, now)]
    )


def _giving_room(
    task: Task, candidates: list[tuple[Task, Run]], staying: Counter[str], limits: Limits
) -> tuple[Task, Run] | None:
    """The first run of a lower band whose end gives room to `task`.

    Where its renderer has as many runs as it may, no other renderer's run helps: the slot would go
    back to the task that gave way, again and again.
    """
    needs_same = not _has_room(task, staying, limits)
    for other, run in candidates:
        if band(other.priority) >= band(task.priority):
            return None
        if not needs_same or other.job.renderer == task.job.renderer:
            return other, run
    return None
