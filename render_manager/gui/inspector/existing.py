"""The frames of a task that have a picture, ascending, kept up to date as they come and go."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from render_manager.domain.states import FrameState
from render_manager.domain.task import Task


class Existing:
    """Rows of the completed frames."""

    def __init__(self, task: Task | None) -> None:
        self._task = task
        self.rows = list(task.frames.indexes(FrameState.COMPLETED)) if task else []

    def update(self, touched: Iterable[int]) -> list[int]:
        """Look at these rows again; returns those that have a picture, in the order given."""
        assert self._task is not None
        landed = []
        for row in touched:
            is_there = self._task.frames.state(row) is FrameState.COMPLETED
            self._put(row) if is_there else self._take(row)
            landed += [row] * is_there
        return landed

    def _put(self, row: int) -> None:
        if not self._has(row):
            insort(self.rows, row)

    def _take(self, row: int) -> None:
        if self._has(row):
            del self.rows[bisect_left(self.rows, row)]

    def _has(self, row: int) -> bool:
        place = bisect_left(self.rows, row)
        return place < len(self.rows) and self.rows[place] == row
