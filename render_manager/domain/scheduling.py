"""Who is next: pure functions from the queue to the chunk that a free slot should render.

A chunk is sized from what the task's runs have taught, so that starting up stays under 5 % of a
run, and no longer than needed for that, so that another task gets its turn soon.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from render_manager.domain.dependencies import NO_DEPENDENCIES, Dependencies
from render_manager.domain.needs import NO_LIMITS, Kind, Supply, Usage
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
    """How many runs may be under way on a machine, in all and per renderer, and what there is of the
    named limits."""

    slots: int = 1
    per_renderer: Mapping[str, int] = field(default_factory=dict)
    supply: Supply = NO_LIMITS


@dataclass(frozen=True, slots=True)
class Chunk:
    """The frames to hand to one run."""

    task_id: int
    frames: tuple[int, ...]


def _own_timing(task: Task) -> Timing:
    return task.timing


def _none(_task: Task) -> int:
    return 0


def _always(_task: Task) -> bool:
    return True


def _never(_task: Task) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Place:
    """A machine that chunks are made for: the runs that count are its own.

    `timing` is how long it takes for a task; `free_elsewhere` are the slots on other machines that
    stand idle and may be given the task as well. `is_home` says whether it is here that room is made
    for a task, `has_opening_elsewhere` whether one of the other machines has an opening for it.
    """

    machine: str = ""
    timing: Callable[[Task], Timing] = _own_timing
    free_elsewhere: Callable[[Task], int] = _none
    is_home: Callable[[Task], bool] = _always
    has_opening_elsewhere: Callable[[Task], bool] = _never

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


def next_chunk(
    tasks: Iterable[Task],
    limits: Limits,
    now: float,
    giving_way: frozenset[str] = frozenset(),
    holds: Callable[[Task], bool] = _never,
    timetable: Timetable | None = None,
    place: Place = HERE,
    dependencies: Dependencies = NO_DEPENDENCIES,
) -> Chunk | None:
    """The next run to start on a machine, or None if nothing waits or no slot is free there.

    `giving_way` names the renderers that can stop at a frame border; `holds` says that a task may
    not start; `timetable` knows the hours, without one they are always; `dependencies` which frames
    wait for others.
    """
    tasks, table = list(tasks), timetable or Timetable(now)
    busy = Counter(task.job.renderer for task in tasks for _ in place.runs(task))
    free = limits.slots - busy.total()
    if free <= 0:
        return None
    waiting = in_turn([task for task in tasks if is_waiting(task, now) and table.is_open(task)])
    startable = _startable(waiting, tasks, limits, busy, holds, place, dependencies)
    task = next(startable, None)
    if task is None:
        return None
    gives_way = task.job.renderer in giving_way
    timing = place.timing(task)
    most: float = chunk_size(timing, gives_way=gives_way)
    if not gives_way:
        most = min(most, _frames_until(table.closes_at(task), timing, now))
    idle = free + place.free_elsewhere(task)
    others = sum(1 for _ in islice(startable, idle))
    share = _fair_share(task, most, idle, others)
    return Chunk(task.id, tuple(task.unassigned(share, dependencies.may_render(task))))


def _startable(
    waiting: Sequence[Task],
    tasks: list[Task],
    limits: Limits,
    busy: Counter[str],
    holds: Callable[[Task], bool],
    place: Place,
    dependencies: Dependencies,
) -> Iterator[Task]:
    """The tasks that may start a run on a machine, in their turn.

    What a task lacks of the named limits is kept from those whose turn comes later: else one that
    needs much would never find it free at once. So is its slot while runs give way for it.
    """
    supply, machine = limits.supply, place.machine
    running = [task for task in tasks if task.runs]
    usage = Usage.by_runs(supply, running)
    staying = Usage.by_runs(supply, running, staying=True)
    free = limits.slots - busy.total()
    hopeless: set[Kind] = set()
    for task in waiting:
        kind = supply.kind_of(task)
        if kind in hopeless or dependencies.holds(task):
            continue
        if task.runs and not task.unassigned(1, dependencies.may_render(task)):
            continue
        if supply.never_met(task):
            hopeless.add(kind)
            continue
        may_here = _has_room(task, busy, limits) and not holds(task)
        if not usage.lacks(task, machine):
            if may_here:
                usage.take(task, machine)
                staying.take(task, machine)
                yield task
                continue
        elif not staying.lacks(task, machine):
            if may_here and place.is_home(task):
                free -= 1
                if free <= 0:
                    return
        elif usage.leaves_nothing(task, machine):
            hopeless.add(kind)  # nor is there anything that could be kept
            continue
        if not supply.needs_of(task):
            continue
        is_here = not holds(task) and has_opening(task, running, limits, machine)
        if is_here or place.has_opening_elsewhere(task):
            kept_on = machine if is_here and place.is_home(task) else None
            usage.keep(task, kept_on)
            staying.keep(task, kept_on)


def has_opening(task: Task, tasks: Iterable[Task], limits: Limits, machine: str) -> bool:
    """Whether a slot of a machine is free, or taken by a task whose turn comes later."""
    mine = sort_key(task)
    ahead = Counter(
        other.job.renderer
        for other in tasks
        if sort_key(other) <= mine
        for run in other.runs.values()
        if run.machine == machine
    )
    return ahead.total() < limits.slots and _has_room(task, ahead, limits)


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
    return int(min(most, math.ceil(task.frames.free_count / slots)))


def runs_to_give_way(
    tasks: Iterable[Task],
    limits: Limits,
    now: float,
    giving_way: frozenset[str] = frozenset(),
    holds: Callable[[Task], bool] = _never,
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
    """The runs whose end gives room to a waiting task of a higher band, the least urgent first.

    They are the machine's own, and runs elsewhere that use what is limited over all machines.
    """
    running = [task for task in tasks if task.runs]
    candidates = _candidates(running, giving_way)
    if not candidates:
        return []
    room = _Room(running, limits, place)
    chosen: list[int] = []
    for task in _waiting_above(tasks, now, candidates[0][0].priority):
        if holds(task) or limits.supply.never_met(task):
            continue
        given_up = room.made_by(task, candidates)
        if given_up is None:
            continue
        for pair in given_up:
            candidates.remove(pair)
            room.give_back(*pair)
            chosen.append(pair[1].id)
        room.take(task)
    return chosen


def _candidates(tasks: list[Task], giving_way: frozenset[str]) -> list[tuple[Task, Run]]:
    """The runs that could give way: of the lowest priority first, and of those the youngest."""
    able = (task for task in tasks if task.job.renderer in giving_way and task.wish is Wish.RUN)
    runs = ((task, run) for task in able for run in task.runs.values() if not run.is_giving_way)
    return sorted(runs, key=lambda pair: (pair[0].priority, -pair[1].started_at, pair[1].id))


def _waiting_above(tasks: list[Task], now: float, priority: int) -> list[Task]:
    """The tasks without a run that wait, of a higher band than that of `priority`, in their turn."""
    lowest = band(priority)
    return in_turn(
        [t for t in tasks if band(t.priority) > lowest and not t.runs and is_waiting(t, now)]
    )


class _Room:
    """The room that the runs of a machine leave which do not give way: its slots, the limits of the
    renderers, and what is left of the named limits."""

    def __init__(self, tasks: list[Task], limits: Limits, place: Place) -> None:
        self._limits = limits
        self._place = place
        self._busy = Counter(
            task.job.renderer for task in tasks for run in place.runs(task) if not run.is_giving_way
        )
        self._usage = Usage.by_runs(limits.supply, tasks, staying=True)

    def take(self, task: Task) -> None:
        self._busy[task.job.renderer] += 1
        self._usage.take(task, self._place.machine)

    def give_back(self, task: Task, run: Run) -> None:
        if run.machine == self._place.machine:
            self._busy[task.job.renderer] -= 1
        self._usage.take(task, run.machine, -1)

    def made_by(
        self, task: Task, candidates: list[tuple[Task, Run]]
    ) -> list[tuple[Task, Run]] | None:
        """The first runs of lower bands whose end gives room to `task`, and none in vain; None if
        nothing does.

        Each gives what is really missing: where its renderer has as many runs as it may, the slot of
        another renderer's run would go back to the task that gave way, again and again.
        """
        missing = self._missing(task)
        needed = {what for what, amount in missing.items() if amount > 0}
        given_up: list[tuple[Task, Run]] = []
        for other, run in candidates:
            if band(other.priority) >= band(task.priority) or not +missing:
                break
            gives = self._gives(other, run, task)
            if any(missing[what] > 0 for what, amount in gives.items() if amount):
                missing.subtract(gives)
                given_up.append((other, run))
        if +missing:
            return None
        for pair in list(reversed(given_up)):
            gives = self._gives(*pair, task)
            if all(missing[what] + amount <= 0 for what, amount in gives.items() if what in needed):
                missing.update(gives)
                given_up.remove(pair)
        return given_up

    def _missing(self, task: Task) -> Counter[object]:
        renderer = task.job.renderer
        most = self._limits.per_renderer.get(renderer, self._limits.slots)
        missing: Counter[object] = Counter(
            {
                "slot": self._busy.total() - self._limits.slots + 1,
                "renderer": self._busy[renderer] - most + 1,
            }
        )
        missing.update(self._usage.shortfall(task, self._place.machine))
        return missing

    def _gives(self, other: Task, run: Run, task: Task) -> Counter[object]:
        """What the end of a run of `other` gives to `task`."""
        gives: Counter[object] = Counter(self._usage.taken_by(other, run.machine))
        if run.machine == self._place.machine:
            gives["slot"] = 1
            gives["renderer"] = int(other.job.renderer == task.job.renderer)
        return gives
