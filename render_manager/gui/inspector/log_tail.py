"""The end of a log as it grows: bytes in, whole lines out. For worker threads; no Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MOST_LINES = 5_000
"""What is shown of a log; the file holds the rest."""

MOST_BYTES = 1_000_000
"""What is read at once. Of a log that has grown by more, the beginning is skipped."""

LONGEST_LINE = 2_000
"""Characters of a line that are shown."""

# A \r at the very end may be the first half of \r\n, so it waits for what follows.
_LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")


@dataclass(frozen=True, slots=True)
class Piece:
    """New lines. `skipped` is how many bytes before them were not read, `is_fresh` says that they
    replace what was shown before."""

    lines: list[str]
    skipped: int = 0
    is_fresh: bool = False


class LogTail:
    """Follows one file. Lines end with \\n, \\r\\n or \\r (progress bars)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._rest = b""
        self._is_new = True

    def read(self) -> Piece | None:
        """What has come since the last call, or None. A line without an end waits one call."""
        try:
            with self._path.open("rb") as log:
                size = log.seek(0, 2)
                is_fresh = self._is_new or size < self._offset
                skipped = self._skip(size)
                log.seek(self._offset)
                data = log.read(MOST_BYTES)
        except OSError:
            return None
        self._is_new = False
        self._offset += len(data)
        lines = self._split(data, is_cut=skipped > 0)
        return Piece(lines[-MOST_LINES:], skipped, is_fresh) if lines or is_fresh else None

    def _skip(self, size: int) -> int:
        """Go to where the next read begins; returns what is left out."""
        if size < self._offset:
            self._offset, self._rest = 0, b""
        skipped = max(0, size - MOST_BYTES - self._offset)
        if skipped:
            self._offset += skipped
            self._rest = b""
        return skipped

    def _split(self, data: bytes, *, is_cut: bool) -> list[str]:
        if not data and self._rest:
            lines, self._rest = [self._rest.rstrip(b"\r")], b""
        else:
            *lines, self._rest = _LINE_END.split(self._rest + data)
        if is_cut:
            del lines[:1]
        return [line.decode("utf-8", "replace")[:LONGEST_LINE] for line in lines]
