"""When each task will be done: the queue is played through, with what is ahead of a task, the slots
and the hours. Pure.

It is played twice: every frame as quick as may be expected, and as slow. Slots are shared out as
`scheduling` does it, but without chunks: a task takes all that it can use, the next one what is left.
Tasks that wait for others frame by frame are taken to wait for all of them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum

from render_manager.domain.calendar import Calendar
from render_manager.domain.dependencies import Dependencies
from render_manager.domain.scheduling import Limits
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import Task, in_turn
from render_manager.domain.timetable import TimeWishes

HORIZON = 60 * 86_400
"""Seconds; what takes longer is in no foreseeable time."""

MOST_TASKS = 250
"""Those at the head of the queue; of what is behind them nothing is said."""

MOST_STEPS = 10_000
EPSILON = 1e-6


class Verdict(StrEnum):
    """Whether a task will be done when it should be."""

    WILL = "will"
    MAY = "may"
    WILL_NOT = "will_not"


@dataclass(frozen=True, slots=True)
class Ready:
    """When a task will be done, from … to. None is in no foreseeable time, or not known: then
    `unknown` is the task of which a frame must be rendered first."""

    earliest: float | None = None
    latest: float | None = None
    unknown: Task | None = None

    def verdict(self, by: float) -> Verdict | None:
        """None if nothing can be said."""
        if self.unknown is not None:
            return None
        if self.earliest is None or self.earliest > by:
            return Verdict.WILL_NOT
        return Verdict.WILL if self.latest is not None and self.latest <= by else Verdict.MAY


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played: tasks in their turn, slots, hours for all, and times other than the tasks'."""

    tasks: Sequence[Task]
    limits: Limits
    now: float
    hours: str | None = None
    times: Mapping[int, TimeWishes] | None = None
    tz: tzinfo | None = None

    @classmethod
    def of(
        cls,
        tasks: Iterable[Task],
        limits: Limits,
        now: float,
        hours: str | None = None,
        tz: tzinfo | None = None,
    ) -> Plan:
        """As the queue is, without what waits for a task that failed or was cancelled."""
        by_id = {task.id: task for task in tasks}
        is_stuck = Dependencies(by_id).is_stuck
        here = [task for task in by_id.values() if _is_to_be_rendered(task) and not is_stuck(task)]
        return cls(in_turn(here)[:MOST_TASKS], limits, now, hours or None, tz=tz)

    def times_of(self, task: Task) -> TimeWishes:
        return (self.times or {}).get(task.id, task.times)

    def with_first(self, task: Task) -> Plan:
        return replace(self, tasks=[task, *(each for each in self.tasks if each is not task)])

    def without_hours(self, task: Task) -> Plan:
        """As if the task could run at any time from now on."""
        free = replace(self.times_of(task), start_at=None, hours="always")
        return replace(self, times={**(self.times or {}), task.id: free})

    def with_one_more_slot(self) -> Plan:
        rooms = {name: room + 1 for name, room in self.limits.per_renderer.items()}
        return replace(
            self, limits=replace(self.limits, slots=self.limits.slots + 1, per_renderer=rooms)
        )


@dataclass(slots=True)
class _Work:
    """What is left of a task, in seconds of one slot."""

    task: Task
    left: float
    per_frame: float
    begins: float
    hours: str | None


def foresee(plan: Plan) -> dict[int, Ready]:
    """When each task of the plan will be done, by its id."""
    calendar = Calendar(plan.now, plan.tz)
    quick, slow = (_play(_works(plan, end), plan, calendar) for end in (0, 1))
    unknown: Task | None = None
    found: dict[int, Ready] = {}
    for task in plan.tasks:
        if unknown is None and task.timing.frame is None:
            unknown = task
        if task.timing.frame is None:
            found[task.id] = Ready(unknown=task)
        elif slow.get(task.id) is None and unknown is not None:
            found[task.id] = Ready(unknown=unknown)
        else:
            found[task.id] = Ready(quick.get(task.id), slow.get(task.id))
    return found


def frames_by(plan: Plan, task: Task, by: float) -> int:
    """How many frames of the task will be there at that time, at an average pace; at least those
    that are."""
    works = _works(plan, 0.5)
    _play(works, plan, Calendar(plan.now, plan.tz), until=by)
    left = next((work.left / work.per_frame for work in works if work.task is task), 0.0)
    return max(task.completed_frames, task.total_frames - math.ceil(left - EPSILON))


