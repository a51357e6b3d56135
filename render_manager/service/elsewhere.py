"""Chunks for other machines, and what their runs teach about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import SignalInstance

from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.events import FrameCompleted, Outcome, RunEnded, RunEvent, RunReport
from render_manager.domain.machines import LOCAL, Machine, Machines
from render_manager.domain.preflight import listed
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import Chunk, Limits, Place, next_chunk, runs_to_give_way
from render_manager.domain.task import Task
from render_manager.domain.timetable import Timetable


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
        self, tasks: list[Task], times: Timetable, giving_way: frozenset[str]
    ) -> Iterator[tuple[Chunk, str]]:
        """Chunks and who gets them; each must be given away before the next is asked for."""
        for machine in self._machines.elsewhere:
            self._ask_about(machine, tasks)
            while chunk := next_chunk(
                tasks,
                self._limits(machine),
                times.now,
                giving_way,
                partial(_does_not_suit, machine),
                times,
                self._place(machine, tasks),
            ):
                yield chunk, machine.name

    def runs_to_give_way(
        self, tasks: list[Task], times: Timetable, giving_way: frozenset[str]
    ) -> list[int]:
        """The same as of this machine. For one task runs give way on one machine only."""
        return [
            run_id
            for machine in self._machines.elsewhere
            for run_id in runs_to_give_way(
                tasks,
                self._limits(machine),
                times.now,
                giving_way,
                partial(self._is_not_at_home, machine),
                times,
                self._place(machine, tasks),
            )
        ]

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
        if name != LOCAL:
            events = tuple(self._forgiven(event, task, name) for event in report.events)
            report = replace(report, events=events)
        return report, f"{name}: {sentence}" if sentence else None

    def _forgiven(self, event: RunEvent, task: Task, name: str) -> RunEvent:
        """A machine that cannot start what others may is no reason to hold the task."""
        if not (isinstance(event, RunEnded) and event.outcome is Outcome.NOT_STARTED):
            return event
        machine = self._machines.get(name)
        if machine is not None:
            self._machines.see(name, task.id, event.reason, machine.heard)
        if not any(other.suits(task) or other.is_unasked(task) for other in self._machines):
            return event
        return replace(event, outcome=Outcome.CANCELLED, problem=None)

    def _ask_about(self, machine: Machine, tasks: list[Task]) -> None:
        for task in tasks:
            if self.farm is not None and machine.is_unasked(task):
                self.farm.ask(machine, task)

    def _is_not_at_home(self, machine: Machine, task: Task) -> bool:
        return self._machines.home_of(task) is not machine

    def _limits(self, machine: Machine) -> Limits:
        return Limits(machine.slots, self._settings.renderer_limits)

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
        if any(machine.is_open for machine in meant):
            return None
        return _("No machine that may render it is there and switched on.")

    def here(self, tasks: list[Task]) -> Place:
        """This machine, which comes first."""
        return Place(free_elsewhere=partial(self._free, LOCAL, tasks))

    def _free(self, name: str, tasks: list[Task], task: Task) -> int:
        """The idle slots of workers other than `name` that may get the task, at once or as soon as
        they have said that they see it."""
        others = [machine for machine in self._machines.elsewhere if machine.name != name]
        busy = _busy(tasks) if others else {}
        able = [m for m in others if m.suits(task) or m.is_unasked(task)]
        return sum(max(0, m.slots - busy.get(m.name, 0)) for m in able)


def _does_not_suit(machine: Machine, task: Task) -> bool:
    return not machine.suits(task)


def _busy(tasks: list[Task]) -> Mapping[str, int]:
    busy: dict[str, int] = {}
    for task in tasks:
        for run in task.runs.values():
            busy[run.machine] = busy.get(run.machine, 0) + 1
    return busy
