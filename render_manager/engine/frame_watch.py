"""Which files each frame of a run claims to have, and when a frame is ready to be judged. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Severity,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A frame that the renderer left behind, with the files it should have."""

    frame: int
    paths: tuple[str, ...]
    seconds: float | None = None


class FrameWatch:
    """Listens to one run's log events and hands out each frame once, when it seems finished.

    A frame is ready when the log says that it is finished, when the next one starts, or when the
    run has ended. Its files are those the log names and those `outputs` expects. One that the log
    calls lost is never handed out, though there may be a file of it.
    """

    def __init__(
        self,
        frames: Iterable[int],
        outputs: Mapping[int, tuple[Path, ...]],
        folder: Path,
    ) -> None:
        self._open = list(frames)
        self._outputs = outputs
        self._folder = folder
        self._saved: dict[int, dict[str, None]] = {}
        self._current: int | None = None
        self._lost: set[int] = set()

    def take(self, event: LogEvent) -> Iterator[Claim]:
        """The frames that became ready through this event."""
        match event:
            case FrameStarted() if event.frame != self._current:
                if self._current is not None:
                    yield from self._release(self._current, None)
                self._current = event.frame
            case FrameSaved():
                frame = self._current if event.frame is None else event.frame
                if frame is not None:
                    path = str(self._folder / event.path)
                    self._saved.setdefault(frame, {})[path] = None
            case FrameFinished():
                yield from self._release(event.frame, event.seconds)
            case Problem(severity=Severity.FATAL, frame=int(frame)):
                self._lost.add(frame)

    def close(self) -> Iterator[Claim]:
        """The frames not handed out yet that have or should have files."""
        for frame in list(self._open):
            if frame in self._saved or frame in self._outputs:
                yield from self._release(frame, None)

    def _release(self, frame: int, seconds: float | None) -> Iterator[Claim]:
        if frame not in self._open or frame in self._lost:
            return
        self._open.remove(frame)
        expected = (str(path) for path in self._outputs.get(frame, ()))
        paths = dict.fromkeys([*expected, *self._saved.get(frame, ())])
        yield Claim(frame, tuple(paths), seconds)
