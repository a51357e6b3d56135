"""Finds a text in a log, in any case. No Qt."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

from render_manager.gui.inspector.log.cleaning import shown
from render_manager.gui.inspector.log.log_file import READ_WHOLE, LogFile
from render_manager.gui.inspector.log.pace import Pace

MOST_HITS = 1_000_000
"""Hits that are counted and can be gone to."""

_BLOCK = 500
"""Lines that are searched at a time; it takes less than a slice."""

_LARGE = 1 << 17
"""Bytes from which fewer lines are searched at a time."""


class Search:
    """One text, searched for from the first line on. `line` is the next to be looked at."""

    def __init__(self, file: LogFile, pace: Pace, wanted: str) -> None:
        self._file = file
        self._pace = pace
        self._pattern = pattern(wanted)
        self._needle = _plain(wanted)
        self.line = 0
        self.count = 0

    def work(self, after: int) -> array[int]:
        """Search some more lines, none from `after` on: the line of each new hit."""
        hits: array[int] = array("I")
        for _stride in self._pace.strides():
            if self.line >= after or self.count + len(hits) >= MOST_HITS:
                break
            last = self._block_end(after)
            hits.extend(self._hits(self.line, last))
            self.line = last
        self.count += len(hits)
        return hits

    def _block_end(self, after: int) -> int:
        """As many lines as can be searched in a slice; a line is never divided."""
        last = min(after, self.line + _BLOCK)
        while last > self.line + 1:
            begin, end = self._file.index.span(self.line, last)
            if end - begin <= _LARGE:
                break
            last = self.line + (last - self.line) // 2
        return last

    def _hits(self, first: int, after: int) -> Iterator[int]:
        begin, end = self._file.index.span(first, after)
        data = self._file.read(first, after) if end - begin <= READ_WHOLE else None
        # Escapes and tabs are not shown as they are, so then what is shown is searched.
        if data is None or self._needle is None or b"\x1b" in data or b"\t" in data:
            for line, text in enumerate(self._file.lines(first, after), start=first):
                for _hit in self._pattern.finditer(shown(text)):
                    yield line
        elif offsets := _offsets(data.lower(), self._needle, begin):
            yield from self._file.index.lines_at(offsets, first, after).tolist()


def pattern(wanted: str) -> re.Pattern[str]:
    """What finds the text in a line that is shown."""
    return re.compile(re.escape(wanted), re.IGNORECASE)


def _plain(wanted: str) -> bytes | None:
    """The bytes to look for in lines in lower case; None if the encoding matters."""
    return wanted.lower().encode() if wanted.isascii() else None


def _offsets(data: bytes, needle: bytes, begin: int) -> list[int]:
    """Where in the file it is found; `data` begins at `begin`."""
    found: list[int] = []
    at = data.find(needle)
    while at >= 0:
        found.append(begin + at)
        at = data.find(needle, at + len(needle))
    return found
