"""Sees to it that the cells in sight, and those that come next, have what is painted in them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QSize, QTimer

from render_manager.gui.frame_grid.model import FrameGridModel
from render_manager.gui.frame_grid.thumbnails import Thumbnails
from render_manager.gui.frame_grid.view import FrameGridView

AHEAD = 2
"""Views full of cells that are fetched in the direction of the last scrolling."""


class Supply(QObject):
    """Asks for details, pictures and mended thumbnails whenever the grid has moved or changed."""

    def __init__(self, grid: FrameGridView, frames: FrameGridModel, thumbnails: Thumbnails) -> None:
        super().__init__(grid)
        self._grid, self._frames, self._thumbnails = grid, frames, thumbnails
        self._first = 0
        self._is_forward = True
        self._is_mending = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        grid.sight_changed.connect(self._soon.start)
        thumbnails.missed.connect(self._soon.start)
        frames.dataChanged.connect(lambda: self._soon.start())

    def _look(self) -> None:
        first, last = self._grid.places_in_sight()
        if last < first or not self._grid.isVisible():
            self._thumbnails.wish([], QSize())
            return
        in_sight = self._grid.shown.rows(first, last)
        ahead = self._ahead(first, last)
        self._frames.look_up(in_sight)
        self._frames.look_up(ahead)
        is_square = self._grid.geometry_of_cells.is_square
        self._fetch([] if is_square else [*in_sight, *ahead])
        self._mend([] if is_square else in_sight)

    def _ahead(self, first: int, last: int) -> Sequence[int]:
        """The rows that come next, the nearest first."""
        if first != self._first:
            self._is_forward, self._first = first > self._first, first
        count, shown = AHEAD * (last - first + 1), self._grid.shown
        if self._is_forward:
            return shown.rows(last + 1, last + count)
        return shown.rows(max(0, first - count), first - 1)[::-1]

    def _fetch(self, rows: Sequence[int]) -> None:
        paths = [path for row in rows if (path := self._frames.thumbnail(row))]
        picture, ratio = self._grid.geometry_of_cells.picture, self._grid.devicePixelRatioF()
        self._thumbnails.wish(paths, (picture.toSizeF() * ratio).toSize())

    def _mend(self, rows: Sequence[int]) -> None:
        """What is gone or cannot be read is made again; what has left the sight is not."""
        lacking = [row for row in rows if self._lacks_picture(row)]
        if lacking or self._is_mending:
            self._frames.mend(lacking)
        self._is_mending = bool(lacking)

    def _lacks_picture(self, row: int) -> bool:
        path = self._frames.thumbnail(row)
        if path is None:
            return self._frames.lacks_thumbnail(row)
        return self._thumbnails.cannot_read(path)
