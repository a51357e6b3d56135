"""The table of tasks: fixed row height, whole rows, and a selection that knows tasks by id."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from render_manager.base.i18n import _
from render_manager.domain.task import Task
from render_manager.gui import theme as look
from render_manager.gui.hint import paint_hint
from render_manager.gui.selection import selected_rows, selection_of
from render_manager.gui.task_table import delegates
from render_manager.gui.task_table.columns import Field
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.theme import Theme

ROW_HEIGHT = 24

DELEGATES: dict[Field, type[delegates.CellDelegate]] = {
    Field.NAME: delegates.NameDelegate,
    Field.RENDERER: delegates.DimDelegate,
    Field.STATE: delegates.StateDelegate,
    Field.PROGRESS: delegates.ProgressDelegate,
    Field.FAILED: delegates.FailedDelegate,
    Field.PRIORITY: delegates.PriorityDelegate,
    Field.OUTPUT: delegates.PathDelegate,
    Field.PROBLEM: delegates.ProblemDelegate,
}


class TaskTableView(QTableView):
    """Shows a TaskTableModel. `menu_wanted` tells the place on the screen."""

    selection_changed = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, model: TaskTableModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = model
        self._theme = theme
        self._kept: tuple[list[int], int | None] = ([], None)
        self.setModel(model)
        self._set_up_rows()
        self._set_up_columns()
        model.modelAboutToBeReset.connect(self._keep_selection)
        model.modelReset.connect(self._restore_selection)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self.selectionModel().currentRowChanged.connect(lambda *_: self.selection_changed.emit())
        self.clicked.connect(self._open_dropdown)
        self.retranslate()

    # --- the selection ------------------------------------------------------------------------

    def selected(self) -> list[Task]:
        """The selected tasks, from top to bottom."""
        return [self._tasks.task_at(row) for row in selected_rows(self.selectionModel())]

    def current(self) -> Task | None:
        """The task that details are shown of: the current row if selected, else the first one."""
        current = self.currentIndex()
        if current.isValid() and self.selectionModel().isSelected(current):
            return self._tasks.task_at(current.row())
        return next(iter(self.selected()), None)

    def select(self, ids: Iterable[int]) -> None:
        """Select these tasks, and bring the first one into sight."""
        self._select(list(ids), None)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _select(self, ids: list[int], current_id: int | None) -> None:
        rows = [row for row in map(self._tasks.row_of, ids) if row is not None]
        flags = QItemSelectionModel.SelectionFlag
        current = self._tasks.row_of(current_id) if current_id is not None else None
        if rows:
            index = self._tasks.index(rows[0] if current is None else current, 0)
            self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
        self.selectionModel().select(
            selection_of(self.selectionModel(), rows), flags.ClearAndSelect
        )

    def _keep_selection(self) -> None:
        current = self.current()
        self._kept = ([task.id for task in self.selected()], current.id if current else None)

    def _restore_selection(self) -> None:
        self._select(*self._kept)
        self.selection_changed.emit()

    # --- events -------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex().siblingAtColumn(Field.NAME))
            self.menu_wanted.emit(self.viewport().mapToGlobal(rect.bottomLeft()))
            return
        index = self.indexAt(event.pos())
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.selectRow(index.row())
        self.menu_wanted.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._tasks.rowCount():
            paint_hint(self, _("No task matches the filter."), self._theme)

    def retranslate(self) -> None:
        self.setAccessibleName(_("Tasks"))

    # --- how it is set up ---------------------------------------------------------------------

    def _set_up_rows(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFont(look.font())
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)

    def _set_up_columns(self) -> None:
        for field in Field:
            made = DELEGATES.get(field, delegates.CellDelegate)
            self.setItemDelegateForColumn(field, made(self._tasks, field, self._theme, self))
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        # With the rows' own it asks all 110,000 cells which columns are wholly selected (340 ms).
        header.setSelectionModel(QItemSelectionModel(self._tasks, header))
        header.setStretchLastSection(True)
        header.setFont(look.font(points=-0.5))
        for field, column in self._tasks.columns.items():
            header.resizeSection(field, column.width)
        self.setSortingEnabled(True)
        self.sortByColumn(Field.PRIORITY, Qt.SortOrder.AscendingOrder)

    def _open_dropdown(self, index: QModelIndex) -> None:
        held = QApplication.keyboardModifiers()
        if index.column() == Field.PRIORITY and held is Qt.KeyboardModifier.NoModifier:
            self.edit(index)
