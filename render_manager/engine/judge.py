"""Judges frames: claims go to the image pool, verdicts come back as run events."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path

from render_manager.base.i18n import _
from render_manager.domain import expectation
from render_manager.domain.events import FrameCompleted, FrameRejected
from render_manager.domain.evidence import Expectation, Suspicion
from render_manager.engine.folder_watch import FolderWatch, path_key
from render_manager.engine.frame_watch import Claim
from render_manager.engine.loop import Hook, Loop
from render_manager.images.pool import ImagePool
from render_manager.images.reading import FrameReading, FrameRequest

SECOND_LOOK_SECONDS = 10.0
"""When a frame that was found bad is looked at again, if no other frame is finished before."""


class Judge:
    """Keeps which frames of a run still lack evidence, and why.

    While the renderer works, a frame is bad only if it is found so twice.

    `verdict` emits FrameCompleted or FrameRejected on the thread of the loop.
    """

    def __init__(
        self,
        loop: Loop,
        images: ImagePool,
        frames: Iterable[int],
        expected_size: tuple[int, int] | None,
        folder: FolderWatch,
        expected: Expectation = (),
    ) -> None:
        self.verdict = Hook()
        self._loop = loop
        self._images = images
        self._expected_size = expected_size
        self._folder = folder
        self._expected = expected
        self._missing = dict.fromkeys(frames)
        self._being_read: dict[int, Claim] = {}
        self._too_early: set[int] = set()
        self._doubtful: dict[int, Claim] = {}
        self._doubted: set[int] = set()
        self._is_over = False
        self._second_look = loop.timer(SECOND_LOOK_SECONDS, self._look_again)
        self._rejected: dict[int, Claim] = {}
        self._bad: dict[int, Claim] = {}
        self._good: set[str] = set()
        self._watermarked: set[int] = set()
        self._is_all_watermarked = False
        self.reasons: dict[int, str] = {}
        """Why frames were rejected."""

    @property
    def missing(self) -> tuple[int, ...]:
        """The frames without evidence, in the order of the run."""
        return tuple(self._missing)

    def knows(self, frame: int) -> bool:
        """Whether the frame was judged, or is being judged, or is none of ours."""
        is_open = frame in self._missing and frame not in self._rejected
        return not is_open or frame in self._being_read

    def bad_files(self, in_work: int | None) -> list[Path]:
        """What this run wrote for frames found bad, and left of the one `in_work` when it ended.

        A file that a frame with evidence has as well is none of them.
        """
        paths = [path for claim in self._bad.values() for path in claim.paths]
        if in_work in self._missing and in_work not in self._bad:
            paths += self._folder.written_for(in_work)
        ours = (path for path in dict.fromkeys(paths) if self._folder.is_ours(Path(path)))
        return [Path(path) for path in ours if path_key(path) not in self._good]

    @property
    def is_busy(self) -> bool:
        """Whether verdicts are still to come."""
        return bool(self._being_read)

    def mark(self, frame: int | None) -> None:
        """The renderer put a watermark on a frame; None is on each one claimed from now on."""
        if frame is None:
            self._is_all_watermarked = True
        else:
            self._watermarked.add(frame)

    def judge(self, claim: Claim) -> None:
        """Have the claim's files read; `verdict` tells what came of it."""
        if claim.frame not in self._missing:
            return
        if self._is_all_watermarked:
            self._watermarked.add(claim.frame)
        self._look_again()
        self._submit(claim)

    def _submit(self, claim: Claim) -> None:
        if claim.frame in self._being_read:
            return
        self._being_read[claim.frame] = claim
        whole = replace(claim, paths=self._folder.files_of(claim, self._expected))
        future = self._images.submit(self._request(claim, whole))
        future.add_done_callback(lambda done: self._loop.post(partial(self._conclude, whole, done)))

    def close(self) -> None:
        """Nobody writes any more: a verdict from now on is the last."""
        self._is_over = True
        self._second_look.stop()

    def judge_anew(self) -> None:
        """After `close`: give what was found bad, or is being read, another chance."""
        self._too_early.update(self._being_read)
        self._look_again()
        for claim in list(self._rejected.values()):
            self._submit(claim)

    def _look_again(self) -> None:
        """Judge what was found bad once: a renderer may tell of a frame before its file is there."""
        doubtful, self._doubtful = self._doubtful, {}
        for claim in doubtful.values():
            self._submit(claim)

    def _request(self, claim: Claim, whole: Claim) -> FrameRequest:
        """Only what the log names must have the size asked for: a proxy beside it may be small."""
        named = tuple(path for path in whole.paths if path in claim.paths) or whole.paths
        return FrameRequest(
            named,
            self._expected_size,
            self._folder.newer_than,
            self._folder.before(whole.paths),
            tuple(path for path in whole.paths if path not in named),
        )

    def _conclude(self, whole: Claim, done: Future[FrameReading]) -> None:
        """`whole` is the claim with the files that the folder added to it."""
        frame = whole.frame
        claim = self._being_read.pop(frame)
        reason, reading = self._fault(whole, done)
        if reading is not None and reason is None:
            self._complete(claim, reading)
        elif frame in self._too_early:
            self._too_early.discard(frame)
            self._submit(claim)
        elif not self._is_over and frame not in self._doubted:
            self._doubted.add(frame)
            self._doubtful[frame] = claim
            self._second_look.start()
        else:
            self._rejected[frame] = claim
            if reading is not None:
                self._bad[frame] = whole
            self.reasons[frame] = reason or ""
            self.verdict.emit(FrameRejected(frame, reason or ""))

    def _complete(self, claim: Claim, reading: FrameReading) -> None:
        for known in (self._missing, self._rejected, self._bad, self.reasons):
            known.pop(claim.frame, None)
        self._good.update(path_key(file.path) for file in reading.files)
        self.verdict.emit(
            FrameCompleted(
                claim.frame,
                reading.files,
                claim.seconds,
                reading.thumbnail_path,
                reading.suspicions + self._marks_of(claim.frame),
                reading.measure,
                self._learn(claim, reading),
            )
        )

    def _marks_of(self, frame: int) -> tuple[Suspicion, ...]:
        return (Suspicion.WATERMARK,) if frame in self._watermarked else ()

    def _learn(self, claim: Claim, reading: FrameReading) -> Expectation:
        """What this frame teaches of the others, or makes sure of what one before it taught."""
        if self._expected and all(file.is_sure for file in self._expected):
            return ()
        folder, frame = str(self._folder.path), claim.frame
        found = expectation.learn(reading.files, folder, frame)
        if self._expected:
            self._expected = expectation.confirmed(self._expected, found)
        else:
            named = [file for file in reading.files if file.path in claim.paths] or reading.files
            sure = expectation.learn(named, folder, frame)
            self._expected = expectation.doubted(found, sure)
        return self._expected

    def _fault(
        self, claim: Claim, done: Future[FrameReading]
    ) -> tuple[str | None, FrameReading | None]:
        if not claim.paths:
            return _("No file was written for this frame."), None
        if done.cancelled() or done.exception() is not None:
            error = None if done.cancelled() else done.exception()
            logging.getLogger(__name__).error("Frame %s was not read", claim.frame, exc_info=error)
            return _("The frame's files could not be read. The program's log says more."), None
        reading = done.result()
        if reading.reason is not None:
            return reading.reason, reading
        folder = str(self._folder.path)
        return expectation.fault(self._expected, reading.files, folder, claim.frame), reading
