"""The machines as a person sees and steers them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import psutil
from PySide6.QtCore import QObject, Signal, SignalInstance

from render_manager import __version__
from render_manager.base.errors import ConflictError, NotFoundError
from render_manager.base.hours import ALWAYS
from render_manager.base.i18n import _
from render_manager.base.log import own_log
from render_manager.base.machine_hours import machine_hours_text, parse_machine_hours
from render_manager.base.settings import Settings
from render_manager.domain.machine_view import MachineLog, MachineView, speed, views
from render_manager.domain.machines import Machine, Machines
from render_manager.domain.queue import Queue
from render_manager.domain.readiness import Seat
from render_manager.domain.timetable import Timetable
from render_manager.service.dispatcher import Dispatcher
from render_manager.service.provision import Provision
from render_manager.service.times import checked_hours

LOG_BYTES = 64 << 10
"""So much of a machine's log is told."""


class FarmLine(Protocol):
    """Who can ask workers for logs."""

    @property
    def changed(self) -> SignalInstance:
        """Machines came or went, or there is other news of them."""
        ...

    @property
    def logged(self) -> SignalInstance:
        """A machine's name and the end of its log."""
        ...

    def ask_log(self, machine: Machine) -> None: ...

    def freshen_log(self, machine: str, run_id: int) -> None: ...


