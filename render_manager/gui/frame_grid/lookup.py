"""What the journal knows of a task's frames, asked for in blocks where it is needed.

A task of a million frames would take seconds and half a gigabyte to read as a whole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Protocol

from render_manager.base.errors import NotFoundError
from render_manager.domain.task import FrameDetail, Task
from render_manager.gui.background import Background

BLOCK = 512
"""Frames that are asked for at once: about 5 ms of the journal's time."""

KEPT = 64
"""Blocks in memory, the least recently used dropped first; about 20 MB."""

MOST_NEWS = 50_000
"""Changed frames of blocks that nobody has looked at; the journal knows the older ones."""


class Journalled(Protocol):
    """Who answers: the service."""

    def frame_span(self, task_id: int, first: int, count: int) -> Future[list[FrameDetail]]: ...


class DetailLookup:
    """The details of one task's frames by row. `tell` hears which rows have become known.

    A change told while a block is on its way is newer than the block, so it stays.
    """

    def __init__(
        self, service: Journalled, background: Background, tell: Callable[[int, int], None]
    ) -> None:
        self._service = service
        self._background = background
        self._tell = tell
        self._task: Task | None = None
        self._blocks: OrderedDict[int, list[FrameDetail]] = OrderedDict()
        self._asked: set[int] = set()
        self._news: dict[int, FrameDetail] = {}
        self._generation = 0

    def begin(self, task: Task | None) -> None:
        """Forget everything; from now on it is about this task."""
        self._task = task
        self._generation += 1
        self._blocks.clear()
        self._asked.clear()
        self._news.clear()

    def known(self, row: int) -> FrameDetail | None:
        """What is known of a row at this moment; nothing is asked."""
        block = self._blocks.get(row // BLOCK)
        if block is None:
            return self._news.get(row)
        place = row % BLOCK
        return block[place] if place < len(block) else None

    def want(self, rows: Iterable[int]) -> None:
        """Ask for what is not known of these rows, as far as there are such rows."""
        for number in {row // BLOCK for row in rows}:
            if number in self._blocks:
                self._blocks.move_to_end(number)
            elif number not in self._asked:
                self._ask(number)

    def put(self, changed: Mapping[int, FrameDetail]) -> None:
        """Take note of what has changed."""
        for row, detail in changed.items():
            block = self._blocks.get(row // BLOCK)
            if block is None:
                self._news[row] = detail
            elif row % BLOCK < len(block):
                block[row % BLOCK] = detail
        while len(self._news) > MOST_NEWS:
            del self._news[next(iter(self._news))]

    def _ask(self, number: int) -> None:
        task, generation = self._task, self._generation
        count = min(BLOCK, len(task.frames) - number * BLOCK) if task is not None else 0
        if task is None or count <= 0:
            return
        try:
            answer = self._service.frame_span(task.id, number * BLOCK, count)
        except NotFoundError:  # just removed; the window is about to show another one
            return
        self._asked.add(number)
        self._background.when_done(answer, lambda found: self._take(generation, number, found))

    def _take(self, generation: int, number: int, found: list[FrameDetail]) -> None:
        if generation != self._generation:
            return
        self._asked.discard(number)
        first = number * BLOCK
        for place in range(len(found)):
            if (newer := self._news.pop(first + place, None)) is not None:
                found[place] = newer
        self._blocks[number] = found
        while len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)
        if found:
            self._tell(first, first + len(found) - 1)
