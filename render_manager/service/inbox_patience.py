"""How long a request that cannot be taken yet is waited for.

What is seen of it decides, and the clock of this process: the clock of a file server may be another.
"""

from __future__ import annotations

import time
from pathlib import Path

UNFINISHED_SECONDS = 5.0
"""How long a file that is no whole request may stay as it is and still be in the making."""

OLD_SECONDS = 60.0
"""A file that old is not being written, and no clock of a file server is that wrong."""

OUT_OF_REACH_SECONDS = 30.0
"""How long a file that cannot be opened or moved may just be in use."""


class Patience:
    """Remembers since when each file has been as it is."""

    def __init__(self) -> None:
        self._sizes: dict[Path, tuple[int, float]] = {}
        self._refusing: dict[Path, float] = {}

    def may_still_be_written(self, file: Path) -> bool:
        """Whether it changed lately. Raises OSError where the disk refuses."""
        found, now = file.lstat(), time.monotonic()
        if time.time() - found.st_mtime > OLD_SECONDS:
            return False
        size, since = self._sizes.get(file, (-1, now))
        if size != found.st_size:
            since = now
        self._sizes[file] = (found.st_size, since)
        return now - since < UNFINISHED_SECONDS

    def is_exhausted(self, file: Path) -> bool:
        """To be asked whenever it could not be opened or moved: whether that goes on for long."""
        now = time.monotonic()
        return now - self._refusing.setdefault(file, now) >= OUT_OF_REACH_SECONDS

    def forget(self, *files: Path) -> None:
        """They were taken or can be reached again."""
        for file in files:
            self._sizes.pop(file, None)
            self._refusing.pop(file, None)
