"""The tasks as rows: sorted and filtered by itself, told of changes in one breath."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from render_manager.base.i18n import _
from render_manager.domain.readiness import Verdict
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task, in_turn
from render_manager.domain.touched import Touched
from render_manager.gui import text
from render_manager.gui.selection import spans
from render_manager.gui.task_table.columns import Field, make_columns
from render_manager.gui.task_table.moving import to_row
from render_manager.gui.task_table.order import TaskOrder
from render_manager.gui.task_table.search import TaskSearch
from render_manager.service.queue_service import QueueService

Index = QModelIndex | QPersistentModelIndex

FIELDS = tuple(Field)
"""By number: asking the enum takes ten times as long, and a page is 300 cells."""

ROWS = "application/x-render-manager-tasks"
"""Rows that are dragged: the ids of their tasks."""

_CELL = (
    Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)

FEW = 16
"""So many groups of changed rows are painted by themselves; the rows between them stay as they are."""

MANY = 200
"""From so many rows that come or go at once, a fresh start is quicker than one by one."""


class TaskTableModel(QAbstractTableModel):
    """The service's tasks. `apply` takes what `QueueService.changed` tells.

    Setting the priority column's data asks the service, by way of `set_priority`.
    """

    moved = Signal(object)
    """`Move`: rows were dragged to another place in the queue."""

    def __init__(
        self,
        service: QueueService,
        set_priority: Callable[[list[int], int], None],
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._tasks = service.queue.tasks
        self.columns = make_columns(service, clock)
        self._set_priority = set_priority
        self._search = TaskSearch()
        self._order = TaskOrder(self.columns[Field.PRIORITY].key)
        self._order.fill(self._tasks.values())
        self._under_way: set[int] = {task.id for task in self._tasks.values() if task.runs}
        self._seconds = QTimer(self)
        self._seconds.setInterval(1000)
        self._seconds.timeout.connect(self.tick)
        self._keep_time()

    # --- looking ------------------------------------------------------------------------------

    def task_at(self, row: int) -> Task:
        return self._order.task_at(row)

    @property
    def is_in_turn(self) -> bool:
        """Whether the rows are in the order in which the tasks get their turn."""
        order = self._order
        return order.key is self.columns[Field.PRIORITY].key and not order.is_descending

    def is_late(self, task: Task) -> bool:
        """Whether it will hardly be done when it should be."""
        return self._service.readiness.verdict(task) in (Verdict.MAY, Verdict.WILL_NOT)

    def tasks_in_turn(self) -> list[Task]:
        """The tasks that are shown, in the order in which they get their turn."""
        return in_turn([self.task_at(row) for row in range(len(self._order))])

    @property
    def runs_under_way(self) -> int:
        """How many renderers are at work."""
        return sum(len(self._tasks[task_id].runs) for task_id in self._under_way)

    def row_of(self, task_id: int) -> int | None:
        """The row of a task, or None if it is gone or filtered out."""
        return self._order.row(task_id) if task_id in self._order else None

    # --- what changes -------------------------------------------------------------------------

    def apply(self, touched: Touched) -> None:
        """Show what was touched, with one `dataChanged` or a few."""
        ids = touched.tasks | touched.added | touched.removed.keys()
        self._search.forget(ids)
        self._order.forget(ids)
        shown = {task_id for task_id in ids if task_id in self._order}
        here = [self._tasks[task_id] for task_id in ids if task_id in self._tasks]
        wanted = {task.id for task in self._search.wanted(here)}
        if len(shown ^ wanted) > MANY:
            self._start_afresh()
        else:
            self._take_out(shown - wanted)
            self._put_in(wanted - shown)
            self._refresh([self._tasks[task_id] for task_id in shown & wanted])
        self._note_time(ids)

    def set_filter(self, words: str) -> None:
        """Show only tasks whose name, renderer, state, files or problem hold every word."""
        self._search.words = words.casefold().split()
        self._start_afresh()

    def set_states(self, states: Iterable[TaskState]) -> None:
        """Show only tasks in one of these states; all, if there is none."""
        self._search.states = frozenset(states)
        self._start_afresh()

    def prepare(self, tasks: Iterable[Task]) -> None:
        """Get ready to filter these by words, a little before it is asked for."""
        self._search.prepare(tasks)

    @property
    def is_filtered(self) -> bool:
        """Whether there may be tasks that are not shown."""
        return self._search.is_active

    def tick(self) -> None:
        """A second has passed: the times of tasks under way have changed."""
        for task_id in self._under_way:
            row = self.row_of(task_id)
            if row is not None:
                self.dataChanged.emit(self.index(row, Field.ELAPSED), self.index(row, Field.LEFT))
        if self._under_way and len(self._order):
            last = self.index(len(self._order) - 1, Field.READY)
            self.dataChanged.emit(self.index(0, Field.READY), last)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        def sort_all() -> None:
            self._order.forget(self._under_way)
            self._order.sort(key, is_descending=is_descending)

        if column < 0:
            return
        key = self.columns[Field(column)].key
        is_descending = order is Qt.SortOrder.DescendingOrder
        # Asked for the order there is (as at the start), only what moves by the second is sorted.
        is_same = (key, is_descending) == (self._order.key, self._order.is_descending)
        if not is_same or self._under_way:
            self._rearrange(sort_all)

    def retranslate(self) -> None:
        self._search.forget_all()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self._start_afresh()

    # --- Qt's questions -----------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._order):
            return None
        task, field = self.task_at(index.row()), FIELDS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.columns[field].text(task)
            case Qt.ItemDataRole.EditRole if field is Field.PRIORITY:
                return task.priority
            case Qt.ItemDataRole.ToolTipRole:
                return text.tip(self._tool_tip(task, field))
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(field)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != Field.PRIORITY:
            return False
        self._set_priority([self.task_at(index.row()).id], int(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled  # between the rows
        return _CELL | Qt.ItemFlag.ItemIsEditable if index.column() == Field.PRIORITY else _CELL

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _(self.columns[Field(section)].title)
            if role == Qt.ItemDataRole.ToolTipRole:
                return _(about) if (about := self.columns[Field(section)].about) else None
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(Field(section))
        return None

    # --- dragging rows ------------------------------------------------------------------------

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [ROWS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = {self._order.id_at(row) for row in {index.row() for index in indexes}}
        mime = QMimeData()
        mime.setData(ROWS, " ".join(map(str, ids)).encode())
        return mime

    def canDropMimeData(
        self, mime: QMimeData, _action: Qt.DropAction, _row: int, _column: int, _parent: Index
    ) -> bool:
        return mime.hasFormat(ROWS) and self.is_in_turn

    def dropMimeData(
        self, mime: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if not self.canDropMimeData(mime, action, row, column, parent):
            return False
        ids = {int(task_id) for task_id in bytes(mime.data(ROWS).data()).split()}
        end = len(self._order)
        place = row if row >= 0 else parent.row() if parent.isValid() else end
        move = to_row([self.task_at(each) for each in range(end)], ids, place)
        if move is not None:
            self.moved.emit(move)
        return True

    # --- how it is done -----------------------------------------------------------------------

    def _tool_tip(self, task: Task, field: Field) -> str:
        match field:
            case Field.OUTPUT:
                return task.job.output_dir
            case Field.NAME | Field.RENDERER:
                title = text.renderer_title(self._service, task)
                return f"{title}\n{task.job.project_file}"
            case Field.STATE:
                reasons = [] if task.is_held else self._service.why_waiting(task.id)
                return "\n".join(filter(None, (text.problem(task), *reasons)))
            case Field.READY:
                return "\n".join(self._service.readiness.sentences(task))
            case _:
                return text.problem(task)

    def _start_afresh(self) -> None:
        self.beginResetModel()
        self._order.fill(self._search.wanted(self._tasks.values()))
        self.endResetModel()

    def _take_out(self, ids: Iterable[int]) -> None:
        for task_id in ids:
            row = self._order.row(task_id)
            self.beginRemoveRows(QModelIndex(), row, row)
            self._order.discard(task_id)
            self.endRemoveRows()

    def _put_in(self, ids: Iterable[int]) -> None:
        for task_id in sorted(ids):
            task = self._tasks[task_id]
            row = self._order.row_for(task)
            self.beginInsertRows(QModelIndex(), row, row)
            self._order.add(task)
            self.endInsertRows()

    def _refresh(self, tasks: list[Task]) -> None:
        strays = self._order.strays(tasks)
        if strays:
            self._rearrange(lambda: self._order.move(strays))
        if tasks:
            rows = sorted(self._order.row(task.id) for task in tasks)
            last = len(self.columns) - 1
            groups = spans(rows)
            for first_row, last_row in groups if len(groups) <= FEW else [(rows[0], rows[-1])]:
                self.dataChanged.emit(self.index(first_row, 0), self.index(last_row, last))

    def _rearrange(self, change: Callable[[], None]) -> None:
        """Let `change` sort rows anew; what is selected stays selected."""
        self.layoutAboutToBeChanged.emit()  # with a list it crashes PySide 6.11.3
        before = self.persistentIndexList()
        ids = [self._order.id_at(index.row()) for index in before]
        change()
        after = [
            self.index(self._order.row(task_id), index.column())
            for task_id, index in zip(ids, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _note_time(self, ids: Iterable[int]) -> None:
        for task_id in ids:
            task = self._tasks.get(task_id)
            if task is not None and task.runs:
                self._under_way.add(task_id)
            else:
                self._under_way.discard(task_id)
        self._keep_time()

    def _keep_time(self) -> None:
        if self._under_way and not self._seconds.isActive():
            self._seconds.start()
        elif not self._under_way:
            self._seconds.stop()

    def _alignment(self, field: Field) -> Qt.AlignmentFlag:
        flags = Qt.AlignmentFlag
        side = flags.AlignRight if self.columns[field].is_figure else flags.AlignLeft
        return side | flags.AlignVCenter
