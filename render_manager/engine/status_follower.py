"""Reads the status file that a driver inside a renderer writes, whenever there is a new one."""

from __future__ import annotations

from pathlib import Path

LARGEST = 16 * 1024 * 1024
"""Bytes; a status that is larger is none of ours."""


class StatusFollower:
    """Gives out the text of the file once for each time that it was replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> str | None:
        """The whole text, or None if there is nothing new."""
        try:
            stat = self._path.stat()
            stamp = stat.st_ino, stat.st_mtime_ns, stat.st_size
            if stamp == self._seen or stat.st_size > LARGEST:
                return None
            text = self._path.read_text("utf-8", "replace")
        except OSError:  # not there yet, or just being replaced
            return None
        self._seen = stamp
        return text
