"""The low-level format of .blend files: a header, then blocks, the last of which describes them all.

A .blend is a dump of C structs. Each block has a head (what it is, which struct, where it lay in
memory, how long it is), and pointers in the file mean those places in memory. The file is walked
twice, first to the DNA at its end, then for the members asked for; of the rest only the heads are
read. The heads up to 4.x are as in Blender's `doc/blender_file_format`, that of 5.0 was found in
files that 5.0 wrote.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import NamedTuple

from render_manager.base.i18n import N_
from render_manager.renderers.scenes.blend_dna import Fields, Reader, Value, readers
from render_manager.renderers.scenes.blend_stream import (
    Unpacked,
    UnreadableError,
    cut_short,
    damaged,
    open_blend,
    stranger,
)

_ORDERS = {b"v": "<", b"V": ">"}
_POINTERS = {b"-": "Q", b"_": "I"}

_MOST_BLOCKS = 5_000_000
_MOST_RECORDS = 1_000_000
_MOST_DNA = 1 << 22
"""Far above any real scene; so nothing that poses as one takes all memory, or hours."""


@dataclass(slots=True, eq=False)
class Record:
    """The members of one block that were asked for.

    `data` are the data blocks that belong to it, by address; these share it, so that a list can be
    followed from any of them.
    """

    struct: str
    address: int
    values: dict[str, Value]
    data: dict[int, Record] = field(default_factory=dict)

    def whole(self, member: str) -> int | None:
        """An integer, or the address that a pointer holds (0 is nothing); None if not stored."""
        value = self.values.get(member)
        return value if isinstance(value, int) else None

    def real(self, member: str) -> float | None:
        """A finite number; None if not stored."""
        value = self.values.get(member)
        return value if isinstance(value, int | float) and isfinite(value) else None

    def text(self, member: str) -> str | None:
        """A string; None if not stored."""
        value = self.values.get(member)
        return value if isinstance(value, str) else None

    def adopt(self, block: Record) -> None:
        """Take a data block among those that belong to this."""
        block.data = self.data
        self.data[block.address] = block

    def chain(self, first: str) -> Iterator[Record]:
        """The linked list of data blocks that begins at the pointer `first`."""
        seen: set[int] = set()
        address = self.whole(first)
        while address and address not in seen and address in self.data:
            seen.add(address)
            yield self.data[address]
            address = self.data[address].whole("next")


@dataclass(frozen=True, slots=True)
class BlendFile:
    """What was asked of a .blend. `version` is Blender's number, 402 for 4.2."""

    version: int
    records: tuple[Record, ...]

    def of(self, name: str) -> list[Record]:
        """The records of the struct `name`, in the file's order."""
        return [record for record in self.records if record.struct == name]


def load(path: Path, fields: Fields) -> BlendFile:
    """Read the members `fields` of the file at `path`; what its version lacks is left out.

    A struct is found as a block of its own, or among the data of such a block. Raises
    UnreadableError if the file is no whole .blend, OSError if the disk fails.
    """
    with open_blend(path) as source:
        form = _header(source)
        wanted = readers(_dna(source, form), form.order, form.pointer, fields)
        return BlendFile(form.version, tuple(_records(source, form, wanted)))


# --- header and blocks


class _Form(NamedTuple):
    """The dialect of one file."""

    version: int
    order: str
    pointer: str
    size: int
    head: struct.Struct
    large: bool


class _Head(NamedTuple):
    code: bytes
    struct: int
    address: int
    length: int


def _header(source: Unpacked) -> _Form:
    start = source.stream.read(64)
    if not start and source.room:
        raise cut_short()
    if not start.startswith(b"BLENDER"):
        raise stranger(start)
    pointer, order, version = start[7:8], _ORDERS.get(start[8:9]), start[9:12]
    if pointer in _POINTERS and order and version.isdigit():
        head = struct.Struct(f"{order}4si{_POINTERS[pointer]}ii")
        return _Form(int(version), order, _POINTERS[pointer], 12, head, large=False)
    return _new_header(start)


def _new_header(start: bytes) -> _Form:
    """The header of Blender 5.0 and later: `BLENDER17-01v0500`."""
    match = re.match(rb"BLENDER(\d\d)-(\d\d)v(\d{4})", start)
    if match is None:
        raise cut_short() if len(start) < 17 else damaged()
    if match.group(1, 2) != (b"17", b"01"):
        raise UnreadableError(
            N_("“{name}” is in a newer format than this program can read. Look for an update.")
        )
    return _Form(int(match[3]), "<", "Q", 17, struct.Struct("<4siQqq"), large=True)


def _heads(source: Unpacked, form: _Form) -> Iterator[_Head]:
    """The head of each block up to the end mark, with the stream at the block's bytes."""
    position = form.size
    for _block in range(_MOST_BLOCKS):
        source.stream.seek(position)
        raw = source.stream.read(form.head.size)
        if raw[:4] == b"ENDB":
            return
        if len(raw) < form.head.size:
            raise cut_short()
        head = _head(raw, form)
        position += form.head.size + head.length
        if head.length < 0 or head.code == bytes(4):
            raise damaged()
        if position > source.room:
            raise source.beyond
        yield head
    raise _too_much()


def _head(raw: bytes, form: _Form) -> _Head:
    if form.large:
        code, index, address, length, _count = form.head.unpack(raw)
    else:
        code, length, address, index, _count = form.head.unpack(raw)
    return _Head(code, index, address, length)


def _dna(source: Unpacked, form: _Form) -> bytes:
    for head in _heads(source, form):
        if head.code == b"DNA1":
            return _read(source, min(head.length, _MOST_DNA))
    raise damaged()


def _records(source: Unpacked, form: _Form, wanted: Mapping[int, Reader]) -> list[Record]:
    """Blocks of data belong to the last block before them that is not data."""
    records: list[Record] = []
    owner: Record | None = None
    count = 0
    for head in _heads(source, form):
        if head.code != b"DATA":
            owner = None
        elif owner is None:
            continue
        if (reader := wanted.get(head.struct)) is None:
            continue
        record = _record(source, head, reader)
        if owner is None:
            records.append(owner := record)
        else:
            owner.adopt(record)
        count += 1
        if count > _MOST_RECORDS:
            raise _too_much()
    return records


def _record(source: Unpacked, head: _Head, reader: Reader) -> Record:
    if head.length < reader.size:
        raise damaged()
    return Record(reader.struct, head.address, reader.values(_read(source, reader.size)))


def _read(source: Unpacked, size: int) -> bytes:
    data = source.stream.read(size)
    if len(data) < size:
        raise cut_short()
    return data


def _too_much() -> UnreadableError:
    return UnreadableError(
        N_("“{name}” has more parts than this program reads. Divide it, or mend it in Blender.")
    )
