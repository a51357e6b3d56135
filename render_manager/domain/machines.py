"""The machines that render: who is there, who may be given what, and who is set aside.

Times are seconds of this computer's monotonic clock; those of other machines are never compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from render_manager.base import moments
from render_manager.base.i18n import N_, _
from render_manager.domain.events import Outcome, RunEnded
from render_manager.domain.task import Task, Timing
from render_manager.domain.timetable import Timetable

LOCAL = ""
"""The name of this machine."""

LOCAL_NAME = "local"
"""What this machine is called where a name is written; no worker may be called so."""

FAILURES_TO_SET_ASIDE = 3
"""Runs in a row that a machine may fail while others succeed."""

UNABLE_SECONDS = 1800.0
"""After so long a machine that could not start a task's renderer tries again: each try is a run in the
task's history."""

BLIND_SECONDS = 120.0
"""After so long a machine that did not see a task's folders is asked again."""


class MachineState(StrEnum):
    """What a machine is at, as it is shown."""

    IDLE = "idle"
    RENDERING = "rendering"
    DRAINING = "draining"
    """Switched off, with runs that still go on."""
    OFF = "off"
    SET_ASIDE = "set aside"
    RESTING = "resting"
    """It is not its time to render; runs that cannot give way may still go on."""
    AWAY = "away"
    """It does not answer, or has ended."""


STATE_WORDS = {
    MachineState.IDLE: N_("Idle"),
    MachineState.RENDERING: N_("Rendering"),
    MachineState.DRAINING: N_("Finishing"),
    MachineState.OFF: N_("Off"),
    MachineState.SET_ASIDE: N_("Set aside"),
    MachineState.RESTING: N_("Resting"),
    MachineState.AWAY: N_("Away"),
}


@dataclass(slots=True)
class Machine:
    """One machine and what is known of it. `renderers` are versions by name; None is whatever the
    catalogue has (this machine)."""

    name: str
    slots: int
    renderers: dict[str, tuple[str, ...]] | None = None
    pools: tuple[str, ...] = ()
    version: str = ""
    incarnation: str = ""
    heard: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    is_here: bool = True
    is_off: bool = False
    """Switched off by a person: it is given nothing more."""
    misfit: str | None = None
    """Why nothing can be said to it, in a sentence; it stays so until it comes anew."""
    set_aside: str | None = None
    """Why it is given nothing, in a sentence, until somebody switches it on again."""
    hours: str | None = None
    """The hours in which it renders, as `parse_hours` reads them; None is always."""
    in_use: str | None = None
    """Why it leaves itself to its user for now, in a sentence of its own."""
    resting: str | None = None
    """Why it renders nothing for now, be it for its hours or its user; that passes by itself."""
    sees: set[int] = field(default_factory=set)
    """The tasks whose folders it said to see."""
    blind: dict[int, tuple[float, str]] = field(default_factory=dict)
    """By task: until when it is not given it, and what it lacks. A renderer that does not start counts
    as well."""
    timing: dict[int, Timing] = field(default_factory=dict)
    """What its runs have taught, by task."""
    failures: int = 0
    """Runs in a row that failed."""
    others_succeeded: bool = False
    """Whether another machine had a frame completed since the first of them."""

    @property
    def is_local(self) -> bool:
        return self.name == LOCAL

    @property
    def title(self) -> str:
        """Its name where names are written and read."""
        return self.name or LOCAL_NAME

    @property
    def reason(self) -> str | None:
        """Why it is given nothing though it is there and switched on, until somebody does something
        about it."""
        return self.misfit or self.set_aside

    @property
    def is_in_service(self) -> bool:
        """Whether it may be given runs, at its time."""
        return self.is_here and not self.is_off and self.reason is None

    @property
    def is_open(self) -> bool:
        """Whether it may be given runs now."""
        return self.is_in_service and self.resting is None

    def state(self, busy: int) -> MachineState:
        """What it is at, with so many runs under way."""
        if not self.is_here:
            return MachineState.AWAY
        if self.is_off:
            return MachineState.DRAINING if busy else MachineState.OFF
        if self.reason is not None:
            return MachineState.SET_ASIDE
        if self.resting is not None:
            return MachineState.RESTING
        return MachineState.RENDERING if busy else MachineState.IDLE

    def has(self, renderer: str) -> bool:
        return self.renderers is None or bool(self.renderers.get(renderer))

    def is_meant(self, task: Task) -> bool:
        """Whether the task is kept to it or one of its pools, or to none at all."""
        return is_meant(task, self.title, self.pools)

    def is_fit_for(self, task: Task) -> bool:
        """Whether it may render the task, as far as is known, now or when it is its time."""
        is_able = self.is_in_service and self.has(task.job.renderer) and task.id not in self.blind
        return is_able and self.is_meant(task)

    def could(self, task: Task) -> bool:
        """Whether nothing but the task's folders is in the way."""
        return self.is_open and self.is_meant(task) and self.has(task.job.renderer)

    def times(self, times: Timetable) -> Timetable:
        """When tasks may run on it."""
        return times.on(self.hours, is_shut=self.in_use is not None)

    def suits(self, task: Task) -> bool:
        """Whether it may render the task, as far as is known."""
        can = task.id not in self.blind if self.is_local else task.id in self.sees
        return can and self.could(task)

    def is_unasked(self, task: Task) -> bool:
        """Whether it is not known if it sees the task's folders, and should be."""
        unknown = not self.is_local and task.id not in self.sees and task.id not in self.blind
        return unknown and self.could(task)

    def timing_of(self, task: Task) -> Timing:
        """How long it takes; as long as others while it is not known."""
        own = self.timing.get(task.id)
        return task.timing if own is None or own.frame is None else own


