"""The frames in a row: which exist, which are at hand, and which one is shown."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from render_manager.gui.theme import GAP, Theme

_TRACK = 8
_PLACES = 4096
_AT_HAND = 2
_HANDLE = 3


class ScrubBar(QAbstractSlider):
    """Its value is a row. Frames that exist are a solid track, gaps are a thin line; a line below
    marks those that the player has at hand."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._existing: list[tuple[int, int]] = []
        self._at_hand: list[tuple[int, int]] = []
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPageStep(10)
        theme.changed.connect(self.update)

    def mark_existing(self, count: int, rows: Iterable[int]) -> None:
        """There are `count` rows; these, ascending, have a picture."""
        self.setRange(0, max(0, count - 1))
        step = max(1, count // _PLACES)  # more cannot be told apart on any screen
        places = rows if step == 1 else sorted({row // step for row in rows})
        self._existing = [(first * step, end * step) for first, end in _runs(places)]
        self.update()

    def mark_at_hand(self, rows: Iterable[int]) -> None:
        """The player has these, ascending, in memory."""
        self._at_hand = _runs(rows)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * GAP, 3 * GAP)

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * GAP, 3 * GAP)

    # --- the hand -----------------------------------------------------------------------------

    def row_at(self, x: float) -> int:
        count = self.maximum() + 1
        return min(max(0, int((x - _HANDLE) * count / max(1, self._length()))), count - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setSliderPosition(self.row_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderPosition(self.row_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    # --- painting -----------------------------------------------------------------------------

    def _length(self) -> int:
        return self.width() - 2 * _HANDLE

    def _place(self, row: int) -> float:
        return _HANDLE + row * self._length() / (self.maximum() + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = self._theme.colors
        middle = self.height() // 2
        painter.fillRect(QRect(_HANDLE, middle, self._length(), 1), QColor(colors.line))
        track = QRectF(0, middle - _TRACK / 2, 0, _TRACK)
        self._paint_runs(painter, self._existing, track, colors.faint)
        below = QRectF(0, middle + _TRACK / 2 + 1, 0, _AT_HAND)
        self._paint_runs(painter, self._at_hand, below, colors.completed)
        self._paint_handle(painter, middle)
        if self.hasFocus():
            painter.setPen(QColor(colors.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_runs(
        self, painter: QPainter, runs: list[tuple[int, int]], track: QRectF, color: str
    ) -> None:
        for first, end in runs:
            left, right = self._place(first), self._place(end)
            piece = QRectF(left, track.top(), max(1.0, right - left), track.height())
            painter.fillRect(piece, QColor(color))

    def _paint_handle(self, painter: QPainter, middle: int) -> None:
        cell = self._place(1) - self._place(0)
        width = min(max(float(_HANDLE), cell), float(GAP))
        left = self._place(self.value()) + (cell - width) / 2
        color = QColor(self._theme.colors.accent)
        painter.fillRect(QRectF(left, middle - _TRACK, width, 2 * _TRACK), color)


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending rows as ranges: first, and the one after the last."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row:
            found[-1] = (found[-1][0], row + 1)
        else:
            found.append((row, row + 1))
    return found
