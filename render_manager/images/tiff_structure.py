"""TIFF and BigTIFF: does every strip or tile of every directory lie inside the file?

Format: TIFF 6.0, sections 2, 3 and 15; BigTIFF as libtiff defines it (8-byte offsets and counts).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from render_manager.images import faults
from render_manager.images.file_bytes import FileBytes

_PLACES = {273: 279, 324: 325}
"""The tag with the offsets of strips, or tiles, and the tag with their lengths in bytes."""

_LAYOUTS = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""The field types that hold offsets and counts: SHORT, LONG, IFD, LONG8, IFD8."""

_BYTES = dict(enumerate((0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8)))
"""How long a value of each field type is."""

_FIRST_PRIVATE_TAG = 32768
"""From here on, tags are those of programs, which may leave dangling offsets behind."""

_MOST_DIRECTORIES = 4096
_MOST_VALUES = 1 << 21

_Field = tuple[int, int, int]
"""A field's type, how many values it has, and where its values or their offset lie."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """Byte order and what differs between TIFF and BigTIFF, as layouts of `struct`."""

    order: str
    count: str
    offset: str
    first: int
    """Where the offset of the first directory lies."""

    @property
    def entry(self) -> struct.Struct:
        """Tag, type, number of values; then, where they fit, the values, else their offset."""
        return struct.Struct(f"{self.order}HH{self.offset}{self.offset}")


def check_tiff(data: FileBytes) -> None:
    """Follow the chain of directories and check where the pixels of each should lie."""
    dialect = _dialect(data)
    (directory,) = data.unpack(dialect.order + dialect.offset, dialect.first)
    if not directory:
        raise faults.without_picture(data.name)
    seen: set[int] = set()
    while directory:
        if directory in seen or len(seen) > _MOST_DIRECTORIES:
            raise faults.damaged(data.name)
        seen.add(directory)
        directory = _check_directory(data, dialect, directory)


def _dialect(data: FileBytes) -> _Dialect:
    order = "<" if data.take(0, 2) == b"II" else ">"
    (version,) = data.unpack(order + "H", 2)
    return _Dialect(order, "Q", "Q", 8) if version == 43 else _Dialect(order, "H", "I", 4)


def _check_directory(data: FileBytes, dialect: _Dialect, offset: int) -> int:
    """Check one directory; return the offset of the next, 0 after the last."""
    count_layout = dialect.order + dialect.count
    (count,) = data.unpack(count_layout, offset)
    start, entry = offset + struct.calcsize(count_layout), dialect.entry
    entries = data.take(start, count * entry.size)
    value_bytes = struct.calcsize(dialect.order + dialect.offset)
    fields = {
        tag: (kind, number, start + (index + 1) * entry.size - value_bytes)
        for index, (tag, kind, number, _) in enumerate(entry.iter_unpack(entries))
    }
    for tag, field in fields.items():
        if tag < _FIRST_PRIVATE_TAG:
            _check_field(data, dialect, field)
    _check_places(data, dialect, fields)
    (following,) = data.unpack(dialect.order + dialect.offset, start + len(entries))
    return int(following)


def _check_field(data: FileBytes, dialect: _Dialect, field: _Field) -> None:
    kind, count, _ = field
    size = count * _BYTES.get(kind, 0)
    data.require(_value_place(data, dialect, field, size), size)


def _value_place(data: FileBytes, dialect: _Dialect, field: _Field, size: int) -> int:
    """Values lie in the field where they fit, else where it points to."""
    pointer = dialect.order + dialect.offset
    if size <= struct.calcsize(pointer):
        return field[2]
    return int(data.unpack(pointer, field[2])[0])


def _check_places(data: FileBytes, dialect: _Dialect, fields: Mapping[int, _Field]) -> None:
    for offsets_tag, lengths_tag in _PLACES.items():
        if offsets_tag not in fields or lengths_tag not in fields:
            continue
        offsets = _values(data, dialect, fields[offsets_tag])
        lengths = _values(data, dialect, fields[lengths_tag])
        places = list(zip(offsets, lengths, strict=False))
        unwritten = sum(not offset or not length for offset, length in places)
        if unwritten:
            raise faults.incomplete(data.name, unwritten, len(places))
        for offset, length in places:
            data.require(offset, length)


def _values(data: FileBytes, dialect: _Dialect, field: _Field) -> tuple[int, ...]:
    """The numbers of a field of offsets or lengths."""
    kind, count, _ = field
    if kind not in _LAYOUTS or count > _MOST_VALUES:
        raise faults.damaged(data.name)
    layout = f"{dialect.order}{count}{_LAYOUTS[kind]}"
    return data.unpack(layout, _value_place(data, dialect, field, struct.calcsize(layout)))
