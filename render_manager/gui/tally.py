"""How many tasks are in which state, kept up to date by what was touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from render_manager.domain.states import TaskState
from render_manager.domain.task import Task


class Tally:
    """Counts by state; looking at all tasks ten times a second would be too slow."""

    def __init__(self, tasks: Mapping[int, Task]) -> None:
        self._tasks = tasks
        self._states: dict[int, TaskState] = {}
        self.counts: Counter[TaskState] = Counter()
        self.update(tasks)

    def update(self, task_ids: Iterable[int]) -> None:
        """Look at these tasks again; some may be gone."""
        for task_id in task_ids:
            before = self._states.pop(task_id, None)
            if before is not None:
                self.counts[before] -= 1
            task = self._tasks.get(task_id)
            if task is not None:
                self._states[task_id] = task.state
                self.counts[task.state] += 1
