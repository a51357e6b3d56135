"""How a frame's cell is painted: picture or glyph, number, progress, and the state's colour."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from render_manager.domain.states import FrameState
from render_manager.gui import icons
from render_manager.gui.frame_grid.geometry import fitted
from render_manager.gui.frame_grid.model import Cell
from render_manager.gui.theme import GAP, Theme

GLYPHS = {
    FrameState.PENDING: "state-pending",
    FrameState.RENDERING: "state-running",
    FrameState.COMPLETED: "state-completed",
    FrameState.FAILED: "state-failed",
}

ROOM_FOR_WORDS = 160
"""A failed cell as wide as this says why."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class Marks:
    """What the keyboard and the mouse have done to a cell."""

    is_selected: bool
    is_current: bool


class CellPainter:
    """Paints cells with a caption, and small squares that show the state alone."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._squares: dict[tuple[FrameState, QSize, float], QPixmap] = {}
        self._colors: dict[str, QColor] = {}
        self._ratio = 1.0
        theme.changed.connect(self._restyle)

    def begin(self, painter: QPainter) -> None:
        """What follows is painted for the screen of this painter."""
        self._ratio = painter.device().devicePixelRatioF()

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        caption: int,
        cell: Cell,
        picture: QPixmap | None,
        opacity: float,
    ) -> None:
        """A cell with its picture, of which `opacity` is to be seen."""
        area = rect.adjusted(0, 0, 0, -caption)
        painter.fillRect(area, self._color("mat"))
        if cell.state is FrameState.COMPLETED:
            self._paint_completed(painter, area, cell, picture, opacity)
        elif cell.state is FrameState.FAILED:
            self._paint_failed(painter, area, cell)
        elif cell.state is FrameState.RENDERING:
            self._paint_progress(painter, area, cell)
        self._paint_caption(painter, rect.adjusted(0, area.height(), 0, 0), cell)

    def square(self, state: FrameState, size: QSize) -> QPixmap:
        """A square in the colour of the state, with its glyph."""
        key = state, size, self._ratio
        if key not in self._squares:
            self._squares[key] = self._square(*key)
        return self._squares[key]

    def paint_details(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        """What a square shows besides its state."""
        if cell.percent is not None:
            self._paint_track(painter, rect, cell.percent)
        if cell.is_suspicious:
            self._paint_warning(painter, rect, 8)

    def paint_marks(self, painter: QPainter, rect: QRect, gap: int, marks: Marks) -> None:
        """A frame round what is selected, and one round that which has the keyboard."""
        room = 2 if gap >= GAP else 0
        if marks.is_selected:
            self._frame(painter, rect.adjusted(-room, -room, room, room), 2, "accent")
        if marks.is_current:
            out = room + 2 if room else -2 if marks.is_selected else 0
            self._frame(painter, rect.adjusted(-out, -out, out, out), 1, "text")

    # --- pictures -----------------------------------------------------------------------------

    def _paint_completed(
        self, painter: QPainter, area: QRect, cell: Cell, picture: QPixmap | None, opacity: float
    ) -> None:
        if picture is not None and not picture.isNull():
            painter.setOpacity(opacity)
            self._draw_fitted(painter, area, picture)
            painter.setOpacity(1)
        elif picture is not None or cell.thumbnail_path is None:
            self._paint_glyph(painter, area, cell.state, _glyph_size(area))
        if cell.is_suspicious:
            self._paint_warning(painter, area, 14)

    def _paint_failed(self, painter: QPainter, area: QRect, cell: Cell) -> None:
        self._tint(painter, area, cell.state, 0.16)
        size = _glyph_size(area)
        if cell.reason is None or area.width() < ROOM_FOR_WORDS:
            self._paint_glyph(painter, area, cell.state, size)
            return
        above = QRect(area.left(), area.top() + GAP, area.width(), size)
        self._paint_glyph(painter, above, cell.state, size)
        room = area.adjusted(GAP, 2 * GAP + size, -GAP, -GAP)
        painter.setPen(self._color("text"))
        painter.save()
        painter.setClipRect(room)
        painter.drawText(room, _WRAPPED, cell.reason)
        painter.restore()

    def _paint_progress(self, painter: QPainter, area: QRect, cell: Cell) -> None:
        if cell.percent is None:
            self._paint_glyph(painter, area, cell.state, _glyph_size(area))
            self._paint_track(painter, area, 0)
            return
        self._paint_track(painter, area, cell.percent)
        painter.setPen(self._color("running"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, f"{cell.percent:.0f} %")

    def _paint_track(self, painter: QPainter, area: QRect, percent: float) -> None:
        track = QRect(area.left(), area.bottom() - 2, area.width(), 3)
        painter.fillRect(track, self._color("line"))
        track.setWidth(round(area.width() * min(percent, 100) / 100))
        painter.fillRect(track, self._color("running"))

    def _draw_fitted(self, painter: QPainter, area: QRect, picture: QPixmap) -> None:
        """In the middle of the area, its shape kept; on whole pixels of the screen, so that a
        picture that was decoded for this size is not resampled."""
        ratio = self._ratio
        if ratio == 1 and picture.size() == area.size():
            painter.drawPixmap(area.topLeft(), picture)
            return
        box = (area.size().toSizeF() * ratio).toSize()
        size = fitted(picture.size(), box)
        left = round(area.left() * ratio) + (box.width() - size.width()) // 2
        top = round(area.top() * ratio) + (box.height() - size.height()) // 2
        place = QRectF(QPointF(left, top) / ratio, size.toSizeF() / ratio)
        painter.drawPixmap(place, picture, QRectF(picture.rect()))

    # --- glyphs -------------------------------------------------------------------------------

    def _paint_glyph(self, painter: QPainter, area: QRect, state: FrameState, size: int) -> None:
        self._draw_icon(painter, area, GLYPHS[state], self._theme.colors.of(state.word), size)

    def _paint_warning(self, painter: QPainter, area: QRect, size: int) -> None:
        """In the corner, on a ground of its own, as the picture may have any colour."""
        corner = QRect(area.right() - size + 1, area.top(), size, size)
        painter.fillRect(corner, self._color("mat"))
        self._draw_icon(painter, corner, "warning", self._theme.colors.paused, size)

    def _draw_icon(self, painter: QPainter, area: QRect, name: str, color: str, size: int) -> None:
        drawn = icons.pixmap(name, color, size, self._ratio)
        middle = area.center()
        painter.drawPixmap(middle.x() - size // 2 + 1, middle.y() - size // 2 + 1, drawn)

    def _paint_caption(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        size = 12
        glyph = QRect(rect.right() - size + 1, rect.top(), size, rect.height())
        self._paint_glyph(painter, glyph, cell.state, size)
        is_there = cell.state in (FrameState.COMPLETED, FrameState.RENDERING)
        color = "failed" if cell.state is FrameState.FAILED else "dim"
        painter.setPen(self._color("text" if is_there else color))
        painter.drawText(rect.adjusted(1, 0, -size, 0), _LEFT, str(cell.number))

    def _square(self, state: FrameState, size: QSize, ratio: float) -> QPixmap:
        drawn = QPixmap(size * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(self._color("mat"))
        painter = QPainter(drawn)
        rect = QRect(0, 0, size.width(), size.height())
        if state is not FrameState.PENDING:
            self._tint(painter, rect, state, 0.32)
        else:
            painter.setOpacity(0.5)
        self._paint_glyph(painter, rect, state, 12 if size.width() < 40 else 16)
        painter.end()
        return drawn

    def _tint(self, painter: QPainter, rect: QRect, state: FrameState, share: float) -> None:
        tint = QColor(self._theme.colors.of(state.word))
        tint.setAlphaF(share)
        painter.fillRect(rect, tint)

    def _color(self, name: str) -> QColor:
        if name not in self._colors:
            self._colors[name] = QColor(getattr(self._theme.colors, name))
        return self._colors[name]

    def _restyle(self) -> None:
        self._squares.clear()
        self._colors.clear()

    def _frame(self, painter: QPainter, rect: QRect, width: int, color: str) -> None:
        painter.setPen(self._color(color))
        for inset in range(width):
            painter.drawRect(rect.adjusted(inset, inset, -inset - 1, -inset - 1))


def _glyph_size(area: QRect) -> int:
    return 16 if area.width() < 80 else 24
