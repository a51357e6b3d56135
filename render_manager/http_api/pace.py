"""How slow the other side of a file may be: slow lines are served to the end, but nobody keeps a
place by a byte now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

WINDOW = 120.0
"""Seconds in which `LEAST` bytes have to move. As long, since a system tells of room only when a
third of a connection's buffer, which may be a megabyte, is free again."""

LEAST = 64 * 1024


class Pace:
    """Of one file. `note` raises TimeoutError where it is too slow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._moved = 0

    def note(self, count: int) -> None:
        """So many bytes moved now."""
        self._moved += count
        now = self._clock()
        if now - self._since < WINDOW:
            return
        if self._moved < LEAST:
            raise TimeoutError("too slow")
        self._since, self._moved = now, 0
