"""Judges frames: claims go to the image pool, verdicts come back as run events."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal

from render_manager.base.i18n import _
from render_manager.domain.events import FrameCompleted, FrameRejected
from render_manager.engine.frame_watch import Claim
from render_manager.images.pool import ImagePool
from render_manager.images.reading import FrameReading, FrameRequest


class Judge(QObject):
    """Keeps which frames of a run still lack evidence, and why.

    `verdict` emits FrameCompleted or FrameRejected on the thread that the judge lives in.
    """

    verdict = Signal(object)
    _read = Signal(object, object)

    def __init__(
        self,
        images: ImagePool,
        frames: Iterable[int],
        expected_size: tuple[int, int] | None,
        newer_than: float,
    ) -> None:
        super().__init__()
        self._images = images
        self._expected_size = expected_size
        self._newer_than = newer_than
        self._missing = dict.fromkeys(frames)
        self._being_read = 0
        self.reasons: dict[int, str] = {}
        """Why frames were rejected."""
        self._read.connect(self._conclude)

    @property
    def missing(self) -> tuple[int, ...]:
        """The frames without evidence, in the order of the run."""
        return tuple(self._missing)

    @property
    def is_busy(self) -> bool:
        """Whether verdicts are still to come."""
        return self._being_read > 0

    def judge(self, claim: Claim) -> None:
        """Have the claim's files read; `verdict` tells what came of it."""
        if claim.frame not in self._missing:
            return
        self._being_read += 1
        request = FrameRequest(claim.paths, self._expected_size, self._newer_than)
        future = self._images.submit(request)
        future.add_done_callback(lambda done: self._read.emit(claim, done))

    def _conclude(self, claim: Claim, done: Future[FrameReading]) -> None:
        self._being_read -= 1
        reason, reading = self._fault(claim, done)
        if reading is None or reason is not None:
            self.reasons[claim.frame] = reason or ""
            self.verdict.emit(FrameRejected(claim.frame, reason or ""))
        else:
            self._missing.pop(claim.frame, None)
            self.verdict.emit(
                FrameCompleted(claim.frame, reading.files, claim.seconds, reading.thumbnail_path)
            )

    def _fault(
        self, claim: Claim, done: Future[FrameReading]
    ) -> tuple[str | None, FrameReading | None]:
        if not claim.paths:
            return _("No file was written for this frame."), None
        if done.cancelled() or done.exception() is not None:
            error = None if done.cancelled() else done.exception()
            logging.getLogger(__name__).error("Frame %s was not read", claim.frame, exc_info=error)
            return _("The frame's files could not be read. The program's log says more."), None
        return done.result().reason, done.result()