class MachineDesk(QObject):
    """Lives on the main thread. Verbs raise UserError; names are titles, see `Machine.title`."""

    changed = Signal()
    """`views` may say something else now."""
    logged = Signal(str, object)
    """The name of a machine, and the `MachineLog` that came from it."""

    def __init__(
        self,
        queue: Queue,
        machines: Machines,
        settings: Settings,
        provision: Provision,
        dispatcher: Dispatcher,
        change_settings: Callable[[Mapping[str, object]], None],
        farm: FarmLine | None = None,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._queue = queue
        self._machines = machines
        self._settings = settings
        self._provision = provision
        self._dispatcher = dispatcher
        self._change_settings = change_settings
        self._farm = farm
        self._has_looked = False
        """Whether this machine's renderers were looked for."""
        self._logs: dict[str, MachineLog] = {}
        if farm is not None:
            farm.logged.connect(self._take_log)
            farm.changed.connect(self.changed)
        self.adopt()

    def views(self) -> list[MachineView]:
        """This machine first, then the others by name."""
        self._machines.look_at_clock(Timetable(self._clock()))
        others = sorted(self._machines.elsewhere, key=lambda machine: machine.name.casefold())
        here, *rest = views([self._here_now(), *others], self._queue.tasks)
        return [replace(here, renderers=self._renderers_here()), *rest]

    def slots(self) -> int:
        """How many runs there may be at a time, all machines together: those that are given no work
        have as many as they still finish."""
        self._machines.here.slots = self._settings.max_concurrent_runs
        busy = Counter(run.machine for task in self._queue for run in task.runs.values())
        return sum(each.slots if each.is_open else busy[each.name] for each in self._machines)

    def seats(self) -> list[Seat]:
        """The machines that are given work, this one first, for who foresees when it is done."""
        self._machines.here.slots = self._settings.max_concurrent_runs
        return [
            Seat(
                each.title,
                each.slots if each.is_in_service else 0,
                speed(each, self._queue.tasks) or 1.0,
                each.hours,
                each.pools,
                each.renderers,
            )
            for each in self._machines
        ]

    def is_renderer_elsewhere(self, renderer: str) -> bool:
        """Whether another machine that is there has it."""
        return any(each.is_here and each.has(renderer) for each in self._machines.elsewhere)

    def look(self) -> None:
        """Have `changed` tell as soon as `views` is as new as it can be."""
        if not self._has_looked:
            self._has_looked = True
            self._provision.found.connect(self.changed)
            if self._provision.renderers is None:
                self._provision.look()
        self.changed.emit()

    # --- verbs --------------------------------------------------------------------------------

    def enable(self, names: Iterable[str]) -> None:
        """They are given work (again); what was held against them no longer is."""
        machines = self._each(names)
        for machine in machines:
            machine.set_aside, machine.failures = None, 0
            machine.blind.clear()
        self._keep_off(self._off - {machine.title for machine in machines})

    def drain(self, names: Iterable[str]) -> None:
        """They finish what they have, and are given nothing more."""
        self._keep_off(self._off | {machine.title for machine in self._each(names)})

    def disable(self, names: Iterable[str]) -> None:
        """They are given nothing more, and their frames under way go to others: renderers that can
        stop at a frame border do, others are ended at once."""
        machines = self._each(names)
        self._keep_off(self._off | {machine.title for machine in machines})
        for machine in machines:
            self._dispatcher.clear(machine.name)

    def set_hours(self, names: Iterable[str], hours: str) -> None:
        """They render in these hours alone, as `parse_hours` reads them; "" is always."""
        table = checked_hours(hours) or ALWAYS
        tables = parse_machine_hours(self._settings.machine_hours)
        tables |= dict.fromkeys((machine.title for machine in self._each(names)), table)
        others = {name: each for name, each in tables.items() if each != ALWAYS}
        self._change_settings({"machine_hours": machine_hours_text(others)})

    def forget(self, names: Iterable[str]) -> None:
        """Take machines that are away out of the list; they come again by themselves."""
        machines = self._each(names)
        for machine in machines:
            if machine.is_here:
                raise ConflictError(
                    _("{machine} is there. End its worker first.").format(machine=machine.title)
                )
        for machine in machines:
            self._machines.forget(machine)
        self.changed.emit()

    def log(self, name: str) -> MachineLog:
        """The end of a machine's log as far as it is known; newer is asked for, and `logged` tells."""
        (machine,) = self._each([name])
        if machine.is_local:
            return MachineLog(_end_of(own_log()), time.time())
        if self._farm is not None and machine.is_here:
            self._farm.ask_log(machine)
        return self._logs.get(machine.title, MachineLog())

    def freshen(self, log_path: str) -> None:
        """Somebody looks at this file: if it is the log of a run elsewhere, have it brought up to
        date."""
        if self._farm is None:
            return
        for task in self._queue:
            for run in task.runs.values():
                if run.machine and run.log_path == log_path:
                    self._farm.freshen_log(run.machine, run.id)

    def adopt(self) -> None:
        """Take on what the settings say: also where this machine's renderers are."""
        self._machines.here.blind.clear()
        self._machines.switch_off(self._off)
        self._machines.set_hours(parse_machine_hours(self._settings.machine_hours))
        self.changed.emit()

    # --- small helpers ------------------------------------------------------------------------

    def _take_log(self, name: str, text: str) -> None:
        log = self._logs[name] = MachineLog(text, time.time())
        self.logged.emit(name, log)

    @property
    def _off(self) -> frozenset[str]:
        return frozenset(self._settings.machines_off)

    def _here_now(self) -> Machine:
        here = self._machines.here
        here.slots, here.version = self._settings.max_concurrent_runs, __version__
        here.cpu, here.memory = psutil.cpu_percent(), psutil.virtual_memory().percent
        return here

    def _renderers_here(self) -> dict[str, tuple[str, ...]]:
        return {
            each.name: tuple(one.version or "" for one in each.installations)
            for each in self._provision.renderers or ()
            if each.installations
        }

    def _each(self, names: Iterable[str]) -> list[Machine]:
        return [self._machine(name) for name in names]

    def _machine(self, name: str) -> Machine:
        machine = self._machines.called(name)
        if machine is None:
            raise NotFoundError(_("There is no machine called {name}.").format(name=name[:80]))
        return machine

    def _keep_off(self, names: Collection[str]) -> None:
        self._change_settings({"machines_off": tuple(sorted(names))})


def _end_of(file: Path) -> str:
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - LOG_BYTES))
            return log.read().decode("utf-8", "replace")
    except OSError:
        return ""
