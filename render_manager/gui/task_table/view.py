"""The table of tasks: fixed row height, whole rows, and a selection that knows tasks by id."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QPushButton,
    QTableView,
    QWidget,
)

from render_manager.base.i18n import _
from render_manager.domain.task import Task
from render_manager.gui import theme as look
from render_manager.gui.hint import paint_hint
from render_manager.gui.selection import selected_rows, selection_of
from render_manager.gui.task_table import delegates
from render_manager.gui.task_table.column_menu import ColumnMenu
from render_manager.gui.task_table.columns import Field
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.task_table.type_ahead import TypeAhead
from render_manager.gui.theme import GAP, Theme

ROW_HEIGHT = 24

DELEGATES: dict[Field, type[delegates.CellDelegate]] = {
    Field.NAME: delegates.NameDelegate,
    Field.RENDERER: delegates.DimDelegate,
    Field.STATE: delegates.StateDelegate,
    Field.PROGRESS: delegates.ProgressDelegate,
    Field.FAILED: delegates.FailedDelegate,
    Field.PRIORITY: delegates.PriorityDelegate,
    Field.READY: delegates.ReadyDelegate,
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
        self.column_menu = ColumnMenu(
            model.columns, self.horizontalHeader(), self.reset_columns, self
        )
        self._set_up_columns()
        self._set_up_dragging()
        self._type_ahead = TypeAhead(QApplication.keyboardInputInterval() / 1000)
        self.clear_button = QPushButton(self.viewport())
        self.clear_button.setCursor(Qt.CursorShape.ArrowCursor)
        for told in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            told.connect(lambda *_: self._place_button())
        model.layoutChanged.connect(lambda *_: self._allow_dragging())
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
            flags = QItemSelectionModel.SelectionFlag
            # `selectRow` would add to the selection while Ctrl is held.
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 opens the priority of the row, in whatever column the keyboard is."""
        priority = self.currentIndex().siblingAtColumn(Field.PRIORITY)
        if event.key() == Qt.Key.Key_F2 and priority.isValid():
            self.scrollTo(priority)
            self.edit(priority)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Go to the task whose name begins with what is being typed."""
        names = [self._tasks.task_at(row).job.name for row in range(self._tasks.rowCount())]
        row = self._type_ahead.find(search, names, self.currentIndex().row())
        if row is not None:
            self.selectRow(row)
            self.scrollTo(self.currentIndex())

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """A click on the priority of a selected row means all that is selected, so it stays."""
        if (
            isinstance(event, QMouseEvent)
            and index.column() == Field.PRIORITY
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
            and self.selectionModel().isSelected(index)
        ):
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(self._theme.colors.base))
        painter.end()
        super().paintEvent(event)
        if not self._tasks.rowCount():
            paint_hint(self, _("No task matches the filter."), self._theme)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """A part of a real pixel cannot be moved, so at 150 % all is painted anew."""
        super().scrollContentsBy(dx, dy)
        if not self.devicePixelRatioF().is_integer():
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_button()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Tasks"))
        self.clear_button.setText(_("Clear filter"))
        self.column_menu.retranslate()
        self._place_button()

    def _place_button(self) -> None:
        """Below the hint, while there is one."""
        self.clear_button.setVisible(not self._tasks.rowCount() and self._tasks.is_filtered)
        self.clear_button.adjustSize()
        middle = self.viewport().rect().center()
        self.clear_button.move(middle.x() - self.clear_button.width() // 2, middle.y() + 2 * GAP)

    # --- how it is set up ---------------------------------------------------------------------

    def _set_up_rows(self) -> None:
        # Only what covers all that is behind it can be moved when it scrolls, instead of painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
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
        header.setMinimumSectionSize(5 * GAP)
        # With the rows' own it asks all 110,000 cells which columns are wholly selected (340 ms).
        header.setSelectionModel(QItemSelectionModel(self._tasks, header))
        header.setStretchLastSection(True)
        header.setFont(look.font(points=-0.5))
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(
            lambda at: self.column_menu.popup(header.mapToGlobal(at))
        )
        # As the model is sorted already: else all is sorted by the first column first.
        header.setSortIndicator(Field.PRIORITY, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.reset_columns()

    def reset_columns(self) -> None:
        """Order, widths and sorting as they are at first, and spare columns hidden."""
        header = self.horizontalHeader()
        for field, column in self._tasks.columns.items():
            header.moveSection(header.visualIndex(field), field)
            header.setSectionHidden(field, column.is_spare)
            header.resizeSection(field, column.width)
        self.sortByColumn(Field.PRIORITY, Qt.SortOrder.AscendingOrder)

    def mend_columns(self) -> None:
        """After a memory of other days was put back, which may be spoilt: the names are there."""
        self.horizontalHeader().showSection(Field.NAME)
        self._allow_dragging()

    def _set_up_dragging(self) -> None:
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self._allow_dragging()

    def _allow_dragging(self) -> None:
        """Rows have a place of their own only in the order of the queue."""
        self.setDragEnabled(self._tasks.is_in_turn)

    def _open_dropdown(self, index: QModelIndex) -> None:
        held = QApplication.keyboardModifiers()
        if index.column() == Field.PRIORITY and held is Qt.KeyboardModifier.NoModifier:
            self.edit(index)
