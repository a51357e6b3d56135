"""How the cells of the task table are painted, and the priority dropdown in the row."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import Task
from render_manager.gui import icons
from render_manager.gui.priority import PriorityDropdown
from render_manager.gui.task_table.columns import Field
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.theme import GAP, Theme

Index = QModelIndex | QPersistentModelIndex

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ENDED_BADLY = (TaskState.FAILED, TaskState.CANCELLED)

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CellDelegate(QStyledItemDelegate):
    """A line of text on the row's background; the others paint something else in its place.

    The task is asked for once a cell, and the model's answers are not: a page of cells is painted
    in half the time (measured).
    """

    def __init__(
        self, model: TaskTableModel, field: Field, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = model
        self._column = model.columns[field]
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(self._theme.colors.selection))
        painter.setFont(option.font)
        task = self._tasks.task_at(index.row())
        inner = rect.adjusted(GAP, 0, -GAP, 0)
        self.paint_content(painter, inner, task, self._column.text(task))

    def paint_content(self, painter: QPainter, rect: QRect, task: Task, written: str) -> None:
        alignment = _RIGHT if self._column.is_figure else _LEFT
        self.write(painter, rect, written, self.color(task), alignment)

    def color(self, _task: Task) -> str:
        return self._theme.colors.text

    def write(
        self,
        painter: QPainter,
        rect: QRect,
        written: str,
        color: str,
        alignment: Qt.AlignmentFlag = _LEFT,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        if written:
            painter.setPen(QColor(color))
            shown = painter.fontMetrics().elidedText(written, elide, rect.width())
            painter.drawText(rect, alignment, shown)

    def paint_icon(self, painter: QPainter, rect: QRect, name: str, color: str) -> None:
        """At the left of `rect`, in the middle of its height."""
        ratio = painter.device().devicePixelRatioF()
        top = rect.top() + (rect.height() - icons.SIZE) // 2
        painter.drawPixmap(rect.left(), top, icons.pixmap(name, color, icons.SIZE, ratio))


class NameDelegate(CellDelegate):
    """The renderer's icon, and the name."""

    def paint_content(self, painter: QPainter, rect: QRect, task: Task, written: str) -> None:
        glyph = icons.renderer_icon_name(task.job.renderer)
        self.paint_icon(painter, rect, glyph, self._theme.colors.dim)
        inner = rect.adjusted(icons.SIZE + GAP, 0, 0, 0)
        self.write(painter, inner, written, self._theme.colors.text)


class DimDelegate(CellDelegate):
    """Lesser text."""

    def color(self, _task: Task) -> str:
        return self._theme.colors.dim


class PathDelegate(CellDelegate):
    """A path: its end tells the most, so the beginning gives way."""

    def paint_content(self, painter: QPainter, rect: QRect, task: Task, written: str) -> None:
        left = Qt.TextElideMode.ElideLeft
        self.write(painter, rect, written, self._theme.colors.dim, elide=left)


class ProblemDelegate(CellDelegate):
    """What went wrong, in the colour of failure where it is final."""

    def color(self, task: Task) -> str:
        is_final = task.state is TaskState.FAILED or task.failed_frames > 0
        return self._theme.colors.failed if is_final else self._theme.colors.dim


class FailedDelegate(CellDelegate):
    """The number of failed frames."""

    def color(self, _task: Task) -> str:
        return self._theme.colors.failed


class ReadyDelegate(CellDelegate):
    """When it will be done, in the colour of failure if that is too late."""

    def color(self, task: Task) -> str:
        is_late = self._tasks.is_late(task)
        return self._theme.colors.failed if is_late else self._theme.colors.text


class StateDelegate(CellDelegate):
    """Glyph and word."""

    def paint_content(self, painter: QPainter, rect: QRect, task: Task, written: str) -> None:
        color = self._theme.colors.of(task.state)
        self.paint_icon(painter, rect, f"state-{task.state}", color)
        self.write(painter, rect.adjusted(icons.SIZE + GAP, 0, 0, 0), written, color)


class ProgressDelegate(CellDelegate):
    """A bar, its failed part told apart, and the percentage."""

    FIGURES = 48

    def paint_content(self, painter: QPainter, rect: QRect, task: Task, written: str) -> None:
        colors = self._theme.colors
        bar = QRect(rect.left(), rect.center().y() - 2, rect.width() - self.FIGURES, 5)
        painter.fillRect(bar, QColor(colors.line))
        done = round(bar.width() * task.percentage / 100)
        color = colors.dim if task.state in _ENDED_BADLY else colors.of(task.state)
        painter.fillRect(QRect(bar.left(), bar.top(), done, bar.height()), QColor(color))
        if task.failed_frames:
            failed = max(2, round(bar.width() * task.failed_frames / task.total_frames))
            part = QRect(
                bar.left() + done, bar.top(), min(failed, bar.width() - done), bar.height()
            )
            painter.fillRect(part, QColor(colors.failed))
        if task.frames.counts[FrameState.PENDING] < task.total_frames:
            self.write(painter, rect, written, colors.dim, _RIGHT)


class PriorityDelegate(CellDelegate):
    """A dropdown in the row: looks like one, and is one once it is clicked."""

    def paint_content(self, painter: QPainter, rect: QRect, task: Task, written: str) -> None:
        inner = rect.adjusted(0, 0, -icons.SIZE, 0)
        self.write(painter, inner, written, self._theme.colors.text)
        at = rect.adjusted(rect.width() - icons.SIZE, 0, 0, 0)
        self.paint_icon(painter, at, "chevron-down", self._theme.colors.dim)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = PriorityDropdown(parent)
        editor.activated.connect(lambda _place: self._finish(editor))
        editor.dismissed.connect(lambda: self._give_up(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, PriorityDropdown):
            editor.offer(index.data(Qt.ItemDataRole.EditRole))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, PriorityDropdown):
            model.setData(index, editor.currentData(), Qt.ItemDataRole.EditRole)

    def _finish(self, editor: PriorityDropdown) -> None:
        self.commitData.emit(editor)
        self._give_up(editor)

    def _give_up(self, editor: PriorityDropdown) -> None:
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
