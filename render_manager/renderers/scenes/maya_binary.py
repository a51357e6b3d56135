"""Walker of the IFF form that Maya binary scenes (.mb) have: groups of chunks, with sizes.

Up to Maya 2013 a file is a FOR4: tag and size of four bytes each, data padded to four. Since then
it is a FOR8: a tag, four bytes of nothing, a size of eight, data padded to eight. All is big
endian. A group's data begins with four bytes that say what it is. What is not wanted is never
read: the walk seeks from head to head.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple

_GROUPS = frozenset({b"FOR4", b"FOR8", b"LIS4", b"LIS8", b"CAT4", b"CAT8"})
_TAG = re.compile(rb"[A-Z0-9_ ]{4}")

_MOST_GROUPS = 3_000_000
_MOST_CHUNKS = 20_000
_MOST_DATA = 1 << 20
"""A chunk's data is read up to this; what is longer is no setting of a render."""


class Chunk(NamedTuple):
    """`start` and `end` are the bounds of its data; `kind` is what a group says it is."""

    tag: bytes
    start: int
    end: int
    kind: bytes


class DamagedError(Exception):
    """The sizes lead out of the file, or nowhere."""


class MayaIff:
    """One file. OSError if the disk fails."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._size = stream.seek(0, os.SEEK_END)
        self._wide = self._at(0, 4) == b"FOR8"

    def groups(self) -> Iterator[Chunk]:
        """The groups directly in the file's one group: header, references, nodes, connections.
        Raises DamagedError, after those that can be read, if there should be more."""
        whole = self._head(0, self._size)
        if whole is None or whole.kind != b"Maya":
            raise DamagedError
        position = whole.start + 4
        for chunk in islice(self._within(whole), _MOST_GROUPS):
            position = self._next(chunk)
            if chunk.kind:
                yield chunk
        if position < whole.end or whole.end > self._size:
            raise DamagedError

    def chunks(self, group: Chunk) -> Iterator[Chunk]:
        """The chunks in a group, up to a sensible number, or to where they make no sense."""
        return islice(self._within(group), _MOST_CHUNKS)

    def data(self, chunk: Chunk) -> bytes:
        """The data of a chunk, of a long one the beginning."""
        return self._at(chunk.start, min(chunk.end - chunk.start, _MOST_DATA))

    def _within(self, group: Chunk) -> Iterator[Chunk]:
        position = group.start + 4
        while (chunk := self._head(position, group.end)) is not None:
            yield chunk
            position = self._next(chunk)

    @property
    def _head_size(self) -> int:
        return 16 if self._wide else 8

    def _head(self, position: int, limit: int) -> Chunk | None:
        if position + self._head_size > limit:
            return None
        head = self._at(position, self._head_size + 4)
        tag = head[:4]
        if len(head) < self._head_size or not _TAG.fullmatch(tag):
            return None
        size = int.from_bytes(head[8:16] if self._wide else head[4:8], "big")
        start = position + self._head_size
        # The whole, at 0, may be cut short: what is there of it is read.
        if start + size > limit and position:
            return None
        return Chunk(tag, start, start + size, head[self._head_size :] if tag in _GROUPS else b"")

    def _next(self, chunk: Chunk) -> int:
        """Unproven: whether the four bytes of a wide group's kind count for its padding. The
        readers that are known differ, so the place is taken where a head is."""
        size = chunk.end - chunk.start
        if not self._wide:
            return chunk.end + -size % 4
        padded = chunk.end + -size % 8
        if not chunk.kind:
            return padded
        after_kind = chunk.end + -(size - 4) % 8
        return after_kind if self._head(after_kind, self._size) else padded

    def _at(self, position: int, size: int) -> bytes:
        self._stream.seek(position)
        return self._stream.read(size)
