"""Reads a run's log as it grows: bytes in, whole lines of text out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from render_manager.base.decoding import decode

LONGEST_LINE = 64 * 1024
"""Bytes after which a line without an end is cut."""

# A \r at the very end may be the first half of \r\n, so it waits for what follows.
_LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")


class LogFollower:
    """Follows one file from its beginning. Lines end with \\n, \\r\\n or \\r (progress bars)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._rest = b""

    def read(self, most: int = 1 << 20) -> list[str]:
        """The lines completed since the last call; at most `most` bytes are looked at."""
        try:
            with self._path.open("rb") as log:
                log.seek(self._offset)
                data = log.read(most)
        except OSError:
            return []
        self._offset += len(data)
        *lines, self._rest = _LINE_END.split(self._rest + data)
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        return [decode(line) for line in lines]

    def read_all(self) -> Iterator[list[str]]:
        """Everything up to the end, also a last line without an end, in pieces: a log may be larger
        than what memory there is for it."""
        before = -1
        while self._offset != before:
            before = self._offset
            if lines := self.read():
                yield lines
        if self._rest:
            rest, self._rest = self._rest, b""
            yield [decode(rest.rstrip(b"\r"))]