def _is_to_be_rendered(task: Task) -> bool:
    counts = task.frames.counts
    has_frames = counts[FrameState.PENDING] + counts[FrameState.RENDERING] > 0
    return task.wish is Wish.RUN and has_frames and not task.is_broken


def _works(plan: Plan, end: float) -> list[_Work]:
    """`end` is 0 for quick frames, 1 for slow ones."""
    works: list[_Work] = []
    for task in plan.tasks:
        times = plan.times_of(task)
        begins = max(times.start_at or 0.0, task.retry_at or 0.0, plan.now)
        seconds, per_frame = _seconds(task, end)
        works.append(_Work(task, seconds, per_frame, begins, times.hours or plan.hours))
    return works


def _seconds(task: Task, end: float) -> tuple[float, float]:
    """What is left of the task and what a frame takes; for ever before the first frame."""
    frames = _frames_left(task)
    estimate = task.timing.seconds_for(frames)
    if estimate is None:
        return math.inf, math.inf
    low, high = estimate
    seconds = low + (high - low) * end
    startup = 0.0 if task.runs else task.timing.startup or 0.0
    return seconds + startup, max(EPSILON, seconds / max(frames, EPSILON))


def _frames_left(task: Task) -> float:
    """Those that failed are not rendered again by themselves."""
    counts = task.frames.counts
    partial = sum(sum(run.progress.values()) for run in task.runs.values()) / 100
    return max(0.0, counts[FrameState.PENDING] + counts[FrameState.RENDERING] - partial)


# --- playing it through ---------------------------------------------------------------------------


def _play(
    works: list[_Work], plan: Plan, calendar: Calendar, until: float = math.inf
) -> dict[int, float]:
    """When each ends that does, by task; `works` are left as they are then."""
    ends: dict[int, float] = {}
    waiting, openings = list(works), _Openings(works, calendar)
    at, end = plan.now, min(until, plan.now + HORIZON)
    for _step in range(MOST_STEPS):
        if not waiting or at >= end:
            break
        shares = _share_out(waiting, plan.limits, calendar, at)
        moments = [at + work.left / slots for work, slots in shares]
        moment = min([*moments, openings.next(at), end])
        for work, slots in shares:
            work.left = max(0.0, work.left - (moment - at) * slots)
            if work.left <= EPSILON * slots:
                work.left = 0.0
                ends[work.task.id] = moment
        if any(work.left == 0.0 for work, _slots in shares):
            waiting = [work for work in waiting if work.task.id not in ends]
        at = moment
    return ends


def _share_out(
    waiting: list[_Work], limits: Limits, calendar: Calendar, at: float
) -> list[tuple[_Work, int]]:
    free = limits.slots
    rooms = {work.task.job.renderer: free for work in waiting} | dict(limits.per_renderer)
    left = {name: limit.amount for name, limit in limits.supply.limits.items()}
    unfinished = {work.task.id for work in waiting}
    shares: list[tuple[_Work, int]] = []
    for work in waiting:
        name = work.task.job.renderer
        if not rooms[name] or work.begins > at or not calendar.is_open(work.hours, at):
            continue
        if any(each.task_id in unfinished for each in work.task.after):
            continue
        needs = {what: n for what, n in limits.supply.needs_of(work.task).items() if n}
        enough = min((left.get(what, 0) // n for what, n in needs.items()), default=free)
        slots = min(free, rooms[name], _most_slots(work), enough)
        if not slots:
            continue
        left |= {what: left[what] - slots * n for what, n in needs.items()}
        rooms[name] -= slots
        free -= slots
        shares.append((work, slots))
        if not free:
            break
    return shares


def _most_slots(work: _Work) -> int:
    """No more than it has frames."""
    if math.isinf(work.left):
        return max(1, math.ceil(_frames_left(work.task)))
    return max(1, math.ceil(work.left / work.per_frame - EPSILON))


class _Openings:
    """When a task may run that may not now, or the other way round."""

    def __init__(self, works: list[_Work], calendar: Calendar) -> None:
        self._begins = sorted({work.begins for work in works})
        self._tables = {work.hours for work in works}
        self._calendar = calendar

    def next(self, at: float) -> float:
        place = bisect_right(self._begins, at)
        changes = (self._calendar.next_change(table, at) for table in self._tables)
        return min(
            [*self._begins[place : place + 1], *(each for each in changes if each is not None)],
            default=math.inf,
        )
