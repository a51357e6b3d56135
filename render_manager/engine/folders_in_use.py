"""Which output folders runs are writing into, and whether two tasks share one."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from threading import Lock

from render_manager.domain.job import RenderJob

_Use = tuple[str, str, str]
"""A folder, and the task that writes there: its name and its scene."""


class FoldersInUse:
    """Tells each run whether what appears in its folder must be its own task's. Any thread may ask."""

    def __init__(self) -> None:
        self._uses: Counter[_Use] = Counter()
        self._lock = Lock()

    def enter(self, job: RenderJob) -> None:
        with self._lock:
            self._uses[_use(job)] += 1

    def leave(self, job: RenderJob) -> None:
        with self._lock:
            self._uses[_use(job)] -= 1
            self._uses += Counter()  # drops what is 0

    def is_shared(self, job: RenderJob) -> bool:
        """Whether another task writes into this folder, into one in it, or into one around it."""
        ours = _use(job)
        with self._lock:
            return any(use[1:] != ours[1:] and _overlap(use[0], ours[0]) for use in self._uses)

    def is_alone(self, job: RenderJob) -> bool:
        """Whether no second run writes there, of this task or of another."""
        folder = _use(job)[0]
        with self._lock:
            runs = (count for use, count in self._uses.items() if _overlap(use[0], folder))
            return sum(runs) <= 1


def _use(job: RenderJob) -> _Use:
    folder = os.path.normcase(os.path.normpath(job.output_dir))
    return folder, job.name, job.project_file


def _overlap(one: str, other: str) -> bool:
    first, second = Path(one), Path(other)
    return first.is_relative_to(second) or second.is_relative_to(first)
