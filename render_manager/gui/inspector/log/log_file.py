"""A run's log on the disk: indexed as it grows, and read where lines are wanted. No Qt."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from render_manager.gui.inspector.log.cleaning import MOST_BYTES
from render_manager.gui.inspector.log.line_index import LineIndex

BLOCK = 1 << 20
"""Bytes that are indexed at a time."""

READ_WHOLE = 1 << 20
"""Bytes up to which some lines are read in one go; of longer ones only the beginnings are read."""

_MEMORY = 64
"""Bytes before the end of what was indexed by which a file that was written anew is noticed."""


@dataclass(frozen=True, slots=True)
class Growth:
    """`is_fresh` says that the file is another one than before, `is_up_to_date` that there is no
    more to index now."""

    is_fresh: bool = False
    is_up_to_date: bool = True


class LogFile:
    """One file. For one thread at a time; a file that cannot be read has nothing new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.index = LineIndex()
        self.size = 0
        self._identity: tuple[int, int] | None = None
        self._memory = b""

    def grow(self, most: int = BLOCK) -> Growth:
        """Index what has come, at most `most` bytes of it."""
        try:
            with self.path.open("rb") as log:
                return self._grow(log, most)
        except OSError:
            return Growth()

    def read(self, first: int, after: int, most: int = READ_WHOLE) -> bytes:
        """The bytes of some lines as they are in the file, at most `most` of them."""
        begin, end = self.index.span(first, after)
        try:
            with self.path.open("rb") as log:
                log.seek(begin)
                return log.read(min(end - begin, most))
        except OSError:
            return b""

    def lines(self, first: int, after: int) -> list[bytes]:
        """Some lines without their ends; what is too long to be shown is cut."""
        begin, end = self.index.span(first, after)
        if end - begin <= READ_WHOLE:
            data = self.read(first, after)
            spans = [self.index.span(line, line + 1) for line in range(first, after)]
            return [data[start - begin : stop - begin].rstrip(b"\r\n") for start, stop in spans]
        return self._beginnings(first, after)

    # --- how it is done -----------------------------------------------------------------------

    def _grow(self, log: BinaryIO, most: int) -> Growth:
        status = os.fstat(log.fileno())
        self.size = status.st_size
        is_fresh = self._is_another(log, status)
        if is_fresh:
            self.index = LineIndex()
            self._memory = b""
        self._identity = (status.st_dev, status.st_ino)
        log.seek(self.index.end)
        data = log.read(most)
        self.index.take(data)
        self._memory = (self._memory + data.removesuffix(b"\r"))[-_MEMORY:]
        return Growth(is_fresh, len(data) < most)

    def _is_another(self, log: BinaryIO, status: os.stat_result) -> bool:
        """Whether it was put in the place of the one before, or begun anew; also the first time."""
        if self._identity != (status.st_dev, status.st_ino) or status.st_size < self.index.end:
            return True
        log.seek(self.index.end - len(self._memory))
        return log.read(len(self._memory)) != self._memory

    def _beginnings(self, first: int, after: int) -> list[bytes]:
        found: list[bytes] = []
        try:
            with self.path.open("rb") as log:
                for line in range(first, after):
                    start, stop = self.index.span(line, line + 1)
                    log.seek(start)
                    found.append(log.read(min(stop - start, MOST_BYTES + 1)).rstrip(b"\r\n"))
        except OSError:
            pass
        return found
