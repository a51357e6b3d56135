"""What runs take of the named limits: pure.

What is in use is kept nowhere. It is counted from the runs under way, those taken over from an earlier
session included, so nothing can stay taken when its run is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from render_manager.base.amounts import NamedLimit, parse_limits, parse_renderer_needs
from render_manager.domain.task import Task


@dataclass(frozen=True, slots=True)
class Supply:
    """The named limits, and what each run of a renderer needs of them, by the renderer's name."""

    limits: Mapping[str, NamedLimit] = field(default_factory=dict)
    of_renderers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, limits: str, renderer_needs: str) -> Supply:
        """As the settings have them."""
        return _read(limits, renderer_needs)

    def needs_of(self, task: Task) -> Mapping[str, int]:
        """What each run of the task needs: as its renderer, unless the task says otherwise."""
        usual = self.of_renderers.get(task.job.renderer, {})
        if not task.needs:
            return usual
        return {name: amount for name, amount in {**usual, **task.needs}.items() if amount}

    def kind_of(self, task: Task) -> Kind:
        """The same for all tasks that need the same."""
        return task.job.renderer, tuple(task.needs.items()) if task.needs else ()

    def never_met(self, task: Task) -> list[str]:
        """The needs for which there is no limit, or not enough even if nothing was in use."""
        needs = self.needs_of(task).items()
        return [name for name, amount in needs if amount and not self._could_have(name, amount)]

    def _could_have(self, name: str, amount: int) -> bool:
        limit = self.limits.get(name)
        return limit is not None and amount <= limit.amount


@lru_cache(maxsize=8)
def _read(limits: str, renderer_needs: str) -> Supply:
    return Supply(parse_limits(limits), parse_renderer_needs(renderer_needs))


NO_LIMITS = Supply()

Kind = tuple[str, tuple[tuple[str, int], ...]]
"""A renderer, and what is needed otherwise than by its runs."""

Key = tuple[str, str | None]
"""A limit, and the machine whose own it is; None is over all machines."""


def worth_a_look(tasks: list[Task], supply: Supply) -> list[Task]:
    """Without those that no machine can begin now, as all that they need is in use over all of them:
    ten thousand that wait for a licence are else looked at for each machine."""
    if not supply.limits:
        return tasks
    staying = Usage.by_runs(supply, [task for task in tasks if task.runs], staying=True)
    known: dict[Kind, bool] = {}

    def is_hopeless(task: Task) -> bool:
        kind = supply.kind_of(task)
        if kind not in known:
            needs = supply.needs_of(task)
            limits = [supply.limits.get(name) for name in needs]
            over_all = all(limit is None or not limit.per_machine for limit in limits)
            known[kind] = bool(needs) and over_all and staying.leaves_nothing(task, "")
        return known[kind]

    return [task for task in tasks if task.runs or not is_hopeless(task)]


class Usage:
    """What is in use of each limit, by machine where each has its own."""

    def __init__(self, supply: Supply) -> None:
        self.supply = supply
        self._used: Counter[Key] = Counter()

    @classmethod
    def by_runs(cls, supply: Supply, tasks: Iterable[Task], *, staying: bool = False) -> Usage:
        """Taken by the runs under way; `staying` leaves out those that give way."""
        usage = cls(supply)
        for task in filter(supply.needs_of, tasks):
            for run in task.runs.values():
                if not (staying and run.is_giving_way):
                    usage.take(task, run.machine)
        return usage

    def take(self, task: Task, machine: str, times: int = 1) -> None:
        """Count so many runs of the task on a machine more."""
        for name, amount in self.supply.needs_of(task).items():
            self._used[self._key(name, machine)] += times * amount

    def keep(self, task: Task, machine: str | None) -> None:
        """Keep for the task what a run of it needs; without a machine only what is over all."""
        for name, amount in self.supply.needs_of(task).items():
            limit = self.supply.limits.get(name)
            if machine is not None or (limit is not None and not limit.per_machine):
                self._used[self._key(name, machine or "")] += amount

    def used(self, name: str, machine: str) -> int:
        return self._used[self._key(name, machine)]

    def lacks(self, task: Task, machine: str) -> list[str]:
        """The limits that leave no room for a run of the task on a machine."""
        return [
            name
            for name, amount in self.supply.needs_of(task).items()
            if amount and not self._has(name, amount, machine)
        ]

    def leaves_nothing(self, task: Task, machine: str) -> bool:
        """Whether all that a run of the task needs is used up to the last."""
        return all(
            (limit := self.supply.limits.get(name)) is None
            or self.used(name, machine) >= limit.amount
            for name in self.supply.needs_of(task)
        )

    def shortfall(self, task: Task, machine: str) -> dict[Key, int]:
        """How much is missing for a run of the task on a machine; less than 1 where nothing is."""
        return {
            (name, each): self._used[name, each] + amount - self.supply.limits[name].amount
            for (name, each), amount in self.taken_by(task, machine).items()
        }

    def taken_by(self, task: Task, machine: str) -> dict[Key, int]:
        """What a run of the task on a machine takes."""
        needs = self.supply.needs_of(task)
        return {self._key(name, machine): amount for name, amount in needs.items() if amount}

    def _has(self, name: str, amount: int, machine: str) -> bool:
        limit = self.supply.limits.get(name)
        return limit is not None and self.used(name, machine) + amount <= limit.amount

    def _key(self, name: str, machine: str) -> Key:
        limit = self.supply.limits.get(name)
        return name, machine if limit is not None and limit.per_machine else None
