"""Pictures for the cells that are in sight: decoded in a thread pool, at the size they are shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from render_manager.gui.background import Background
from render_manager.gui.frame_grid.geometry import fitted

MOST_BYTES = 64_000_000
"""Of pictures in memory: 430 of 256 × 144 pixels, or 1,700 of 128 × 72."""

THREADS = 2

BATCH = 6
"""Pictures that a thread is given at once: about 5 ms of work."""

TELL_MS = 16
"""Pictures that arrive within this time are told together: the screen shows no more."""


class _Kept(NamedTuple):
    picture: QPixmap
    box: QSize
    is_whole: bool
    """Not made smaller than it is in its file."""

    @property
    def bytes(self) -> int:
        return 4 * self.picture.width() * self.picture.height()

    def serves(self, box: QSize) -> bool:
        """Whether reading the file for `box` would give the same picture."""
        size = self.picture.size()
        return self.box == box or (self.is_whole and size.boundedTo(box) == size)


class _Read(NamedTuple):
    path: str
    box: QSize
    image: QImage
    is_whole: bool


class Thumbnails(QObject):
    """A cache of pictures by file.

    What is wanted is said anew whenever the view has moved; wishes of before are dropped.
    """

    arrived = Signal(object)
    """`set[str]`: these files can be painted now."""
    missed = Signal()
    """Some cannot be read."""

    def __init__(
        self,
        background: Background,
        parent: QObject | None = None,
        bring: Callable[[str], str] = str,
    ) -> None:
        """`bring` says where a file can be read, in a thread."""
        super().__init__(parent)
        self._background = background
        self._bring = bring
        self._pictures: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._box = QSize()
        self._wishes: list[str] = []
        self._in_work: set[str] = set()
        self._jobs = 0
        self._outdated: set[str] = set()
        self._news: set[str] = set()
        self._has_missed = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TELL_MS)
        self._soon.timeout.connect(self._tell)

    def picture(self, path: str) -> QPixmap | None:
        """The picture if it is at hand, maybe of another size. Null if it cannot be read."""
        kept = self._pictures.get(path)
        if kept is None:
            return None
        self._pictures.move_to_end(path)
        return kept.picture

    def wish(self, paths: Sequence[str], box: QSize) -> None:
        """Fetch these, the first one first, each as large as fits into `box` (in real pixels)."""
        self._box = box
        self._wishes = [path for path in reversed(paths) if self._lacks(path)]
        self._work()

    def forget(self, path: str) -> None:
        """The file was written anew."""
        self._drop(path)
        if path in self._in_work:
            self._outdated.add(path)

    def forget_unreadable(self) -> None:
        """What could not be read may be there by now."""
        for path in [path for path, kept in self._pictures.items() if kept.picture.isNull()]:
            self._drop(path)

    def cannot_read(self, path: str) -> bool:
        kept = self._pictures.get(path)
        return kept is not None and kept.picture.isNull()

    @property
    def is_idle(self) -> bool:
        """Whether every wish was fulfilled or dropped."""
        return not self._wishes and not self._in_work

    def _lacks(self, path: str) -> bool:
        kept = self._pictures.get(path)
        if path in self._in_work:
            return False
        return kept is None or not (kept.picture.isNull() or kept.serves(self._box))

    def _work(self) -> None:
        while self._wishes and self._jobs < THREADS:
            batch: list[str] = []
            while self._wishes and len(batch) < BATCH:
                path = self._wishes.pop()
                if self._lacks(path):
                    self._in_work.add(path)
                    batch.append(path)
            if batch:
                self._jobs += 1
                self._background.run(partial(_read_all, batch, self._box, self._bring), self._take)

    def _take(self, batch: list[_Read]) -> None:
        self._jobs -= 1
        for read in batch:
            self._in_work.discard(read.path)
            if read.path in self._outdated:
                self._outdated.discard(read.path)
                self._wishes.append(read.path)
            else:
                self._keep(read)
        self._work()
        if not self._soon.isActive():
            self._soon.start()

    def _keep(self, read: _Read) -> None:
        self._drop(read.path)
        kept = _Kept(QPixmap.fromImage(read.image), read.box, read.is_whole)
        self._pictures[read.path] = kept
        self._news.add(read.path)
        self._bytes += kept.bytes
        self._has_missed |= kept.picture.isNull()
        while self._bytes > MOST_BYTES:
            self._drop(next(iter(self._pictures)))
        if self._lacks(read.path):  # the cells have another size by now
            self._wishes.append(read.path)

    def _drop(self, path: str) -> None:
        kept = self._pictures.pop(path, None)
        self._bytes -= kept.bytes if kept is not None else 0

    def _tell(self) -> None:
        news, self._news = self._news, set()
        self.arrived.emit(news)
        if self._has_missed:
            self._has_missed = False
            self.missed.emit()


def _read_all(paths: list[str], box: QSize, bring: Callable[[str], str]) -> list[_Read]:
    return [_read(path, box, bring) for path in paths]


def _read(path: str, box: QSize, bring: Callable[[str], str]) -> _Read:
    """The picture, made smaller while it is decoded. QImageReader lets go of the GIL meanwhile."""
    reader = QImageReader(bring(path))
    size = reader.size()
    is_whole = size.boundedTo(box) == size
    if size.isValid() and not is_whole:
        reader.setScaledSize(fitted(size, box))
    return _Read(path, box, reader.read(), is_whole)
