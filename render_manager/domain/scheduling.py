"""Who is next: pure functions from the queue to the chunk that a free slot should render.

A chunk is sized from what the task's runs have taught, so that starting up stays under 5 % of a
run, and no longer than needed for that, so that another task gets its turn soon.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest

from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import Task, Timing, band, sort_key

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


def next_chunk(
    tasks: Iterable[Task], limits: Limits, now: float, giving_way: frozenset[str] = frozenset()
) -> Chunk | None:
    """The next run to start, or None if nothing waits or no slot is free.

    `giving_way` names the renderers that can stop at a frame border.
    """
    tasks = list(tasks)
    busy = Counter(task.job.renderer for task in tasks for _ in task.runs)
    free = limits.slots - busy.total()
    if free <= 0:
        return None
    waiting = [task for task in tasks if is_waiting(task, now) and _has_room(task, busy, limits)]
    for task in sorted(waiting, key=sort_key):
        most = chunk_size(task.timing, gives_way=task.job.renderer in giving_way)
        frames = task.unassigned(_fair_share(task, most, free, others=len(waiting) - 1))
        if frames:
            return Chunk(task.id, tuple(frames))
    return None


def _has_room(task: Task, busy: Counter[str], limits: Limits) -> bool:
    return busy[task.job.renderer] < limits.per_renderer.get(task.job.renderer, limits.slots)


def _fair_share(task: Task, most: int, free: int, others: int) -> int:
    """Split a task's last frames over the slots that would otherwise stand idle."""
    slots = max(1, free - others)
    pending = task.frames.counts[FrameState.PENDING]
    return min(most, math.ceil(pending / slots))


def runs_to_give_way(
    tasks: Iterable[Task], limits: Limits, now: float, giving_way: frozenset[str] = frozenset()
) -> list[int]:
    """The runs to stop at the next frame border: of paused tasks, and for tasks of a higher band."""
    tasks = list(tasks)
    paused = [
        run.id
        for task in tasks
        if task.wish is Wish.PAUSE and task.job.renderer in giving_way
        for run in task.runs.values()
        if not run.is_giving_way
    ]
    return paused + _runs_to_preempt(tasks, limits, now, giving_way)


def _runs_to_preempt(
    tasks: list[Task], limits: Limits, now: float, giving_way: frozenset[str]
) -> list[int]:
    under_way = [(task, run) for task in tasks for run in task.runs.values()]
    candidates = sorted(
        (task.priority, -run.started_at, run.id)
        for task, run in under_way
        if task.job.renderer in giving_way and task.wish is Wish.RUN and not run.is_giving_way
    )
    if not candidates:
        return []
    free = limits.slots - len(under_way) + sum(run.is_giving_way for _, run in under_way)
    wanted = nsmallest(
        len(candidates) + max(0, free),
        (task for task in tasks if is_waiting(task, now) and not task.runs),
        key=sort_key,
    )
    chosen: list[int] = []
    for task in wanted[max(0, free) :]:
        if not candidates or band(candidates[0][0]) >= band(task.priority):
            break
        chosen.append(candidates.pop(0)[2])
    return chosen
