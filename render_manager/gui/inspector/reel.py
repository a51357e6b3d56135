"""The frames that the player has at hand: read ahead of it, within a fixed amount of memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from render_manager.domain.task import FrameDetail
from render_manager.gui.background import Background
from render_manager.gui.inspector.plane import image_of
from render_manager.images.viewing import (
    CHECKER_SQUARES,
    SHADES,
    Grade,
    View,
    ViewRequest,
    reduction_for,
)
from render_manager.service.queue_service import QueueService

MOST_BYTES = 768 << 20
"""What the frames at hand may take together: 92 of 1920 × 1080, or 800 of 640 × 360."""

AT_ONCE = 2
"""Frames that are read at the same time."""

_BYTES_PER_PIXEL = 4

_QT_READS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})
"""Pictures ready for display that Qt reads in a thread of ours, without the GIL."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How frames are read: which layer of which file, how shown, and the pixels that there is room
    for (0 for as many as the picture has)."""

    file: int
    layer: str | None
    grade: Grade
    room: tuple[int, int]


class Reel(QObject):
    """Frames by row. What cannot be read is kept as a null image, and not tried again."""

    arrived = Signal(int)

    def __init__(
        self,
        service: QueueService,
        background: Background,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._background = background
        self._most_bytes = most_bytes
        self._clock = clock
        self._manner = Manner(0, None, Grade(), (0, 0))
        self._images: dict[int, QImage] = {}
        self._in_work: dict[int, float] = {}
        self._bytes = 0
        self._era = 0
        self._wish: list[int] = []
        self._needed: set[int] = set()
        self._detail: Callable[[int], FrameDetail | None] = lambda _row: None
        self.seconds = 0.0
        """How long a frame took lately, from the wish to its arrival."""

    # --- what is there ------------------------------------------------------------------------

    def image(self, row: int) -> QImage | None:
        """The frame, if it is at hand and could be read."""
        found = self._images.get(row)
        return None if found is None or found.isNull() else found

    @property
    def rows(self) -> Mapping[int, QImage]:
        """All rows at hand."""
        return self._images

    @property
    def bytes(self) -> int:
        return self._bytes

    @property
    def is_idle(self) -> bool:
        return not self._in_work

    # --- what is wanted -----------------------------------------------------------------------

    def read_as(self, manner: Manner) -> None:
        """Frames are to be read like this; those that were read otherwise are dropped."""
        if manner != self._manner:
            self._manner = manner
            self.clear()

    def clear(self) -> None:
        """Drop all frames and wishes."""
        self._era += 1
        self._wish, self._needed = [], set()
        self._images.clear()
        self._in_work.clear()
        self._bytes = 0

    def forget(self, row: int) -> None:
        """The frame was written anew."""
        self._drop(row)
        self._in_work.pop(row, None)

    def room_for(self, size: tuple[int, int]) -> int:
        """How many frames of this size, shown in the present manner, fit into memory."""
        shown = self._shown_size(size)
        mean = self._bytes // len(self._images) if self._images else 0
        each = max(1, mean, shown[0] * shown[1] * _BYTES_PER_PIXEL)
        return max(2, self._most_bytes // each)

    def want(self, rows: list[int], detail: Callable[[int], FrameDetail | None]) -> None:
        """These rows are needed next, the first one first; others may go if memory is short."""
        self._wish, self._needed, self._detail = rows, set(rows), detail
        self._read_on()

    # --- how it is done -----------------------------------------------------------------------

    def _shown_size(self, size: tuple[int, int]) -> tuple[int, int]:
        room = self._manner.room
        if not all(room) or (size[0] <= room[0] and size[1] <= room[1]):
            return size
        fitted = QSize(*size).scaled(QSize(*room), Qt.AspectRatioMode.KeepAspectRatio)
        return max(1, fitted.width()), max(1, fitted.height())

    def _read_on(self) -> None:
        for row in self._wish:
            if len(self._in_work) >= AT_ONCE:
                return
            if row not in self._images and row not in self._in_work:
                known = self._detail(row)
                if known is not None and known.files:
                    self._read(row, known)

    def _read(self, row: int, detail: FrameDetail) -> None:
        era, file = self._era, detail.files[min(self._manner.file, len(detail.files) - 1)]
        began = self._in_work[row] = self._clock()

        def take(image: QImage) -> None:
            if era == self._era and self._in_work.get(row) == began:
                self._keep(row, image, began)

        size = self._shown_size((file.width, file.height))
        manner = self._manner
        is_plain = manner.layer is None and manner.grade == Grade()
        if is_plain and Path(file.path).suffix.lower() in _QT_READS:
            bring = self._service.bring
            self._background.run(lambda: read_with_qt(bring(file.path), size), take)
            return
        longest = max(size)
        reduction = reduction_for((file.width, file.height), longest)
        asked = self._service.view(ViewRequest(file.path, manner.layer, reduction))
        self._grade_when_read(asked, manner.grade, take)

    def _grade_when_read(
        self, asked: Future[View], grade: Grade, take: Callable[[QImage], None]
    ) -> None:
        def shown(view: View) -> QImage:
            return QImage() if view.pixels is None else image_of(view, grade)

        self._background.when_done(
            asked, lambda view: self._background.run(lambda: shown(view), take)
        )

    def _keep(self, row: int, image: QImage, began: float) -> None:
        del self._in_work[row]
        seconds = self._clock() - began
        self.seconds = seconds if not self.seconds else 0.8 * self.seconds + 0.2 * seconds
        self._make_room(image.sizeInBytes())
        self._images[row] = image
        self._bytes += image.sizeInBytes()
        self._read_on()
        self.arrived.emit(row)

    def _make_room(self, size: int) -> None:
        """Drop the oldest that are not needed soon; all, if need be."""
        while self._images and self._bytes + size > self._most_bytes:
            spare = (row for row in self._images if row not in self._needed)
            self._drop(next(spare, next(iter(self._images))))

    def _drop(self, row: int) -> None:
        image = self._images.pop(row, None)
        if image is not None:
            self._bytes -= image.sizeInBytes()


def read_with_qt(path: str, size: tuple[int, int]) -> QImage:
    """The picture, made as small as asked while it is read. For worker threads."""
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    if reader.size().isValid() and reader.size() != QSize(*size):
        reader.setScaledSize(QSize(*size))
    read = reader.read()
    if read.isNull():
        return read
    image = read.convertToFormat(
        QImage.Format.Format_ARGB32_Premultiplied
        if read.hasAlphaChannel()
        else QImage.Format.Format_RGB32
    )
    return _over_checker(image) if read.hasAlphaChannel() else image


def _over_checker(image: QImage) -> QImage:
    """As thumbnails and the preview have it."""
    square = max(1, max(image.width(), image.height()) // CHECKER_SQUARES)
    shown = QImage(image.size(), QImage.Format.Format_RGB32)
    dark, light = (round(shade * 255) for shade in SHADES)
    shown.fill(QColor(dark, dark, dark))
    painter = QPainter(shown)
    for y in range(0, image.height(), square):
        first = square * (y // square + 1 & 1)
        for x in range(first, image.width(), 2 * square):
            painter.fillRect(x, y, square, square, QColor(light, light, light))
    painter.drawImage(0, 0, image)
    painter.end()
    return shown
