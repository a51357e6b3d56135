"""When each task will be done: the queue is played through, with what is ahead of a task, the machines
and the hours. Pure.

It is played twice: every frame as quick as may be expected, and as slow. Slots are shared out as
`scheduling` does it, machine after machine, but without chunks: a task takes all that it can use, the
next one what is left.
Tasks that wait for others frame by frame are taken to wait for all of them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum

from render_manager.domain.calendar import Calendar
from render_manager.domain.dependencies import Dependencies
from render_manager.domain.machines import LOCAL_NAME, is_meant
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
class Seat:
    """A machine that is there and switched on. One of speed 2.0 takes half the time for a frame;
    `hours` are its own, None is always, and so is None of `renderers` whatever there is."""

    name: str = LOCAL_NAME
    slots: int = 1
    speed: float = 1.0
    hours: str | None = None
    pools: tuple[str, ...] = ()
    renderers: Collection[str] | None = None

    def suits(self, task: Task) -> bool:
        has_it = self.renderers is None or task.job.renderer in self.renderers
        return has_it and is_meant(task, self.name, self.pools)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played: tasks in their turn, machines, hours for all, and times other than the tasks'.
    Of `limits` the slots do not count: those of the machines do."""

    tasks: Sequence[Task]
    limits: Limits
    now: float
    seats: Sequence[Seat]
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
        seats: Sequence[Seat] | None = None,
    ) -> Plan:
        """As the queue is, without what waits for a task that failed or was cancelled. Without `seats`
        this machine is all there is, with the slots of `limits`."""
        if seats is None:
            seats = [Seat(slots=limits.slots)]
        by_id = {task.id: task for task in tasks}
        is_stuck = Dependencies(by_id).is_stuck
        here = [task for task in by_id.values() if _is_to_be_rendered(task) and not is_stuck(task)]
        return cls(in_turn(here)[:MOST_TASKS], limits, now, seats, hours or None, tz=tz)

    def times_of(self, task: Task) -> TimeWishes:
        return (self.times or {}).get(task.id, task.times)

    def earlier(self, task: Task) -> list[Task]:
        """What is to be rendered before it, as it waits for that, directly or through others."""
        by_id = {each.id: each for each in self.tasks}
        found: set[int] = set()
        left = [task]
        while left:
            ids = {each.task_id for each in left.pop().after if each.task_id in by_id} - found
            found |= ids
            left += [by_id[each] for each in ids]
        return [each for each in self.tasks if each.id in found]

    def with_first(self, task: Task) -> Plan:
        """With what it waits for right before it."""
        first = [*self.earlier(task), task]
        return replace(self, tasks=[*first, *(each for each in self.tasks if each not in first)])

    def without_hours(self, task: Task) -> Plan:
        """As if the task could run at any time from now on."""
        free = replace(self.times_of(task), start_at=None, hours="always")
        return replace(self, times={**(self.times or {}), task.id: free})

    def with_one_more_slot(self) -> Plan:
        """On the first machine."""
        rooms = {name: room + 1 for name, room in self.limits.per_renderer.items()}
        seats = [replace(each, slots=each.slots + 1) for each in self.seats[:1]]
        return replace(
            self,
            limits=replace(self.limits, per_renderer=rooms),
            seats=[*seats, *self.seats[1:]],
        )


@dataclass(slots=True)
class _Work:
    """What is left of a task, in seconds of one slot of a machine of speed 1; `places` are those that
    suit it, by their place among the machines."""

    task: Task
    left: float
    per_frame: float
    begins: float
    hours: str | None
    places: list[int]


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
    known: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for task in plan.tasks:
        times = plan.times_of(task)
        begins = max(times.start_at or 0.0, task.retry_at or 0.0, plan.now)
        seconds, per_frame = _seconds(task, end)
        kind = task.job.renderer, task.kept_to
        places = known.get(kind)
        if places is None:
            suiting = (place for place, seat in enumerate(plan.seats) if seat.suits(task))
            places = known[kind] = list(suiting)
        works.append(_Work(task, seconds, per_frame, begins, times.hours or plan.hours, places))
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
    waiting, openings = list(works), _Openings(works, plan.seats, calendar)
    at, end = plan.now, min(until, plan.now + HORIZON)
    for _step in range(MOST_STEPS):
        if not waiting or at >= end:
            break
        shares = _share_out(waiting, plan, calendar, at)
        moments = [at + work.left / pace for work, pace in shares]
        moment = min([*moments, openings.next(at), end])
        for work, pace in shares:
            work.left = max(0.0, work.left - (moment - at) * pace)
            if work.left <= EPSILON * pace:
                work.left = 0.0
                ends[work.task.id] = moment
        if any(work.left == 0.0 for work, _pace in shares):
            waiting = [work for work in waiting if work.task.id not in ends]
        at = moment
    return ends


