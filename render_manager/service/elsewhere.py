"""Chunks for other machines, and what their runs teach about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import SignalInstance

from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.dependencies import Dependencies
from render_manager.domain.events import FrameCompleted, Outcome, RunEnded, RunEvent, RunReport
from render_manager.domain.machines import LOCAL, Machine, Machines
from render_manager.domain.preflight import listed
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import (
    Chunk,
    Limits,
    Place,
    has_opening,
    next_chunk,
    runs_to_give_way,
)
from render_manager.domain.task import Task
from render_manager.domain.timetable import Timetable
from render_manager.service.needs import supply_of

MOST_NAMED = 3
"""Machines that a sentence names."""


class Farm(Protocol):
    """Who talks with other machines."""

    @property
    def changed(self) -> SignalInstance:
        """Runs may start that could not before."""
        ...

    @property
    def noticed(self) -> SignalInstance:
        """A sentence for the user."""
        ...

    def ask(self, machine: Machine, task: Task) -> None:
        """Have it say whether it sees the task's folders."""
        ...


class Elsewhere:
    """Knows the roll. Without a farm nobody but this machine is on it."""

    def __init__(
        self, queue: Queue, settings: Settings, machines: Machines, farm: Farm | None
    ) -> None:
        self._queue = queue
        self._settings = settings
        self._machines = machines
        self.farm = farm

    def chunks(
        self,
        tasks: list[Task],
        times: Timetable,
        giving_way: frozenset[str],
        held_here: Callable[[Task], bool],
        here: Limits,
    ) -> Iterator[tuple[Chunk, str]]:
        """Chunks and who gets them; each must be given away before the next is asked for.

        `held_here` says what this machine may not begin, `here` are its limits.
        """
        dependencies = Dependencies(self._queue.tasks)
        for machine in self._machines.elsewhere:
            self._ask_about(machine, tasks)
            table = machine.times(times)
            while chunk := next_chunk(
                tasks,
                self._limits(machine),
                times.now,
                giving_way,
                partial(_does_not_suit, machine),
                table,
                replace(
                    self._place(machine, tasks),
                    is_home=partial(self._is_at_home, machine),
                    has_opening_elsewhere=partial(
                        self._has_opening, machine, tasks, held_here, here
                    ),
                ),
                dependencies,
            ):
                yield chunk, machine.name

    def runs_to_give_way(
        self, tasks: list[Task], times: Timetable, giving_way: frozenset[str]
    ) -> Iterator[int]:
        """The same as of this machine; those of one must give way before the next is looked at. For
        one task room is made on one machine only."""
        for machine in self._machines.elsewhere:
            yield from runs_to_give_way(
                tasks,
                self._limits(machine),
                times.now,
                giving_way,
                partial(self._is_not_at_home, machine),
                machine.times(times),
                self._place(machine, tasks),
            )

    def look_at_clock(self, times: Timetable) -> float | None:
        """Have machines rest that should; when hours next begin or end."""
        return self._machines.look_at_clock(times)

    def times_here(self, times: Timetable) -> Timetable:
        """When tasks may run on this machine."""
        return self._machines.here.times(times)

    def learn(self, report: RunReport) -> tuple[RunReport, str | None]:
        """What the report tells of the machine; what is to become of the task by it, and a sentence
        if the machine is set aside."""
        task = self._queue.task_of_run(report.run_id)
        if task is None:
            return report, None
        name, sentence = task.runs[report.run_id].machine, None
        for event in report.events:
            if isinstance(event, FrameCompleted):
                self._machines.note_frame(name, task.id, event.seconds)
            elif isinstance(event, RunEnded):
                sentence = self._machines.note_end(name, task.id, event) or sentence
        events = tuple(self._forgiven(event, task, name) for event in report.events)
        report = replace(report, events=events)
        return report, f"{name}: {sentence}" if sentence else None

    def _forgiven(self, event: RunEvent, task: Task, name: str) -> RunEvent:
        """A machine that cannot start what others may is no reason to hold the task."""
        if not (isinstance(event, RunEnded) and event.outcome is Outcome.NOT_STARTED):
            return event
        others = [each for each in self._machines if each.name != name]
        is_for_others = any(each.is_fit_for(task) for each in others)
        machine = self._machines.get(name)
        if machine is not None and (is_for_others or not machine.is_local):
            now = max(each.heard for each in self._machines)
            self._machines.note_unable(name, task.id, event.reason, now)
        if not is_for_others:
            return event
        return replace(event, outcome=Outcome.CANCELLED, problem=None)

    def _ask_about(self, machine: Machine, tasks: list[Task]) -> None:
        for task in tasks:
            if self.farm is not None and machine.is_unasked(task):
                self.farm.ask(machine, task)

    def _is_at_home(self, machine: Machine, task: Task) -> bool:
        return self._machines.home_of(task) is machine

    def _is_not_at_home(self, machine: Machine, task: Task) -> bool:
        return not self._is_at_home(machine, task)

    def _has_opening(
        self,
        but: Machine,
        tasks: list[Task],
        held_here: Callable[[Task], bool],
        here: Limits,
        task: Task,
    ) -> bool:
        """Whether a machine other than `but` has an opening for the task."""
        running = [other for other in tasks if other.runs]
        return any(
            not (held_here(task) if machine.is_local else not machine.suits(task))
            and has_opening(
                task, running, here if machine.is_local else self._limits(machine), machine.name
            )
            for machine in self._machines
            if machine is not but
        )

    def _limits(self, machine: Machine) -> Limits:
        wanted = self._settings
        return Limits(machine.slots, wanted.renderer_limits, supply_of(wanted))

    def _place(self, machine: Machine, tasks: list[Task]) -> Place:
        return Place(machine.name, machine.timing_of, partial(self._free, machine.name, tasks))

    def held_here(self, holds: Callable[[Task], bool]) -> Callable[[Task], bool]:
        """What this machine may not begin: what `holds` holds, and what is not meant for it."""
        here = self._machines.here
        return lambda task: holds(task) or not here.suits(task)

    def holdup(self, task: Task) -> str | None:
        """Why no machine is given the task, if it is for want of one."""
        meant = [machine for machine in self._machines if machine.is_meant(task)]
        if not meant:
            return _("It is kept to {machines}, and no such machine is there.").format(
                machines=listed(task.kept_to)
            )
        fit = [machine for machine in meant if machine.is_fit_for(task)]
        if any(machine.is_open for machine in fit or meant):
            return None
        if resting := [machine for machine in fit if machine.resting]:
            return "; ".join(
                f"{machine.title}: {machine.resting}" for machine in resting[:MOST_NAMED]
            )
        return _("No machine that may render it is there and switched on.")

    def that_suit(self, task: Task) -> dict[str, str]:
        """The machines that may render it, and what they are called; all that could if none is known
        to."""
        able = [machine for machine in self._machines if machine.suits(task)]
        able = able or [machine for machine in self._machines if machine.could(task)]
        return {machine.name: machine.title for machine in able}

    def here(self, tasks: list[Task], limits: Limits) -> Place:
        """This machine, which comes first."""
        here = self._machines.here
        return Place(
            free_elsewhere=partial(self._free, LOCAL, tasks),
            has_opening_elsewhere=partial(self._has_opening, here, tasks, _never, limits),
        )

    def _free(self, name: str, tasks: list[Task], task: Task) -> int:
        """The idle slots of workers other than `name` that may get the task, at once or as soon as
        they have said that they see it."""
        others = [machine for machine in self._machines.elsewhere if machine.name != name]
        busy = _busy(tasks) if others else {}
        able = [m for m in others if m.suits(task) or m.is_unasked(task)]
        return sum(max(0, m.slots - busy.get(m.name, 0)) for m in able)


def _never(_task: Task) -> bool:
    return False


def _does_not_suit(machine: Machine, task: Task) -> bool:
    return not machine.suits(task)


def _busy(tasks: list[Task]) -> Mapping[str, int]:
    busy: dict[str, int] = {}
    for task in tasks:
        for run in task.runs.values():
            busy[run.machine] = busy.get(run.machine, 0) + 1
    return busy
