"""Typing the beginning of a name goes to its row."""

from __future__ import annotations

import time
from collections.abc import Callable


class TypeAhead:
    """Keys that follow each other within `pause` seconds are one word.

    The same letter again goes to the next name that begins with it.
    """

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause
        self._clock = clock
        self._typed = ""
        self._last = -pause

    def find(self, typed: str, names: list[str], current: int) -> int | None:
        """The row to go to from `current` (-1 for none), or None."""
        now = self._clock()
        self._typed = self._typed + typed if now - self._last < self._pause else typed
        self._last = now
        word = self._typed.casefold()
        is_repeated = word == word[0] * len(word)
        # A single letter leads on; a word that is being typed may stay where it is.
        start = current + 1 if is_repeated else max(current, 0)
        rows: list[int] = [*range(start, len(names)), *range(start)]
        wanted = (word, word[0]) if is_repeated else (word,)
        for beginning in wanted:
            for row in rows:
                if names[row].casefold().startswith(beginning):
                    return row
        return None
