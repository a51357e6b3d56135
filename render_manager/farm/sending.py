"""What a run on a worker reports, made into parcels for the manager."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from render_manager.domain.events import (
    FrameCompleted,
    FrameProgress,
    Outcome,
    PhaseChanged,
    RunEnded,
    RunEvent,
)
from render_manager.engine.loop import Loop
from render_manager.farm.messages import Picture
from render_manager.farm.node import Hand, Node, Parcel
from render_manager.farm.paths import shared_events

PROGRESS_SECONDS = 0.5
"""Mere progress is not told more often."""

LOG_TAIL = 256 * 1024
"""Bytes of the log's end that are sent when a run ends."""

LARGEST_PICTURE = 256 * 1024


class Sender:
    """Lives on the run's thread. What is more than progress is sent at once."""

    def __init__(
        self, loop: Loop, node: Node, hand: Hand, log_path: Path, local: str, shared: str
    ) -> None:
        """`local` and `shared` are the output folder's names here and on the manager."""
        self._node = node
        self._hand = hand
        self._log_path = log_path
        self._local, self._shared = local, shared
        self._pending: list[RunEvent] = []
        self._timer = loop.timer(PROGRESS_SECONDS, self._send)
        self.has_ended = False

    def take(self, events: tuple[RunEvent, ...]) -> None:
        self._pending += events
        if not all(isinstance(event, (FrameProgress, PhaseChanged)) for event in events):
            self._send()
        elif not self._timer.is_active:
            self._timer.start()

    def end_somehow(self, reason: str, missing: tuple[int, ...]) -> None:
        """The run came to no end of its own."""
        if not self.has_ended:
            self.take((RunEnded(Outcome.FAILED, None, reason, missing),))

    def _send(self) -> None:
        self._timer.stop()
        if self.has_ended:
            return
        events, self._pending = tuple(_newest(self._pending)), []
        self.has_ended = any(isinstance(event, RunEnded) for event in events)
        pictures = tuple(_pictures(events))
        log = tail(self._log_path) if self.has_ended else None
        told = shared_events(events, self._local, self._shared)
        self._node.tell(self._hand, Parcel(told, pictures, log), is_last=self.has_ended)


def _newest(events: list[RunEvent]) -> Iterator[RunEvent]:
    """Without progress that was overtaken by later one of the same frame."""
    last = {event.frame: i for i, event in enumerate(events) if isinstance(event, FrameProgress)}
    for index, event in enumerate(events):
        if not isinstance(event, FrameProgress) or last[event.frame] == index:
            yield event


def _pictures(events: tuple[RunEvent, ...]) -> Iterator[Picture]:
    for event in events:
        if isinstance(event, FrameCompleted) and event.thumbnail_path is not None:
            try:
                jpeg = Path(event.thumbnail_path).read_bytes()
            except OSError:
                logging.getLogger(__name__).warning("A thumbnail is gone", exc_info=True)
                continue
            if len(jpeg) <= LARGEST_PICTURE:
                yield Picture(event.frame, jpeg)


def tail(path: Path) -> bytes | None:
    """The first line of a log (of a run: its command) and the end; None if it cannot be read."""
    try:
        with path.open("rb") as log:
            command = log.readline(LOG_TAIL)
            size = log.seek(0, 2)
            start = max(len(command), size - LOG_TAIL)
            log.seek(start)
            left_out = b"[...]\n" if start > len(command) else b""
            return command + left_out + log.read(LOG_TAIL)
    except OSError:
        return None