def _share_out(
    waiting: list[_Work], plan: Plan, calendar: Calendar, at: float
) -> list[tuple[_Work, float]]:
    """Who is at work, and at which pace: how many seconds of its work a second makes."""
    room = _Room(plan, calendar, at)
    unfinished = {work.task.id for work in waiting}
    shares: list[tuple[_Work, float]] = []
    for work in waiting:
        if work.begins > at or not calendar.is_open(work.hours, at):
            continue
        if any(each.task_id in unfinished for each in work.task.after):
            continue
        if pace := room.take(work):
            shares.append((work, pace))
        if not room.free:
            break
    return shares


class _Room:
    """What is free on the machines at a moment; `free` are slots by the place of the machine."""

    def __init__(self, plan: Plan, calendar: Calendar, at: float) -> None:
        self._seats = plan.seats
        self._limits = plan.limits
        self.free = {
            place: seat.slots
            for place, seat in enumerate(plan.seats)
            if seat.slots > 0 and calendar.is_open(seat.hours, at)
        }
        self._by_renderer: Counter[tuple[int, str]] = Counter()
        self._used: Counter[tuple[str, int | None]] = Counter()

    def take(self, work: _Work) -> float:
        """The pace of all slots that it can use."""
        wanted, pace, renderer = _most_slots(work), 0.0, work.task.job.renderer
        needs = {what: n for what, n in self._limits.supply.needs_of(work.task).items() if n}
        is_limited = bool(needs) or renderer in self._limits.per_renderer
        for place in work.places:
            slots = min(wanted, self.free.get(place, 0))
            if is_limited:
                slots = self._limited(slots, renderer, place, needs)
            if not slots:
                continue
            self.free[place] -= slots
            pace += slots * self._seats[place].speed
            wanted -= slots
            if not wanted:
                break
        self.free = {place: slots for place, slots in self.free.items() if slots}
        return pace

    def _limited(self, slots: int, renderer: str, place: int, needs: Mapping[str, int]) -> int:
        """So many of the slots as the limits allow on a machine; they are counted as taken."""
        most = self._limits.per_renderer.get(renderer)
        if most is not None:
            slots = min(slots, most - self._by_renderer[place, renderer])
        for what, amount in needs.items():
            limit = self._limits.supply.limits.get(what)
            left = 0 if limit is None else limit.amount - self._used[self._key(what, place)]
            slots = min(slots, left // amount)
        slots = max(0, slots)
        self._by_renderer[place, renderer] += slots
        for what, amount in needs.items():
            self._used[self._key(what, place)] += slots * amount
        return slots

    def _key(self, what: str, place: int) -> tuple[str, int | None]:
        """A limit, and the machine whose own it is."""
        limit = self._limits.supply.limits.get(what)
        return what, place if limit is not None and limit.per_machine else None


def _most_slots(work: _Work) -> int:
    """No more than it has frames."""
    if math.isinf(work.left):
        return max(1, math.ceil(_frames_left(work.task)))
    return max(1, math.ceil(work.left / work.per_frame - EPSILON))


class _Openings:
    """When a task or a machine may run that may not now, or the other way round."""

    def __init__(self, works: list[_Work], seats: Sequence[Seat], calendar: Calendar) -> None:
        self._begins = sorted({work.begins for work in works})
        self._tables = {work.hours for work in works} | {seat.hours for seat in seats}
        self._calendar = calendar

    def next(self, at: float) -> float:
        place = bisect_right(self._begins, at)
        changes = (self._calendar.next_change(table, at) for table in self._tables)
        return min(
            [*self._begins[place : place + 1], *(each for each in changes if each is not None)],
            default=math.inf,
        )
