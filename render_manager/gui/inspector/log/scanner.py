"""What a renderer's listener finds in a log: the lines with problems, and each frame's lines.

No Qt.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from render_manager.base.decoding import decode
from render_manager.base.errors import NotFoundError
from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Severity,
)
from render_manager.gui.inspector.log.log_file import LogFile
from render_manager.gui.inspector.log.pace import Pace
from render_manager.renderers.renderer import Listener

LONGEST_HEARD = 64 * 1024
"""Bytes of a line that the listener is given; the engine gives it no more either."""

MOST_PROBLEMS = 20_000
"""Lines with problems that are marked."""

_BLOCK = 200
"""Lines that are read at a time."""

FrameLines = dict[int, tuple[int, int]]
"""First and last line of each frame."""


@dataclass(slots=True)
class Found:
    """What is new: the problems by line, and where frames begin and end as far as that is known."""

    problems: dict[int, Problem] = field(default_factory=dict)
    frames: FrameLines = field(default_factory=dict)


class Scanner:
    """Feeds a log to a listener, a piece at a time."""

    def __init__(self, file: LogFile, pace: Pace, listen: Callable[[], Listener]) -> None:
        self._file = file
        self._pace = pace
        self._listen = listen
        self._listener: Listener | None = None
        self.line = 0
        """The next line to be heard."""
        self._waiting: list[bytes] = []
        self._frame: int | None = None
        self._began = 0
        self._free_from = 0
        self._count = 0
        self._is_deaf = False

    def work(self, after: int) -> Found:
        """Hear some more lines, none from `after` on."""
        found = Found()
        for _stride in self._pace.strides():
            if self.line >= after:
                break
            if not self._waiting and not self._read(after):
                break
            self._hear(self._waiting.pop(), found)
            self.line += 1
        if self._frame is not None:
            found.frames[self._frame] = (self._began, max(self._began, self.line - 1))
        return found

    def _read(self, after: int) -> bool:
        last = min(after, self.line + _BLOCK)
        self._waiting = self._file.lines(self.line, last)[::-1]
        return bool(self._waiting)

    def close(self) -> Found:
        """The log has ended: what the listener still held back belongs to the last line."""
        found = Found()
        self.line = max(0, self.line - 1)
        self._take(lambda listener: listener.close(), found)
        self.line += 1
        return found

    def _hear(self, line: bytes, found: Found) -> None:
        self._take(lambda listener: listener.feed(decode(line[:LONGEST_HEARD])), found)

    def _take(self, ask: Callable[[Listener], Iterable[LogEvent]], found: Found) -> None:
        for event in self._events(ask):
            match event:
                case Problem() if self._count < MOST_PROBLEMS:
                    self._count += self.line not in found.problems
                    self._keep(event, found)
                case FrameStarted():
                    self._begin(event.frame, found)
                case FrameSaved() | FrameFinished():
                    self._reach(event.frame, found, is_over=isinstance(event, FrameFinished))

    def _keep(self, problem: Problem, found: Found) -> None:
        """Of several in one line the worst."""
        other = found.problems.get(self.line)
        if other is None or worse(problem.severity, other.severity) is not other.severity:
            found.problems[self.line] = problem

    def _events(self, ask: Callable[[Listener], Iterable[LogEvent]]) -> list[LogEvent]:
        """A listener that fails is no reason to show nothing."""
        if self._is_deaf:
            return []
        try:
            self._listener = self._listener or self._listen()
            return list(ask(self._listener))
        except NotFoundError:  # the renderer was taken away
            self._is_deaf = True
        except Exception:
            self._is_deaf = True
            logging.getLogger(__name__).exception("The listener failed at line %s", self.line + 1)
        return []

    def _begin(self, frame: int, found: Found) -> None:
        if self._frame is not None and self._frame != frame:
            found.frames[self._frame] = (self._began, max(self._began, self.line - 1))
        self._frame, self._began = frame, self.line
        found.frames[frame] = (self.line, self.line)

    def _reach(self, frame: int | None, found: Found, *, is_over: bool) -> None:
        """The frame goes up to this line at least; one that never began did so after the last."""
        frame = self._frame if frame is None else frame
        if frame is None:
            return
        if frame != self._frame:
            self._frame, self._began = frame, min(self._free_from, self.line)
        found.frames[frame] = (self._began, self.line)
        self._free_from = self.line + 1
        if is_over:
            self._frame = None


def worse(one: Severity, other: Severity | None) -> Severity:
    """The one of two that matters more."""
    if other is None:
        return one
    return max(one, other, key=list(Severity).index)
