"""Whether something changes in a folder, looked at on a thread of its own: a file server may hang."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

MOST_ENTRIES = 20_000
"""Files and folders that are looked at; what comes after them is not."""

DEEPEST = 2
"""Folders within folders that are looked into."""


class FolderLook:
    """`seen` is a number that changes when anything in the folder does; None before the first look."""

    def __init__(self, folder: Path) -> None:
        self.seen: int | None = None
        self._folder = folder
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Look again soon, unless that is under way."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._look, name="folder", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        self.seen = signature(self._folder)


def signature(folder: Path) -> int:
    """A number made of the names, sizes and times of what is in the folder."""
    entries = _entries(str(folder), DEEPEST)
    return hash(
        frozenset(entry for entry, _count in zip(entries, range(MOST_ENTRIES), strict=False))
    )


def _entries(folder: str, depth: int) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(folder) as found:
            for entry in found:
                stat = entry.stat(follow_symlinks=False)
                yield entry.path, stat.st_size, stat.st_mtime_ns
                if depth and entry.is_dir(follow_symlinks=False):
                    yield from _entries(entry.path, depth - 1)
    except OSError:
        return
