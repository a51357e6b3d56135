"""How work in the background leaves the window its time.

Python runs one thread at a time, and Qt's calls let go of it and want it back: a paint of 3 ms took
16 while a log was gone through without regard.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SLICE_SECONDS = 0.0015
"""What is done in one go: so long the window waits at most."""

PAUSE_SECONDS = 0.001

PIECE_SECONDS = 0.03
"""The work between two reports."""

PATIENCE_SECONDS = 0.05
"""How long work waits for a window that is busy."""


class Pace:
    """Shared by the window and its work in the background."""

    def __init__(self) -> None:
        self._is_busy = False

    @contextmanager
    def busy(self) -> Iterator[None]:
        """The window does something that should not take longer than it must."""
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False

    def strides(self) -> Iterator[None]:
        """Goes on until a piece of work has lasted its time, with a pause after each slice."""
        end = time.perf_counter() + PIECE_SECONDS
        while True:
            slice_end = time.perf_counter() + SLICE_SECONDS
            yield
            while time.perf_counter() < slice_end and not self._is_busy:
                yield
            if time.perf_counter() >= end:
                return
            self._pause()

    def _pause(self) -> None:
        patience_end = time.perf_counter() + PATIENCE_SECONDS
        time.sleep(PAUSE_SECONDS)
        while self._is_busy and time.perf_counter() < patience_end:
            time.sleep(PAUSE_SECONDS)
