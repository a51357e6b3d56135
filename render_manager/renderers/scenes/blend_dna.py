"""The "DNA" of a .blend file: which structs it holds, with their members, types and sizes.

It makes a reader for chosen members of a struct: every place comes from the file's own DNA, none is
written down here. Members that a version has no more, or not yet, are left out. The layout
(`SDNA`, `NAME`, `TYPE`, `TLEN`, `STRC`) was the same in all files tried, of 2.42 to 5.0.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from math import prod
from typing import NamedTuple

from render_manager.renderers.scenes.blend_stream import damaged

Value = int | float | str

Fields = Mapping[str, tuple[str, ...]]
"""The members to read of each struct; "r.size" is one of a struct within."""

_NUMBERS = {
    "char": "b",
    "uchar": "B",
    "int8_t": "b",
    "uint8_t": "B",
    "short": "h",
    "ushort": "H",
    "int": "i",
    "float": "f",
    "double": "d",
    "int64_t": "q",
    "uint64_t": "Q",
}

_NAME = re.compile(r"\(?(?P<stars>\**)(?P<name>\w+)\)?(?:\(\))?(?P<counts>(?:\[\d{1,9}\])*)")

_LARGEST = 1 << 20
_LONGEST = 200
"""No struct is near this size, and no name this length; the largest, Scene, has 7 KB."""


class Reader(NamedTuple):
    """How to read chosen members from the bytes of a struct."""

    struct: str
    size: int
    places: tuple[_Place, ...]

    def values(self, data: bytes) -> dict[str, Value]:
        """The members that are in `data`, which has at least `size` bytes."""
        return {place.path: place.value(data) for place in self.places}


class _Place(NamedTuple):
    """Where a member lies in its struct, and what it is; without a format it is text."""

    path: str
    offset: int
    size: int
    format: str | None

    def value(self, data: bytes) -> Value:
        if self.format is None:
            text = data[self.offset : self.offset + self.size]
            return text.split(b"\0", 1)[0].decode("utf-8", "replace")
        value: int | float = struct.unpack_from(self.format, data, self.offset)[0]
        return value


class _Member(NamedTuple):
    kind: str
    offset: int
    size: int
    pointer: bool
    array: bool


def readers(data: bytes, order: str, pointer: str, fields: Fields) -> dict[int, Reader]:
    """A reader for each struct of `fields`, by the index that block heads call it with.

    `data` is the DNA1 block; `order` and `pointer` are byte order and pointer in the letters of
    `struct`. Raises UnreadableError if the DNA contradicts itself.
    """
    try:
        dna = _Dna(data, order, pointer)
        return {
            index: dna.reader(name, fields[name])
            for index, name in enumerate(dna.names)
            if name in fields
        }
    except (struct.error, IndexError, ValueError):
        raise damaged() from None


class _Dna:
    """The structs of one file. Raises what Python raises where the bytes make no sense."""

    def __init__(self, data: bytes, order: str, pointer: str) -> None:
        cursor = _Cursor(data, order)
        cursor.tag(b"SDNA")
        members = cursor.strings(b"NAME")
        types = cursor.strings(b"TYPE")
        cursor.tag(b"TLEN")
        self._sizes = dict(zip(types, cursor.shorts(len(types)), strict=True))
        self._order = order
        self._pointer = pointer
        self._layouts: dict[str, dict[str, _Member]] = {}
        structs = [
            (types[kind], [(types[type_], members[name]) for type_, name in pairs])
            for kind, pairs in cursor.structs()
        ]
        self.names = [name for name, _members in structs]
        self._structs = dict(structs)

    def reader(self, name: str, paths: tuple[str, ...]) -> Reader:
        found = (self._place(name, path) for path in paths)
        places = tuple(place for place in found if place is not None)
        size = max((place.offset + place.size for place in places), default=0)
        if size > _LARGEST:
            raise ValueError(name)
        return Reader(name, size, places)

    def _place(self, name: str, path: str) -> _Place | None:
        *outer, last = path.split(".")
        offset = 0
        for part in outer:
            within = self._layout(name).get(part)
            if within is None or within.pointer or within.array:
                return None
            offset += within.offset
            name = within.kind
        member = self._layout(name).get(last)
        return None if member is None else self._value_place(path, offset, member)

    def _value_place(self, path: str, offset: int, member: _Member) -> _Place | None:
        place = _Place(path, offset + member.offset, member.size, None)
        if member.array:
            return place if member.kind == "char" and not member.pointer else None
        letter = self._pointer if member.pointer else _NUMBERS.get(member.kind)
        return place._replace(format=self._order + letter) if letter else None

    def _layout(self, name: str) -> dict[str, _Member]:
        if name not in self._layouts:
            self._layouts[name] = dict(self._members(name))
        return self._layouts[name]

    def _members(self, name: str) -> Iterator[tuple[str, _Member]]:
        """Members follow each other without gaps: Blender's padding is spelled out."""
        offset = 0
        for kind, declared in self._structs.get(name, ()):
            match = _NAME.fullmatch(declared[:_LONGEST])
            if match is None:
                raise ValueError(declared)
            pointer = bool(match["stars"])
            count = prod(int(number) for number in re.findall(r"\d+", match["counts"]))
            size = count * (struct.calcsize("=" + self._pointer) if pointer else self._sizes[kind])
            yield match["name"], _Member(kind, offset, size, pointer, bool(match["counts"]))
            offset += size


class _Cursor:
    """Walks through the parts of the block, each of which starts at a multiple of four."""

    def __init__(self, data: bytes, order: str) -> None:
        self._data = data
        self._order = order
        self._at = 0

    def tag(self, name: bytes) -> None:
        self._at += -self._at % 4
        if self._data[self._at : self._at + 4] != name:
            raise ValueError(name)
        self._at += 4

    def strings(self, tag: bytes) -> list[str]:
        """A counted list of strings that end with a zero."""
        self.tag(tag)
        count = self._count()
        *strings, _rest = self._data[self._at :].split(b"\0", count)
        if len(strings) != count:
            raise ValueError(tag)
        self._at += sum(map(len, strings)) + count
        return [string.decode("ascii") for string in strings]

    def shorts(self, count: int) -> tuple[int, ...]:
        values = struct.unpack_from(f"{self._order}{count}H", self._data, self._at)
        self._at += 2 * count
        return values

    def structs(self) -> Iterator[tuple[int, Iterator[tuple[int, int]]]]:
        """Of each struct its type, and the types and names of its members, as indexes."""
        self.tag(b"STRC")
        for _struct in range(self._count()):
            kind, count = self.shorts(2)
            pairs = iter(self.shorts(2 * count))
            yield kind, zip(pairs, pairs, strict=True)

    def _count(self) -> int:
        count: int = struct.unpack_from(f"{self._order}i", self._data, self._at)[0]
        self._at += 4
        return count
