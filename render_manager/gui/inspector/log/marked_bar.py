"""A scroll bar that shows along its length where problems and hits are."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QWidget

_HEIGHT = 2

Marks = tuple["array[int]", str, float, float]
"""Ascending lines, the colour, and left edge and width as parts of the bar's width."""


class MarkedBar(QScrollBar):
    """Shows marks of several kinds. However many there are, they fall into a few hundred pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds: list[Marks] = []
        self._count = 0
        self._rects: list[tuple[QRectF, QColor]] | None = None
        self._height = 0

    def mark(self, kinds: list[Marks], count: int) -> None:
        """Show these from now on; `count` is the number of all lines."""
        self._kinds, self._count, self._rects = kinds, count, None
        self.update()

    def marks(self) -> list[tuple[float, str]]:
        """The top and the colour of each mark that is painted."""
        return [(rect.top(), color.name()) for rect, color in self._worked_out()]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for rect, color in self._worked_out():
            painter.fillRect(rect, color)
        painter.end()

    def _worked_out(self) -> list[tuple[QRectF, QColor]]:
        if self._rects is None or self._height != self.height():
            self._height = self.height()
            self._rects = [
                (QRectF(left * self.width(), top, width * self.width(), _HEIGHT), QColor(color))
                for lines, color, left, width in self._kinds
                for top in self._tops(lines)
            ]
        return self._rects

    def _tops(self, lines: array[int]) -> list[int]:
        """The pixels whose lines are among `lines`; these are looked up, not gone through."""
        pixels = max(1, self._height - _HEIGHT)
        borders = [int(pixel * self._count / pixels) for pixel in range(pixels + 1)]
        found = [bisect_left(lines, border) for border in borders]
        return [pixel for pixel in range(pixels) if found[pixel] < found[pixel + 1]]
