"""Paints one line of a log: its number, its marks and its text."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from render_manager.domain.events import Severity
from render_manager.gui import icons
from render_manager.gui.inspector.log.columns import Columns
from render_manager.gui.theme import GAP, Colors

GLYPHS = {
    Severity.WARNING: ("warning", "paused"),
    Severity.ERROR: ("state-failed", "failed"),
    Severity.FATAL: ("fatal", "failed"),
}
"""Icon and colour of a problem; the glyphs differ in shape."""

GLYPH = 12

_BAR = 3


@dataclass(slots=True)
class Line:
    """What there is to paint. Columns count characters; `hit` is the place of the hit gone to."""

    number: int
    text: str
    severity: Severity | None = None
    hits: tuple[tuple[int, int], ...] = ()
    hit: int | None = None
    selected: tuple[int, int] | None = None
    is_in_band: bool = False
    is_current: bool = False


class LinePainter:
    """Paints into a row; `gutter` is the width left of the text."""

    def __init__(self, painter: QPainter, columns: Columns, colors: Colors, ratio: float) -> None:
        self._painter = painter
        self._columns = columns
        self._colors = colors
        self._ratio = ratio

    def paint(self, line: Line, row: QRectF, gutter: float, left: float) -> None:
        """`left` is how far the text is scrolled to the left."""
        painter = self._painter
        if line.is_current or line.is_in_band:
            painter.fillRect(row, _mixed(self._colors.raised, 0.9 if line.is_current else 0.45))
        text_area = row.adjusted(gutter, 0, 0, 0)
        painter.save()
        painter.setClipRect(text_area)
        self._paint_marks(line, text_area, left)
        self._paint_text(line, text_area, left)
        painter.restore()
        self._paint_gutter(line, row, gutter)

    def _paint_marks(self, line: Line, area: QRectF, left: float) -> None:
        colors = self._colors
        if line.selected is not None:
            rect = self._span(line.text, line.selected, area, left)
            self._painter.fillRect(rect, _mixed(colors.accent, 0.35))
        for place, hit in enumerate(line.hits):
            rect = self._span(line.text, hit, area, left)
            self._painter.fillRect(rect, _mixed(colors.paused, 0.35))
            if place == line.hit:
                self._painter.setPen(QColor(colors.paused))
                self._painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_text(self, line: Line, area: QRectF, left: float) -> None:
        color = self._colors.text
        if line.severity is not None:
            color = getattr(self._colors, GLYPHS[line.severity][1])
        first, after = self._columns.seen(line.text, left, area.width())
        at = area.left() - left + self._columns.x(line.text, first)
        self._painter.setPen(QColor(color))
        baseline = area.top() + self._columns.ascent
        self._painter.drawText(QPointF(at, baseline), line.text[first:after])

    def _paint_gutter(self, line: Line, row: QRectF, gutter: float) -> None:
        painter = self._painter
        if line.is_in_band:
            bar = QRectF(row.left(), row.top(), _BAR, row.height())
            painter.fillRect(bar, QColor(self._colors.accent))
        if line.severity is not None:
            name, color = GLYPHS[line.severity]
            drawn = icons.pixmap(name, getattr(self._colors, color), GLYPH, self._ratio)
            at = QPointF(row.left() + GAP / 2, row.top() + (row.height() - GLYPH) / 2)
            painter.drawPixmap(at, drawn)
        painter.setPen(QColor(self._colors.text if line.is_current else self._colors.dim))
        numbers = QRectF(row.left(), row.top(), gutter - GAP, row.height())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(numbers, right, str(line.number + 1))

    def _span(self, text: str, columns: tuple[int, int], area: QRectF, left: float) -> QRectF:
        begin, end = (self._columns.x(text, column) for column in columns)
        return QRectF(area.left() - left + begin, area.top(), end - begin, area.height())


def gutter_width(columns: Columns, count: int) -> float:
    """Room for the marks and the longest line number."""
    return GAP / 2 + GLYPH + GAP / 2 + len(str(max(count, 100))) * columns.width + 1.5 * GAP


def _mixed(color: str, opacity: float) -> QColor:
    mixed = QColor(color)
    mixed.setAlphaF(opacity)
    return mixed
