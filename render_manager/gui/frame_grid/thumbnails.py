"""Pictures for the cells that are in sight: decoded in a thread pool, the newest wish first."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from render_manager.gui.background import Background

EDGE = 256
"""The most pixels along an edge of a picture that is kept."""

KEPT = 400
"""Pictures in memory; at 256 × 144 pixels they take 59 MB."""

WISHES = 200
"""Wishes that wait; older ones are of cells scrolled out of sight, which will ask again."""

THREADS = 2


class Thumbnails(QObject):
    """A cache of pictures by file. `arrived` tells that one can be painted now."""

    arrived = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._pictures: OrderedDict[str, QPixmap] = OrderedDict()
        self._wishes: OrderedDict[str, None] = OrderedDict()
        self._in_work: set[str] = set()
        self._outdated: set[str] = set()

    def picture(self, path: str) -> QPixmap | None:
        """The picture if it is at hand; else it is fetched. Null if the file cannot be read."""
        found = self._pictures.get(path)
        if found is not None:
            self._pictures.move_to_end(path)
        elif path not in self._in_work:
            self._wishes[path] = None
            self._wishes.move_to_end(path)
            while len(self._wishes) > WISHES:
                self._wishes.popitem(last=False)
            self._work()
        return found

    def forget(self, path: str) -> None:
        """The file was written anew."""
        self._pictures.pop(path, None)
        if path in self._in_work:
            self._outdated.add(path)

    @property
    def is_idle(self) -> bool:
        """Whether every wish was fulfilled or dropped."""
        return not self._wishes and not self._in_work

    def _work(self) -> None:
        while self._wishes and len(self._in_work) < THREADS:
            path, _nothing = self._wishes.popitem()
            self._in_work.add(path)
            self._background.run(lambda path=path: (path, _read(path)), self._take)  # type: ignore[misc]

    def _take(self, read: tuple[str, QImage]) -> None:
        path, image = read
        self._in_work.discard(path)
        if path in self._outdated:
            self._outdated.discard(path)
        else:
            self._keep(path, QPixmap.fromImage(image))
        self._work()
        self.arrived.emit()

    def _keep(self, path: str, picture: QPixmap) -> None:
        self._pictures[path] = picture
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)


def _read(path: str) -> QImage:
    """The picture, made smaller while it is decoded. QImageReader lets go of the GIL meanwhile."""
    reader = QImageReader(path)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > EDGE:
        reader.setScaledSize(size.scaled(QSize(EDGE, EDGE), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
