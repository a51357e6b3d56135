"""The frames of one task as cells: what the journal knows, and over it what happens meanwhile."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from render_manager.domain.evidence import Suspicion
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.domain.touched import Touched
from render_manager.gui.background import Background
from render_manager.gui.frame_grid import words
from render_manager.gui.frame_grid.lookup import DetailLookup
from render_manager.gui.text import tip
from render_manager.service.queue_service import QueueService

Index = QModelIndex | QPersistentModelIndex

CELL_ROLE = Qt.ItemDataRole.UserRole

USUAL_ASPECT = 16 / 9

_IS_FAILED = bytes(state == FrameState.FAILED for state in range(256))


@dataclass(frozen=True, slots=True)
class Cell:
    """A frame as it is painted. `percent` is how far it is, if it is in work and says so."""

    number: int
    state: FrameState
    thumbnail_path: str | None
    percent: float | None
    is_suspicious: bool = False
    """Its picture can be read, but something about it is odd."""
    reason: str | None = None


class FrameGridModel(QAbstractListModel):
    """A row per frame of the task given to `show`.

    The details of the first frames are asked for at once, others when they are wanted.
    """

    thumbnail_changed = Signal(str)
    """The picture in this file is another one now."""
    rows_changed = Signal(object)
    """`Sequence[int]`: more precisely than `dataChanged`, which tells the first and the last."""
    landed = Signal(object)
    """`list[int]`: the rows of frames that have just been completed."""

    def __init__(
        self, service: QueueService, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._background = background
        self._task: Task | None = None
        self._suspicions: dict[int, tuple[Suspicion, ...]] = {}
        self._lookup = DetailLookup(service, background, self._tell_span)

    # --- what is shown ------------------------------------------------------------------------

    @property
    def task(self) -> Task | None:
        return self._task

    def show(self, task: Task | None) -> None:
        """Show the frames of `task`, or none."""
        self.beginResetModel()
        self._task = task
        self._suspicions = dict(task.suspicions) if task else {}
        self._lookup.begin(task)
        self.endResetModel()
        self._lookup.want([0])

    def apply(self, touched: Touched) -> None:
        """Show what was touched of this task, with at most one `dataChanged`."""
        task = self._task
        if task is None or task.id not in touched.tasks:
            return
        if task.id in touched.filled:
            self.show(task)
            return
        told, here = touched.frames.get(task.id, {}), range(self.rowCount())
        # a task of another machine may have been taken out and brought back with other frames
        patches = {row: detail for row, detail in told.items() if row in here}
        self._lookup.put(patches)
        for detail in patches.values():
            if detail.thumbnail_path:
                self.thumbnail_changed.emit(detail.thumbnail_path)
        done = [row for row, each in patches.items() if each.state is FrameState.COMPLETED]
        if done:
            self.landed.emit(done)
        news = [*patches, *task.frames.indexes(FrameState.RENDERING), *self._news_of_suspicions()]
        self._tell(news)

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._tell_span(0, self.rowCount() - 1)

    # --- frames by row ------------------------------------------------------------------------

    def detail(self, row: int) -> FrameDetail | None:
        """What is known of a frame; None while that is being looked up. `dataChanged` tells."""
        known = self._lookup.known(row)
        if known is None and 0 <= row < self.rowCount():
            self._lookup.want([row])
            known = self._lookup.known(row)
        return known

    def look_up(self, rows: Iterable[int]) -> None:
        """Ask for the details of these rows, unless they are known."""
        self._lookup.want(rows)

    def thumbnail(self, row: int) -> str | None:
        """The file of a completed frame's thumbnail, if it is known and has one."""
        detail = self._lookup.known(row)
        is_there = detail is not None and self._state(row) is FrameState.COMPLETED
        return detail.thumbnail_path if is_there and detail is not None else None

    def lacks_thumbnail(self, row: int) -> bool:
        """Whether a frame that is completed has no thumbnail."""
        detail = self._lookup.known(row)
        is_known = detail is not None and detail.state is self._state(row) is FrameState.COMPLETED
        return is_known and detail is not None and detail.thumbnail_path is None

    def mend(self, rows: list[int]) -> None:
        """Have the thumbnails of these frames made again, and of no others."""
        if self._task is not None:
            self._service.mend_thumbnails(self._task.id, rows)

    def in_work(self) -> int | None:
        """The row of the last frame in work."""
        rendering = self._task.frames.indexes(FrameState.RENDERING) if self._task else ()
        return max(rendering, default=None)

    @property
    def states(self) -> bytes:
        """A FrameState for each row."""
        return self._task.frames.states if self._task else b""

    def troubled_rows(self) -> Sequence[int]:
        """The frames that failed or are suspicious."""
        troubled = bytearray(self.states.translate(_IS_FAILED))
        for row in map(self.row_near, self._suspicions):
            if row is not None:
                troubled[row] = 1
        return array("i", compress(range(self.rowCount()), troubled))

    @property
    def aspect(self) -> float:
        """Width by height of the pictures, as far as that is known beforehand."""
        size = self._task.job.expected_size if self._task else None
        return size[0] / size[1] if size else USUAL_ASPECT

    def number(self, row: int) -> int:
        return self._task.frames.numbers[row] if self._task else 0

    def row_near(self, number: int) -> int | None:
        """The row of this frame, or of the next one that there is, or of the last."""
        if self._task is None or not self._task.frames:
            return None
        numbers = self._task.frames.numbers
        return min(bisect_left(numbers, number), len(numbers) - 1)

    def outputs(self, rows: Sequence[int]) -> list[str]:
        """The main files of these frames, as far as they are known to exist."""
        return _main_files(self.detail(row) for row in rows)

    def with_outputs(self, rows: Sequence[int], then: Callable[[list[str]], None]) -> None:
        """Call `then` with the main files of these frames, as soon as all of them are known."""
        known = [self._lookup.known(row) for row in rows]
        if self._task is None or None not in known:
            then(_main_files(known))
            return
        details = self._service.frame_details(self._task.id)
        self._background.when_done(
            details, lambda every: then(_main_files(every[row] for row in rows if row < len(every)))
        )

    def cell(self, row: int) -> Cell:
        """How a frame is to be painted, by what is known at this moment."""
        number, detail, state = self.number(row), self._lookup.known(row), self._state(row)
        if state is FrameState.COMPLETED and detail is not None:
            return Cell(number, state, detail.thumbnail_path, None, self.is_suspicious(row))
        if state is FrameState.RENDERING:
            return Cell(number, state, None, self._percent(number))
        reason = detail.error_message if detail and state is FrameState.FAILED else None
        return Cell(number, state, None, None, reason=reason)

    def is_suspicious(self, row: int) -> bool:
        """Whether something about a frame's picture is odd, and nobody said that it is meant."""
        return bool(self._suspicions) and self.number(row) in self._suspicions

    def title(self, row: int) -> str:
        return words.title(self.number(row), self._state(row))

    def reason(self, row: int) -> str:
        """Why a frame failed or waits, or what is suspicious about it; else nothing."""
        return words.reason(self.detail(row), self._suspicions_of(row))

    # --- Qt's questions -----------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        if self._task is None or (parent is not None and parent.isValid()):
            return 0
        return len(self._task.frames)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        row = index.row()
        match role:
            case Qt.ItemDataRole.UserRole:
                return self.cell(row)
            case Qt.ItemDataRole.DisplayRole:
                return str(self.number(row))
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return tip(
                    words.about(
                        self.number(row),
                        self._state(row),
                        self.detail(row),
                        self._suspicions_of(row),
                    )
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.title(row)
        return None

    # --- how it is done -----------------------------------------------------------------------

    def _tell_span(self, first: int, last: int) -> None:
        self._tell(range(max(0, first), min(last, self.rowCount() - 1) + 1))

    def _tell(self, rows: Sequence[int]) -> None:
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))
            self.rows_changed.emit(rows)

    def _suspicions_of(self, row: int) -> tuple[Suspicion, ...]:
        return self._suspicions.get(self.number(row), ())

    def _news_of_suspicions(self) -> list[int]:
        """Take note of what is suspicious now; the rows of which something else is so."""
        before, now = self._suspicions, self._task.suspicions if self._task else {}
        if before == now:
            return []
        self._suspicions = dict(now)
        rows = map(self.row_near, {number for number, _why in before.items() ^ now.items()})
        return [row for row in rows if row is not None]

    def _state(self, row: int) -> FrameState:
        assert self._task is not None
        return self._task.frames.state(row)

    def _percent(self, number: int) -> float | None:
        assert self._task is not None
        runs = self._task.runs.values()
        return next((run.progress[number] for run in runs if number in run.progress), None)


def _main_files(details: Iterable[FrameDetail | None]) -> list[str]:
    return [each.output_path for each in details if each is not None and each.output_path]
