"""What a task is found by, kept per task so that typing into the filter does not stall."""

from __future__ import annotations

from collections.abc import Iterable

from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui import text


class TaskSearch:
    """Which tasks are wanted: those in one of `states` (all, if there is none) with every word.

    What is written of a task is remembered until `forget`: ten thousand tasks take 50 ms to be
    written and 2 ms to be looked through (measured), and the first may be done beforehand.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.states: frozenset[TaskState] = frozenset()
        self._written: dict[int, str] = {}

    @property
    def is_active(self) -> bool:
        return bool(self.words or self.states)

    def wanted(self, tasks: Iterable[Task]) -> list[Task]:
        """Those of the tasks that are wanted."""
        found = list(tasks)
        if self.states:
            found = [task for task in found if task.state in self.states]
        for word in self.words:
            found = [task for task in found if word in self._text(task)]
        return found

    def prepare(self, tasks: Iterable[Task]) -> None:
        """Write down what these tasks are found by."""
        for task in tasks:
            self._text(task)

    def forget(self, task_ids: Iterable[int]) -> None:
        """These tasks may have changed."""
        for task_id in task_ids:
            self._written.pop(task_id, None)

    def forget_all(self) -> None:
        """The language has changed."""
        self._written.clear()

    def _text(self, task: Task) -> str:
        written = self._written.get(task.id)
        if written is None:
            written = self._written[task.id] = _written(task)
        return written


def _written(task: Task) -> str:
    job = task.job
    about = (job.name, job.renderer, job.project_file, job.output_dir)
    return "\n".join((*about, text.state_word(task), text.problem(task))).casefold()
