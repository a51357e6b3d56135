"""A thin strip that shows all frames at once: which are done, which failed, what is in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from render_manager.base.i18n import _
from render_manager.domain.states import FrameState
from render_manager.gui import text
from render_manager.gui.frame_grid.columns import Columns
from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.frame_grid.strip_image import BARS, image_of
from render_manager.gui.theme import GAP, Theme

HEIGHT = 32
URGENT = (FrameState.FAILED, FrameState.RENDERING, FrameState.COMPLETED, FrameState.PENDING)


class FrameStrip(QWidget):
    """`row_wanted` tells which row is to be looked at, `row_chosen` which one was settled on."""

    row_wanted = Signal(int)
    row_chosen = Signal(int)

    def __init__(self, frames: FrameGridModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames = frames
        self._theme = theme
        self._columns = Columns(b"", 0)
        self._bars: QImage | None = None
        self._sight = (0, -1)
        self._current = -1
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        frames.rows_changed.connect(self._change)
        frames.modelReset.connect(self._begin)
        theme.changed.connect(self._repaint_bars)
        self.retranslate()

    def refresh(self) -> None:
        """Everything may have changed."""
        self._columns = Columns(self._frames.states, self._room().width())
        self._repaint_bars()

    def show_sight(self, first_row: int, last_row: int) -> None:
        """Mark the rows that can be seen in the grid."""
        self._sight = first_row, last_row
        self.update()

    def show_current(self, row: int) -> None:
        """Mark the row that is looked at."""
        self._current = row
        if row >= 0:
            self.setAccessibleDescription(self._frames.title(row))
        self.update()

    def retranslate(self) -> None:
        self.setAccessibleName(_("All frames at once"))
        if 0 <= self._current < self._count():
            self.show_current(self._current)

    def sizeHint(self) -> QSize:
        return QSize(30 * GAP, HEIGHT)

    # --- rows and places ----------------------------------------------------------------------

    def _begin(self) -> None:
        self._sight, self._current = (0, -1), -1
        self.refresh()

    def _change(self, rows: Sequence[int]) -> None:
        self._columns.change(self._frames.states, rows)
        self._repaint_bars()

    def _repaint_bars(self) -> None:
        self._bars = None
        self.update()

    def _count(self) -> int:
        return self._frames.rowCount()

    def _room(self) -> QRect:
        """Where the columns are."""
        return QRect(GAP, (HEIGHT - BARS) // 2, max(0, self.width() - 2 * GAP), BARS)

    def _rows_at(self, x: int) -> range:
        """The rows in the column at x, or the nearest one."""
        return self._columns.frames_at(x - self._room().left())

    def _x_of(self, row: int) -> int:
        return self._room().left() + row * self._room().width() // max(1, self._count())

    # --- gestures -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._look(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._look(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        rows = self._rows_at(event.position().toPoint().x())
        if rows and event.button() is Qt.MouseButton.LeftButton:
            self.row_chosen.emit(self._worst(rows))

    def _look(self, event: QMouseEvent) -> None:
        rows = self._rows_at(event.position().toPoint().x())
        if rows and event.buttons() & Qt.MouseButton.LeftButton:
            self.row_wanted.emit(rows[0])

    def _worst(self, rows: range) -> int:
        """The row that gives the column its look: who clicks on a failed frame wants to see it."""
        part = self._frames.states[rows.start : rows.stop]
        return next(rows.start + part.index(state) for state in URGENT if state in part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._row_by_key(Qt.Key(event.key()))
        if row is None or not self._count():
            super().keyPressEvent(event)
        else:
            self.row_chosen.emit(max(0, min(row, self._count() - 1)))

    def _row_by_key(self, key: Qt.Key) -> int | None:
        """A column further, or as many frames as can be seen, or the first or last frame."""
        row = self._current if self._current >= 0 else self._sight[0]
        step = max(1, -(-self._count() // max(1, self._room().width())))
        page = max(step, self._sight[1] - self._sight[0])
        return {
            Qt.Key.Key_Left: row - step,
            Qt.Key.Key_Right: row + step,
            Qt.Key.Key_PageUp: row - page,
            Qt.Key.Key_PageDown: row + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._count() - 1,
        }.get(key)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            rows = self._rows_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self._about(rows) if rows else "", self)
            return True
        return super().event(event)

    def _about(self, rows: range) -> str:
        if len(rows) == 1:
            return self._frames.title(rows[0])
        first, last = self._frames.number(rows[0]), self._frames.number(rows[-1])
        part = self._frames.states[rows.start : rows.stop]
        counts = [(state, part.count(state)) for state in URGENT]
        said = [f"{text.frame_word(state)}: {count:,}" for state, count in counts if count]
        head = _("Frames {first}–{last}").format(first=first, last=last)
        return "\n".join([head, *said])

    # --- painting -----------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._count():
            return
        if self._bars is None:
            self._bars = image_of(self._columns.pixels(), self._theme.colors)
        painter = QPainter(self)
        painter.drawImage(self._room().topLeft(), self._bars)
        self._paint_sight(painter)
        self._paint_current(painter)
        painter.end()

    def _paint_sight(self, painter: QPainter) -> None:
        first, last = self._sight
        if last < first or (first == 0 and last == self._count() - 1):
            return  # all of them are in sight
        left, right = self._x_of(first) - 1, self._x_of(last + 1)
        right = max(right, left + 5)
        painter.setPen(QColor(self._theme.colors.text))
        top, bottom = 2, HEIGHT - 3
        for x, inward in ((left, 3), (right, -3)):
            painter.drawPolyline(
                [
                    QPoint(x + inward, top),
                    QPoint(x, top),
                    QPoint(x, bottom),
                    QPoint(x + inward, bottom),
                ]
            )

    def _paint_current(self, painter: QPainter) -> None:
        """A tick below the frame that is looked at; all round when the strip has the keyboard."""
        accent = QColor(self._theme.colors.accent)
        if self._current >= 0:
            middle = (self._x_of(self._current) + self._x_of(self._current + 1)) // 2
            painter.fillRect(middle - 1, HEIGHT - 5, 3, 4, accent)
        if self.hasFocus():
            painter.setPen(accent)
            painter.drawRect(self.rect().adjusted(2, 0, -3, -1))
