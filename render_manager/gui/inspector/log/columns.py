"""Where the characters of a line are, in logical pixels."""

from __future__ import annotations

import bisect
import math

from PySide6.QtGui import QFont, QFontMetricsF


class Columns:
    """Measures lines in a font of equal widths; characters beyond ASCII may be wider."""

    def __init__(self, font: QFont) -> None:
        self._metrics = QFontMetricsF(font)
        self.width = self._metrics.horizontalAdvance("0" * 100) / 100
        self.height = math.ceil(self._metrics.height()) + 2
        self.ascent = 1 + self._metrics.ascent()

    def x(self, text: str, column: int) -> float:
        """The left edge of a column; the first is at 0."""
        if text.isascii():
            return column * self.width
        beyond = max(0, column - len(text)) * self.width
        return self._metrics.horizontalAdvance(text[:column]) + beyond

    def column(self, text: str, x: float) -> int:
        """The column whose left edge is nearest."""
        if text.isascii():
            return min(max(0, round(x / self.width)), len(text))
        after = bisect.bisect_left(range(len(text) + 1), x, key=lambda column: self.x(text, column))
        before = max(0, after - 1)
        is_nearer = after > len(text) or x - self.x(text, before) < self.x(text, after) - x
        return before if is_nearer else after

    def seen(self, text: str, left: float, width: float) -> tuple[int, int]:
        """The columns to paint if so much is in sight; all where that is not plain arithmetic."""
        if not text.isascii():
            return 0, len(text)
        first = max(0, int(left / self.width))
        return first, min(len(text), first + int(width / self.width) + 2)
