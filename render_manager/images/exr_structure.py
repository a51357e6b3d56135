"""OpenEXR: was every chunk of every part written, and does each lie inside the file?

Format: “OpenEXR File Layout” of the OpenEXR project. A writer fills in the table of chunk offsets
last, so a zero in it means that it crashed or is still at work. Scan lines, tiles, mip levels, deep
data and multi-part files are all understood.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from render_manager.images import faults
from render_manager.images.file_bytes import FileBytes

_TILED, _DEEP, _MULTI_PART = 0x200, 0x800, 0x1000
"""Flags in the version field."""

_LINES = (1, 1, 1, 16, 32, 16, 32, 32, 32, 256, 256, 32)
"""Scan lines per chunk: none, RLE, ZIPS, ZIP, PIZ, PXR24, B44, B44A, DWAA, DWAB, HTJ2K256, -32."""

_MIP_LEVELS, _RIP_LEVELS, _ROUND_UP = 1, 2, 0x10

_LONGEST_NAME = 256
_MOST_PARTS = 4096


@dataclass(frozen=True, slots=True)
class _Part:
    """What the header of a part says of its chunks; `tiles` is tile width, height and mode."""

    is_deep: bool
    compression: int
    window: tuple[int, int, int, int]
    tiles: tuple[int, int, int] | None

    @property
    def size(self) -> tuple[int, int]:
        left, top, right, bottom = self.window
        return right - left + 1, bottom - top + 1


def check_exr(data: FileBytes) -> None:
    """Check the offset tables and where each chunk begins and ends.

    A part whose compression is unknown leaves the judgement to the decoder, as its chunks, and so
    the place of the later tables, cannot be known.
    """
    (flags,) = data.unpack("<I", 4)
    parts, offset = _headers(data, flags)
    for number, part in enumerate(parts):
        if part.tiles is None and part.compression >= len(_LINES):
            return
        prefix = (number,) if flags & _MULTI_PART else ()
        offset = _check_part(data, part, prefix, offset)


def _headers(data: FileBytes, flags: int) -> tuple[list[_Part], int]:
    """The parts, and where the headers end."""
    part, offset = _header(data, flags, 8)
    parts = [part]
    if not flags & _MULTI_PART:
        return parts, offset
    while data.take(offset, 1) != b"\0":
        part, offset = _header(data, flags, offset)
        parts.append(part)
        if len(parts) > _MOST_PARTS:
            raise faults.damaged(data.name)
    return parts, offset + 1


def _header(data: FileBytes, flags: int, offset: int) -> tuple[_Part, int]:
    """The part whose header begins at `offset`, and where it ends."""
    places: dict[bytes, tuple[int, int]] = {}
    while data.take(offset, 1) != b"\0":
        name, offset = _text(data, offset)
        _, offset = _text(data, offset)
        (size,) = data.unpack("<i", offset)
        data.require(offset + 4, size)
        places[name] = offset + 4, size
        offset += 4 + size
    if b"compression" not in places or b"dataWindow" not in places:
        raise faults.damaged(data.name)
    return _part(data, flags, places), offset + 1


def _text(data: FileBytes, offset: int) -> tuple[bytes, int]:
    text, end, _ = data.window(offset, _LONGEST_NAME).partition(b"\0")
    if not end:
        raise faults.damaged(data.name)
    return text, offset + len(text) + 1


def _part(data: FileBytes, flags: int, places: dict[bytes, tuple[int, int]]) -> _Part:
    kind = data.take(places[b"type"][0], min(places[b"type"][1], 32)) if b"type" in places else b""
    left, top, right, bottom = data.unpack("<4i", places[b"dataWindow"][0])
    has_tiles = b"tile" in kind if flags & (_MULTI_PART | _DEEP) else bool(flags & _TILED)
    if right < left or bottom < top or (has_tiles and b"tiles" not in places):
        raise faults.damaged(data.name)
    tiles = data.unpack("<IIB", places[b"tiles"][0]) if has_tiles else None
    if tiles and (not tiles[0] or not tiles[1]):
        raise faults.damaged(data.name)
    return _Part(
        is_deep=kind.startswith(b"deep"),
        compression=data.take(places[b"compression"][0], 1)[0],
        window=(left, top, right, bottom),
        tiles=tiles and (tiles[0], tiles[1], tiles[2]),
    )


def _check_part(data: FileBytes, part: _Part, prefix: tuple[int, ...], table: int) -> int:
    """Check the chunks that the table at `table` lists; return where the table ends."""
    total = _chunk_count(part)
    end = table + 8 * total
    offsets = struct.unpack(f"<{total}Q", data.take(table, 8 * total))
    if 0 in offsets:
        raise faults.incomplete(data.name, offsets.count(0), total)
    for offset, place in zip(offsets, _chunk_places(part), strict=True):
        if offset < end:
            raise faults.damaged(data.name)
        _check_chunk(data, part, prefix + place, offset)
    return end


def _check_chunk(data: FileBytes, part: _Part, place: tuple[int, ...], offset: int) -> None:
    """A chunk says which it is, then how long its data are: thrice for deep data."""
    coordinates = f"<{len(place)}i"
    sizes = "<3Q" if part.is_deep else "<i"
    leader = struct.calcsize(coordinates) + struct.calcsize(sizes)
    head = data.take(offset, leader)
    if struct.unpack_from(coordinates, head) != place:
        raise faults.damaged(data.name)
    stored = struct.unpack_from(sizes, head, struct.calcsize(coordinates))
    data.require(offset + leader, sum(stored[:2]))


def _chunk_count(part: _Part) -> int:
    if part.tiles is None:
        _, height = part.size
        return -(-height // _LINES[part.compression])
    return sum(columns * rows for *_, columns, rows in _levels(part))


def _chunk_places(part: _Part) -> Iterator[tuple[int, ...]]:
    """What each chunk says of its place, in the order of the table."""
    if part.tiles is None:
        _, top, _, bottom = part.window
        return ((y,) for y in range(top, bottom + 1, _LINES[part.compression]))
    return chain.from_iterable(
        ((x, y, *level) for y in range(rows) for x in range(columns))
        for *level, columns, rows in _levels(part)
    )


def _levels(part: _Part) -> Iterator[tuple[int, int, int, int]]:
    """Each level of a tiled part: its numbers across and down, its tiles across and down."""
    assert part.tiles is not None
    tile_width, tile_height, mode = part.tiles
    width, height = part.size
    up = bool(mode & _ROUND_UP)
    for x, y in _level_numbers(width, height, mode & 0xF, up):
        columns = -(-_level_size(width, x, up) // tile_width)
        rows = -(-_level_size(height, y, up) // tile_height)
        yield x, y, columns, rows


def _level_numbers(width: int, height: int, mode: int, up: bool) -> Iterator[tuple[int, int]]:
    if mode == _MIP_LEVELS:
        return ((level, level) for level in range(_level_count(max(width, height), up)))
    if mode == _RIP_LEVELS:
        across = range(_level_count(width, up))
        return ((x, y) for y in range(_level_count(height, up)) for x in across)
    return iter([(0, 0)])


def _level_count(size: int, up: bool) -> int:
    return 1 + ((size - 1).bit_length() if up else size.bit_length() - 1)


def _level_size(size: int, level: int, up: bool) -> int:
    return max(1, (size + (1 << level) - 1 if up else size) >> level)
