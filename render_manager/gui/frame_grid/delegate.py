"""How a frame's cell is painted: picture or glyph, number, progress, and the state's colour."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from render_manager.domain.states import FrameState
from render_manager.gui import icons
from render_manager.gui.frame_grid.model import CELL_ROLE, Cell
from render_manager.gui.frame_grid.thumbnails import Thumbnails
from render_manager.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

CAPTION = 20
"""The height of the line below the picture."""

GLYPHS = {
    FrameState.PENDING: "state-pending",
    FrameState.RENDERING: "state-running",
    FrameState.COMPLETED: "state-completed",
    FrameState.FAILED: "state-failed",
}

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FrameDelegate(QStyledItemDelegate):
    """Paints a Cell into the rectangle it is given."""

    def __init__(self, theme: Theme, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(CELL_ROLE)
        rect: QRect = option.rect
        picture = rect.adjusted(0, 0, 0, -CAPTION)
        painter.fillRect(picture, QColor(self._theme.colors.mat))
        self._paint_picture(painter, picture, cell)
        self._paint_progress(painter, picture, cell)
        self._paint_caption(painter, rect.adjusted(0, picture.height(), 0, 0), cell)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QColor(self._theme.colors.accent))
            painter.drawRect(picture.adjusted(-2, -2, 1, 1))
            painter.drawRect(picture.adjusted(-1, -1, 0, 0))

    def _paint_picture(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        found = self._thumbnails.picture(cell.thumbnail_path) if cell.thumbnail_path else None
        if found is not None and not found.isNull():
            painter.drawPixmap(_fitted(found, rect), found, QRectF(found.rect()))
        elif cell.state is FrameState.FAILED:
            self._tint(painter, rect, self._theme.colors.failed)
            self._paint_glyph(painter, rect, cell, 24)

    def _tint(self, painter: QPainter, rect: QRect, color: str) -> None:
        tint = QColor(color)
        tint.setAlphaF(0.16)
        painter.fillRect(rect, tint)

    def _paint_glyph(self, painter: QPainter, rect: QRect, cell: Cell, size: int) -> None:
        ratio = painter.device().devicePixelRatioF()
        color = self._theme.colors.of(cell.state.word)
        glyph = icons.pixmap(GLYPHS[cell.state], color, size, ratio)
        at = rect.center()
        painter.drawPixmap(at.x() - size // 2 + 1, at.y() - size // 2 + 1, glyph)

    def _paint_progress(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        if cell.state is not FrameState.RENDERING:
            return
        color = QColor(self._theme.colors.running)
        track = QRect(rect.left(), rect.bottom() - 2, rect.width(), 3)
        painter.fillRect(track, QColor(self._theme.colors.line))
        if cell.percent is None:
            self._paint_glyph(painter, rect, cell, 24)
            return
        done = round(track.width() * min(cell.percent, 100) / 100)
        painter.fillRect(QRect(track.left(), track.top(), done, track.height()), color)
        painter.setPen(color)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"{cell.percent:.0f} %")

    def _paint_caption(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        colors = self._theme.colors
        ratio = painter.device().devicePixelRatioF()
        size = 12
        glyph = icons.pixmap(GLYPHS[cell.state], colors.of(cell.state.word), size, ratio)
        painter.drawPixmap(rect.right() - size + 1, rect.center().y() - size // 2 + 1, glyph)
        is_there = cell.state in (FrameState.COMPLETED, FrameState.RENDERING)
        color = colors.failed if cell.state is FrameState.FAILED else colors.dim
        painter.setPen(QColor(colors.text if is_there else color))
        painter.drawText(rect.adjusted(1, 0, -size, 0), _LEFT, str(cell.number))


def _fitted(picture: QPixmap, rect: QRect) -> QRectF:
    """The place of the picture in the middle of `rect`, its shape kept."""
    size = picture.size().scaled(QSize(rect.size()), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(rect.center())
    return QRectF(place)