def is_meant(task: Task, title: str, pools: Iterable[str]) -> bool:
    """Whether the task is kept to a machine of that title or one of its pools, or to none at all."""
    kept = task.kept_to
    return not kept or title in kept or any(pool in kept for pool in pools)


class Machines:
    """The roll. This machine is always on it, and first."""

    def __init__(self) -> None:
        self._roll = {LOCAL: Machine(LOCAL, 1)}
        self._off: frozenset[str] = frozenset()
        self._hours: Mapping[str, str] = {}

    def __iter__(self) -> Iterator[Machine]:
        return iter(list(self._roll.values()))

    def get(self, name: str) -> Machine | None:
        return self._roll.get(name)

    def called(self, title: str) -> Machine | None:
        """The machine of that title."""
        return self._roll.get(LOCAL if title == LOCAL_NAME else title)

    def switch_off(self, titles: Collection[str]) -> None:
        """These and no others are switched off, now and when they come."""
        self._off = frozenset(titles)
        for machine in self:
            machine.is_off = machine.title in self._off

    def set_hours(self, tables: Mapping[str, str]) -> None:
        """By title, the hours of those that do not always render, now and when they come."""
        self._hours = dict(tables)
        for machine in self:
            machine.hours = self._hours.get(machine.title)

    def look_at_clock(self, times: Timetable) -> float | None:
        """Have those rest whose hours are over or that are in use; when hours next begin or end."""
        for machine in self:
            is_its_time = times.allows(machine.hours)
            machine.resting = machine.in_use if is_its_time else _rest(machine, times)
        changes = (times.change_of(machine.hours) for machine in self)
        return min((change for change in changes if change is not None), default=None)

    def forget(self, machine: Machine) -> None:
        """Take one that is away off the roll."""
        self._roll.pop(machine.name, None)

    @property
    def here(self) -> Machine:
        """This machine."""
        return self._roll[LOCAL]

    @property
    def elsewhere(self) -> list[Machine]:
        """All but this machine."""
        return [machine for machine in self if not machine.is_local]

    def join(self, machine: Machine, now: float) -> Machine:
        """A machine came, or came again; what was held against it no longer is."""
        before = self._roll.get(machine.name)
        if before is not None:
            machine.timing = before.timing
        machine.is_off = machine.title in self._off
        machine.hours = self._hours.get(machine.title)
        machine.heard = now
        self._roll[machine.name] = machine
        return machine

    def forgive_silence(self, now: float) -> None:
        """Nobody could be heard until now."""
        for machine in self.elsewhere:
            machine.heard = now

    def silent(self, now: float, lease: float) -> list[Machine]:
        """Those that have not been heard of for longer than `lease`."""
        return [each for each in self.elsewhere if each.is_here and now - each.heard > lease]

    def see(self, name: str, task_id: int, lacks: str | None, now: float) -> None:
        """A machine sees a task's folders, or lacks one."""
        machine = self._roll[name]
        machine.sees.discard(task_id)
        machine.blind.pop(task_id, None)
        if lacks is None:
            machine.sees.add(task_id)
        else:
            machine.blind[task_id] = now + BLIND_SECONDS, lacks

    def note_unable(self, name: str, task_id: int, reason: str, now: float) -> None:
        """A machine cannot start the task's renderer."""
        self._roll[name].sees.discard(task_id)
        self._roll[name].blind[task_id] = now + UNABLE_SECONDS, reason

    def ask_again(self, now: float) -> bool:
        """Forget what machines lacked long ago; say whether any did."""
        old = [
            (machine, task_id)
            for machine in self
            for task_id, (until, _lacks) in machine.blind.items()
            if now > until
        ]
        for machine, task_id in old:
            del machine.blind[task_id]
        return bool(old)

    def note_frame(self, name: str, task_id: int, seconds: float | None) -> None:
        """A machine completed a frame."""
        machine = self._roll.get(name)
        if machine is None:
            return
        machine.failures, machine.others_succeeded = 0, False
        for other in self._roll.values():
            other.others_succeeded |= other is not machine and other.failures > 0
        if seconds is not None:
            machine.timing.setdefault(task_id, Timing()).learn_frame(seconds)

    def note_end(self, name: str, task_id: int, end: RunEnded) -> str | None:
        """A run ended there. A sentence if the machine is set aside for it: it fails what others can.

        This machine never is, as it is the one that a person sits at.
        """
        machine = self._roll.get(name)
        if machine is None:
            return None
        if end.startup_seconds is not None:
            machine.timing.setdefault(task_id, Timing()).learn_startup(end.startup_seconds)
        if end.outcome not in (Outcome.FAILED, Outcome.NOT_STARTED):
            return None
        machine.failures += 1
        is_to_blame = machine.failures >= FAILURES_TO_SET_ASIDE and machine.others_succeeded
        if name == LOCAL or not is_to_blame or machine.set_aside is not None:
            return None
        machine.set_aside = _(
            "{count} runs in a row failed there while others succeeded. The last: {reason}"
        ).format(count=machine.failures, reason=end.reason)
        return machine.set_aside

    def home_of(self, task: Task) -> Machine | None:
        """The machine on which runs may have to give way for the task: the first that suits it."""
        return next((machine for machine in self if machine.suits(task)), None)


def _rest(machine: Machine, times: Timetable) -> str:
    begin = times.change_of(machine.hours)
    if begin is None:
        return _("Its hours begin in no foreseeable time ({hours}).").format(hours=machine.hours)
    return _("Its hours begin at {time} ({hours}).").format(
        time=moments.briefly(begin, times.now), hours=machine.hours
    )
