"""The machines that render: who is there, who may be given what, and who is set aside.

Times are seconds of this computer's monotonic clock; those of other machines are never compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from render_manager.base.i18n import _
from render_manager.domain.events import Outcome, RunEnded
from render_manager.domain.task import Task, Timing

LOCAL = ""
"""The name of this machine."""

FAILURES_TO_SET_ASIDE = 3
"""Runs in a row that a machine may fail while others succeed."""

BLIND_SECONDS = 120.0
"""After so long a machine that did not see a task's folders is asked again."""


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
    is_enabled: bool = True
    is_draining: bool = False
    set_aside: str | None = None
    """Why it is given nothing, in a sentence."""
    sees: set[int] = field(default_factory=set)
    """The tasks whose folders it said to see."""
    blind: dict[int, tuple[float, str]] = field(default_factory=dict)
    """By task: when it said that it lacks what. A renderer that does not start counts as well."""
    timing: dict[int, Timing] = field(default_factory=dict)
    """What its runs have taught, by task."""
    failures: int = 0
    """Runs in a row that failed."""
    others_succeeded: bool = False
    """Whether another machine had a frame completed since the first of them."""

    @property
    def is_open(self) -> bool:
        """Whether it may be given runs at all."""
        may = self.is_enabled and not self.is_draining and self.set_aside is None
        return self.is_here and may

    def has(self, renderer: str) -> bool:
        return self.renderers is None or bool(self.renderers.get(renderer))

    def suits(self, task: Task) -> bool:
        """Whether it may render the task, as far as is known."""
        is_seen = self.name == LOCAL or task.id in self.sees
        return self.is_open and is_seen and self.has(task.job.renderer)

    def is_unasked(self, task: Task) -> bool:
        """Whether it is not known if it sees the task's folders, and should be."""
        unknown = self.name != LOCAL and task.id not in self.sees and task.id not in self.blind
        return self.is_open and unknown and self.has(task.job.renderer)

    def timing_of(self, task: Task) -> Timing:
        """How long it takes; as long as others while it is not known."""
        own = self.timing.get(task.id)
        return task.timing if own is None or own.frame is None else own


class Machines:
    """The roll. This machine is always on it, and first."""

    def __init__(self) -> None:
        self._roll = {LOCAL: Machine(LOCAL, 1)}

    def __iter__(self) -> Iterator[Machine]:
        return iter(list(self._roll.values()))

    def get(self, name: str) -> Machine | None:
        return self._roll.get(name)

    @property
    def elsewhere(self) -> list[Machine]:
        """All but this machine."""
        return [machine for machine in self if machine.name != LOCAL]

    def join(self, machine: Machine, now: float) -> Machine:
        """A machine came, or came again; what was held against it no longer is."""
        before = self._roll.get(machine.name)
        if before is not None:
            machine.is_enabled, machine.is_draining = before.is_enabled, before.is_draining
            machine.timing = before.timing
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
            machine.blind[task_id] = now, lacks

    def ask_again(self, now: float) -> bool:
        """Forget what machines lacked long ago; say whether any did."""
        old = [
            (machine, task_id)
            for machine in self
            for task_id, (at, _lacks) in machine.blind.items()
            if now - at > BLIND_SECONDS
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
