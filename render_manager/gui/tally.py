"""How many tasks are in which state, kept up to date by what was touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from render_manager.domain.states import TaskState
from render_manager.domain.task import Task


class Turn(NamedTuple):
    """A task that is in another state than before; None if it came or went."""

    task_id: int
    before: TaskState | None
    after: TaskState | None


class Tally:
    """Counts by state; looking at all tasks ten times a second would be too slow."""

    def __init__(self, tasks: Mapping[int, Task]) -> None:
        self._tasks = tasks
        self._states: dict[int, TaskState] = {}
        self.counts: Counter[TaskState] = Counter()
        self.update(tasks)

    @property
    def total(self) -> int:
        return len(self._states)

    def update(self, task_ids: Iterable[int]) -> list[Turn]:
        """Look at these tasks again; some may be gone. Tells whose state is another now."""
        turns = [self._look_at(task_id) for task_id in task_ids]
        return [turn for turn in turns if turn.before is not turn.after]

    def _look_at(self, task_id: int) -> Turn:
        task = self._tasks.get(task_id)
        before = self._states.pop(task_id, None)
        after = None if task is None else task.state
        if before is not None:
            self.counts[before] -= 1
        if after is not None:
            self._states[task_id] = after
            self.counts[after] += 1
        return Turn(task_id, before, after)
