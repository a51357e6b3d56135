"""Where cells are: arithmetic alone, so that a million of them cost no more than ten."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt

from render_manager.gui.theme import GAP

SIZES = (24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512)
"""The least widths of a cell that can be chosen; what is left over of a line is shared out."""

USUAL = SIZES.index(128)

LEAST_WITH_PICTURE = 64
"""Smaller cells are squares that show the state alone."""

CAPTION = 20
"""The height of the line below the picture."""

WIDEST, TALLEST = 2.4, 0.75
"""Pictures of other shapes get bars."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Equal cells in lines, in logical pixels from the first line's top."""

    columns: int
    width: int
    height: int
    gap: int
    caption: int
    """0 for squares."""

    @property
    def is_square(self) -> bool:
        return not self.caption

    @property
    def picture(self) -> QSize:
        return QSize(self.width, self.height - self.caption)

    @property
    def step(self) -> int:
        """From the top of one line to that of the next."""
        return self.height + self.gap

    def rect(self, place: int) -> QRect:
        return QRect(*self.corner(place), self.width, self.height)

    def corner(self, place: int) -> tuple[int, int]:
        """The left and the top of a cell."""
        line, column = divmod(place, self.columns)
        return GAP + column * (self.width + self.gap), GAP + line * self.step

    def nearest(self, point: QPoint) -> int:
        """The place whose cell is at the point or next to it; may lie beyond the last one."""
        line = (point.y() - GAP + self.gap // 2) // self.step
        column = (point.x() - GAP + self.gap // 2) // (self.width + self.gap)
        return max(0, line) * self.columns + min(max(0, column), self.columns - 1)

    def total_height(self, count: int) -> int:
        return 2 * GAP - self.gap + -(-count // self.columns) * self.step


def arrange(available: int, size: int, aspect: float) -> Geometry:
    """Cells at least `size` wide in a line of `available` pixels, for pictures of this shape."""
    is_square = size < LEAST_WITH_PICTURE
    gap = 2 if size < 40 else 4 if is_square else GAP
    usable = available - 2 * GAP + gap
    columns = max(1, usable // (size + gap))
    width = max(1, min(usable // columns - gap, size * 3 // 2))
    if is_square:
        return Geometry(columns, width, width, gap, 0)
    height = round(width / min(max(aspect, TALLEST), WIDEST))
    return Geometry(columns, width, height + CAPTION, gap, CAPTION)


def fitted(picture: QSize, box: QSize) -> QSize:
    """The size of a picture in a box, its shape kept; a pixel that would be left over is filled."""
    size = picture.scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
    is_close = box.width() - size.width() <= 1 and box.height() - size.height() <= 1
    return box if is_close else size
