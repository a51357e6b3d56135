"""Thumbnails that were deleted, or could not be kept, are made again from the frames' main files.

One at a time, so that the pictures of renders under way do not wait for those of old ones.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from render_manager.base.i18n import _
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail
from render_manager.domain.touched import Touched
from render_manager.images.reading import FrameReading, FrameRequest
from render_manager.storage.journal import FrameRecord, Journal

MOST_TIMES = 3
"""A thumbnail that is gone again after so many times is left to rest."""


class PictureReader(Protocol):
    """Reads frames off the main thread, as `images.pool.ImagePool` does."""

    def submit(self, request: FrameRequest) -> Future[FrameReading]: ...


@dataclass(frozen=True, slots=True)
class Frame:
    task_id: int
    index: int


class ThumbnailMender(QObject):
    """Lives on the main thread. Without `images` nothing is mended."""

    mended = Signal()
    """A frame in the queue has got a thumbnail."""
    gave_up = Signal(str)
    """A sentence about a frame whose file cannot be read; once for a task."""

    _arrived = Signal(object, object)

    def __init__(
        self,
        queue: Queue,
        journal: Journal,
        images: PictureReader | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue, self._journal, self._images = queue, journal, images
        self._wanted: list[Frame] = []
        self._in_work: Frame | None = None
        self._is_outdated = False
        self._times: dict[Frame, int] = {}
        self._told: set[int] = set()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def want(self, task_id: int, indexes: Sequence[int]) -> None:
        """Mend these frames, the first one first, instead of those wanted before."""
        self._wanted = [Frame(task_id, index) for index in reversed(indexes)]
        self._next()

    def apply(self, touched: Touched) -> None:
        """What is known of a frame in work may no longer be true; a frame rendered again may have
        a file that can be read."""
        for task_id, details in touched.frames.items():
            for index, detail in details.items():
                if detail.state is not FrameState.COMPLETED:
                    self._times.pop(Frame(task_id, index), None)
        frame = self._in_work
        if frame is not None and (
            frame.task_id in touched.filled
            or frame.task_id in touched.removed
            or frame.index in touched.frames.get(frame.task_id, {})
        ):
            self._is_outdated = True

    def close(self) -> None:
        """Begin nothing any more."""
        self._images = None

    # --- one frame after the other ------------------------------------------------------------

    def _next(self) -> None:
        while self._images is not None and self._in_work is None and self._wanted:
            frame = self._wanted.pop()
            if self._may_mend(frame):
                self._in_work, self._is_outdated = frame, False
                self._times[frame] = self._times.get(frame, 0) + 1
                frame_id = self._queue.task(frame.task_id).frame_id(frame.index)
                self._when_done(self._journal.frame(frame_id), self._take_record)

    def _may_mend(self, frame: Frame) -> bool:
        task = self._queue.tasks.get(frame.task_id)
        return (
            task is not None
            and frame.index < len(task.frames)
            and task.frames.state(frame.index) is FrameState.COMPLETED
            and self._times.get(frame, 0) < MOST_TIMES
        )

    def _take_record(self, record: FrameRecord | None) -> None:
        path = record.detail.output_path if record is not None else None
        if record is None or path is None or self._images is None or self._is_outdated:
            self._done()
            return
        reading = self._images.submit(FrameRequest((path,)))
        self._when_done(reading, lambda found: self._take_reading(record.detail, found))

    def _take_reading(self, known: FrameDetail, reading: FrameReading) -> None:
        frame = self._in_work
        if frame is not None and not self._is_outdated:
            if reading.thumbnail_path is None:
                self._give_up(frame, reading.reason)
            else:
                self._put(frame, known, reading.thumbnail_path)
        self._done()

    def _put(self, frame: Frame, known: FrameDetail, thumbnail_path: str) -> None:
        detail = replace(known, thumbnail_path=thumbnail_path)
        if self._queue.mend(frame.task_id, frame.index, known, detail):
            self.mended.emit()

    def _give_up(self, frame: Frame, reason: str | None) -> None:
        self._times[frame] = MOST_TIMES
        if reason is None or frame.task_id in self._told:
            return
        self._told.add(frame.task_id)
        sentence = _("“{name}”: a thumbnail was gone and could not be made again. {reason}")
        task = self._queue.task(frame.task_id)
        self.gave_up.emit(sentence.format(name=task.job.name, reason=reason))

    def _done(self) -> None:
        self._in_work = None
        self._next()

    # --- coming home --------------------------------------------------------------------------

    def _when_done(self, future: Future[Any], then: Callable[[Any], None]) -> None:
        future.add_done_callback(lambda done: self._bring(done, then))

    def _bring(self, done: Future[Any], then: Callable[[Any], None]) -> None:
        """On whatever thread the result is made. One that fails is in the log, and is passed by."""
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            self._arrived.emit(then, done.result())
        else:
            logging.getLogger(__name__).error("Mending a thumbnail failed", exc_info=error)
            self._arrived.emit(lambda _nothing: self._done(), None)

    @Slot(object, object)
    def _deliver(self, then: Callable[[Any], None], result: object) -> None:
        then(result)
