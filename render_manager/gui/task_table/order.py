"""Which task is in which row: a sorted list with a key per task, without Qt."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from render_manager.domain.task import Task

Key = Callable[[Task], Any]


class TaskOrder:
    """Tasks sorted by `key`, then by id. Rows are found by bisection: nothing is renumbered.

    Keys are remembered, also those of tasks that are not held, until `forget`.
    """

    def __init__(self, key: Key, *, is_descending: bool = False) -> None:
        self.key = key
        self.is_descending = is_descending
        self._sorted: list[tuple[Any, int]] = []
        self._keys: dict[int, tuple[Any, int]] = {}
        self._known: dict[int, tuple[Any, int]] = {}
        self._tasks: dict[int, Task] = {}

    def __len__(self) -> int:
        return len(self._sorted)

    def __contains__(self, task_id: int) -> bool:
        return task_id in self._tasks

    def fill(self, tasks: Iterable[Task]) -> None:
        """Hold exactly these tasks."""
        self._tasks = {task.id: task for task in tasks}
        self._arrange()

    def sort(self, key: Key, *, is_descending: bool) -> None:
        """Sort by something else."""
        if key is not self.key:
            self._known.clear()
        self.key = key
        self.is_descending = is_descending
        self._arrange()

    def forget(self, task_ids: Iterable[int]) -> None:
        """The keys of these tasks may have changed."""
        for task_id in task_ids:
            self._known.pop(task_id, None)

    def _arrange(self) -> None:
        known, key = self._known, self.key
        for task_id in self._tasks.keys() - known.keys():
            known[task_id] = (key(self._tasks[task_id]), task_id)
        # By id first: comparing ids only where keys are equal takes twice the time.
        entries = [known[task_id] for task_id in sorted(self._tasks)]
        entries.sort(key=itemgetter(0))
        self._sorted = entries
        self._keys = {entry[1]: entry for entry in entries}

    def id_at(self, row: int) -> int:
        return self._sorted[self._mirrored(row)][1]

    def task_at(self, row: int) -> Task:
        return self._tasks[self.id_at(row)]

    def row(self, task_id: int) -> int:
        return self._mirrored(bisect_left(self._sorted, self._keys[task_id]))

    def row_for(self, task: Task) -> int:
        """The row that `add` would put the task in."""
        place = bisect_left(self._sorted, (self.key(task), task.id))
        return len(self._sorted) - place if self.is_descending else place

    def add(self, task: Task) -> None:
        self._tasks[task.id] = task
        self._keys[task.id] = (self.key(task), task.id)
        insort(self._sorted, self._keys[task.id])

    def discard(self, task_id: int) -> None:
        del self._tasks[task_id]
        del self._sorted[bisect_left(self._sorted, self._keys.pop(task_id))]

    def strays(self, tasks: Iterable[Task]) -> list[Task]:
        """Those of the tasks whose key is no longer the one they were sorted by."""
        return [task for task in tasks if self._keys[task.id][0] != self.key(task)]

    def move(self, tasks: list[Task]) -> None:
        """Sort these tasks in again."""
        for task in tasks:
            self.discard(task.id)
            self.add(task)

    def _mirrored(self, place: int) -> int:
        return len(self._sorted) - 1 - place if self.is_descending else place
