"""The frames of one task as cells: what the journal knows, and over it what happens meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from render_manager.base.i18n import _
from render_manager.domain.queue import Touched
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.gui import text
from render_manager.gui.background import Background
from render_manager.service.task_service import TaskService

Index = QModelIndex | QPersistentModelIndex

CELL_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Cell:
    """A frame as it is painted. `percent` is how far it is, if it is in work and says so."""

    number: int
    state: FrameState
    thumbnail_path: str | None
    percent: float | None


class FrameGridModel(QAbstractListModel):
    """A row per frame of the task given to `show`.

    The details of all frames are asked for and come later; a change told in between is newer than
    they are, so it stays.
    """

    thumbnail_changed = Signal(str)
    """The picture in this file is another one now."""

    def __init__(
        self, service: TaskService, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._background = background
        self._task: Task | None = None
        self._loaded: list[FrameDetail] = []
        self._newer: dict[int, FrameDetail] = {}
        self._asked = 0

    # --- what is shown ------------------------------------------------------------------------

    @property
    def task(self) -> Task | None:
        return self._task

    def show(self, task: Task | None) -> None:
        """Show the frames of `task`, or none."""
        self.beginResetModel()
        self._task = task
        self._loaded, self._newer = [], {}
        self._asked += 1
        self.endResetModel()
        if task is not None and task.frames:
            asked = self._asked
            details = self._service.frame_details(task.id)
            self._background.when_done(details, lambda loaded: self._take(asked, loaded))

    def apply(self, touched: Touched) -> None:
        """Show what was touched of this task, with at most one `dataChanged`."""
        task = self._task
        if task is None or task.id not in touched.tasks:
            return
        if task.id in touched.filled:
            self.show(task)
            return
        patches = touched.frames.get(task.id, {})
        self._newer.update(patches)
        for detail in patches.values():
            if detail.thumbnail_path:
                self.thumbnail_changed.emit(detail.thumbnail_path)
        self._tell([*patches, *task.frames.indexes(FrameState.RENDERING)])

    def detail(self, row: int) -> FrameDetail | None:
        """What is known of a frame; None while that is being looked up."""
        known = self._newer.get(row)
        if known is None and row < len(self._loaded):
            known = self._loaded[row]
        return known

    def in_work(self) -> int | None:
        """The row of the last frame in work."""
        rendering = self._task.frames.indexes(FrameState.RENDERING) if self._task else ()
        return max(rendering, default=None)

    def number(self, row: int) -> int:
        return self._task.frames.numbers[row] if self._task else 0

    def outputs(self, rows: list[int]) -> list[str]:
        """The main files of these frames, as far as they exist."""
        details = [detail for row in rows if (detail := self.detail(row))]
        return [detail.output_path for detail in details if detail.output_path]

    # --- Qt's questions -----------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        if self._task is None or (parent is not None and parent.isValid()):
            return 0
        return len(self._task.frames)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        match role:
            case Qt.ItemDataRole.UserRole:
                return self._cell(index.row())
            case Qt.ItemDataRole.DisplayRole:
                return str(self.number(index.row()))
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._about(index.row())
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._title(index.row())
        return None

    # --- how it is done -----------------------------------------------------------------------

    def _take(self, asked: int, loaded: list[FrameDetail]) -> None:
        if asked == self._asked and self._task is not None:
            self._loaded = loaded
            self._tell([0, self.rowCount() - 1])

    def _tell(self, rows: list[int]) -> None:
        rows = [row for row in rows if 0 <= row < self.rowCount()]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def _state(self, row: int) -> FrameState:
        assert self._task is not None
        return self._task.frames.state(row)

    def _cell(self, row: int) -> Cell:
        assert self._task is not None
        number, detail = self.number(row), self.detail(row)
        state = self._state(row)
        has_picture = state is FrameState.COMPLETED and detail is not None
        percent = next(
            (run.progress[number] for run in self._task.runs.values() if number in run.progress),
            None,
        )
        return Cell(
            number, state, detail.thumbnail_path if has_picture and detail else None, percent
        )

    def _title(self, row: int) -> str:
        return _("Frame {number}: {state}").format(
            number=self.number(row), state=text.frame_word(self._state(row))
        )

    def _about(self, row: int) -> str:
        lines = [self._title(row)]
        detail = self.detail(row)
        if detail is not None:
            if detail.error_message:
                lines.append(detail.error_message)
            if detail.seconds is not None:
                lines.append(_("Rendered in {time}").format(time=text.precise(detail.seconds)))
            lines += [f"{file.path}  ·  {file.width} × {file.height}" for file in detail.files]
        return "\n".join(lines)
