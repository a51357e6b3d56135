"""Ctrl+C and a polite kill, noted from the first moment of a command on.

A handler runs between any two steps of the program, so it only takes a note; whoever is at work
looks at it where ending is clean. Imports nothing heavy: until it is there, a signal just kills.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

INTERRUPTED = 130


class Interrupts:
    """What signals this process was sent. `is_noted` says whether it is to end."""

    def __init__(self) -> None:
        self.is_noted = False
        self._is_heeded = False

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """While the block runs, signals are noted. May be nested."""
        names = (signal.SIGINT, signal.SIGTERM)
        before = {name: signal.signal(name, self._note) for name in names}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    @contextlib.contextmanager
    def heeded(self) -> Iterator[None]:
        """The block looks at `is_noted` again and again, so that one signal is as good as many."""
        self._is_heeded = True
        try:
            with self.noted():
                yield
        finally:
            self._is_heeded = False

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        """Who insists while nobody looks gets out at once."""
        if self.is_noted and not self._is_heeded:
            raise KeyboardInterrupt
        self.is_noted = True


INTERRUPTS = Interrupts()
"""Those of this process."""
