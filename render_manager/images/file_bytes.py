"""A file's bytes at given places: how the structural checks read, whatever the file holds.

The limits live here, in one place, so that no check can be led into reading, allocating or looping
without end by what a damaged file claims.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from render_manager.images import faults

MOST_BYTES = 16 << 20
"""The most bytes handed out at once; real tables are far smaller."""

MOST_READS = 1_000_000
"""The most reads per file; an 8K EXR of 50 parts with a line per chunk needs 220,000."""


class FileBytes:
    """Random access to one file, for checks. `name` is how sentences call it."""

    def __init__(self, name: str, file: FileIO) -> None:
        self.name = name
        self.size = os.fstat(file.fileno()).st_size
        self._file = file
        self._reads = 0

    def take(self, offset: int, count: int) -> bytes:
        """Exactly `count` bytes. Raises BadFrame if the file ends before, or the wish is absurd."""
        self._reads += 1
        self.require(offset, count)
        if count > MOST_BYTES or self._reads > MOST_READS:
            raise faults.damaged(self.name)
        self._file.seek(offset)
        data = self._file.read(count)
        if len(data) < count:
            raise faults.ends_early(self.name)
        return data

    def window(self, offset: int, count: int) -> bytes:
        """At most `count` bytes: fewer where the file ends."""
        return self.take(offset, max(0, min(count, self.size - offset)))

    def unpack(self, layout: str, offset: int) -> tuple[Any, ...]:
        """The values of a `struct` layout."""
        return struct.unpack(layout, self.take(offset, struct.calcsize(layout)))

    def require(self, offset: int, count: int) -> None:
        """Raise BadFrame unless the file holds these bytes."""
        if offset < 0 or count < 0:
            raise faults.damaged(self.name)
        if offset + count > self.size:
            raise faults.ends_early(self.name)


@contextmanager
def open_bytes(path: Path) -> Iterator[FileBytes]:
    """Unbuffered, so that a check touches only the pages it looks at. Raises OSError."""
    with FileIO(path) as file:
        yield FileBytes(path.name, file)
