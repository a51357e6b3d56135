"""Writes .blend files of a few hundred bytes, in any dialect, with a DNA of just what is needed.

The layout was taken from files that Blender wrote; blocks are dicts of members by name.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import Any

Members = list[tuple[str, str]]

SIZES = {"char": 1, "short": 2, "int": 4, "float": 4, "void": 0}
LETTERS = {"char": "b", "short": "h", "int": "i", "float": "f"}
LINK: Members = [("void", "*next"), ("void", "*prev")]

DNA: dict[str, Members] = {
    "raw_data": [],
    "ListBase": [("void", "*first"), ("void", "*last")],
    "rctf": [("float", "xmin"), ("float", "xmax"), ("float", "ymin"), ("float", "ymax")],
    "ID": [*LINK, ("char", "name[66]"), ("short", "flag")],
    "ImageFormatData": [("char", "imtype"), ("char", "views_format")],
    "RenderData": [
        ("ImageFormatData", "im_format"),
        ("short", "size"),
        ("int", "sfra"),
        ("int", "efra"),
        ("int", "frame_step"),
        ("int", "xsch"),
        ("int", "ysch"),
        ("int", "mode"),
        ("int", "scemode"),
        ("rctf", "border"),
        ("short", "frs_sec"),
        ("float", "frs_sec_base"),
        ("char", "pic[64]"),
        ("char", "engine[32]"),
    ],
    "Scene": [
        ("ID", "id"),
        ("Object", "*camera"),
        ("Editing", "*ed"),
        ("float", "matrix[4][4]"),
        ("void", "(*callback)()"),
        ("RenderData", "r"),
        ("ListBase", "markers"),
        ("ListBase", "view_layers"),
        ("Collection", "*master_collection"),
    ],
    "Editing": [("ListBase", "seqbase")],
    "ViewLayer": [*LINK, ("char", "name[64]"), ("short", "flag")],
    "TimeMarker": [*LINK, ("Object", "*camera")],
    "Collection": [("ID", "id"), ("ListBase", "gobject"), ("ListBase", "children")],
    "CollectionObject": [*LINK, ("Object", "*ob")],
    "CollectionChild": [*LINK, ("Collection", "*collection")],
    "Object": [("ID", "id"), ("short", "type")],
    "Text": [("ID", "id"), ("int", "flags")],
    "Library": [("ID", "id"), ("char", "name[128]"), ("void", "*packedfile")],
    "Image": [
        ("ID", "id"),
        ("char", "name[128]"),
        ("short", "source"),
        ("void", "*packedfile"),
        ("ListBase", "packedfiles"),
    ],
    "VFont": [("ID", "id"), ("char", "name[128]"), ("void", "*packedfile")],
    "Volume": [("ID", "id"), ("char", "filepath[128]"), ("char", "is_sequence")],
    "FileGlobal": [("char", "subvstr[4]"), ("Scene", "*curscene")],
}


@dataclass(frozen=True)
class Dialect:
    """`new` is the header of Blender 5, which is always little endian with 8-byte pointers."""

    version: int = 405
    order: str = "<"
    wide: bool = True
    new: bool = False

    @property
    def pointer(self) -> str:
        return "Q" if self.wide else "I"

    @property
    def header(self) -> bytes:
        if self.new:
            return f"BLENDER17-01v{self.version:04}".encode()
        signs = ("-" if self.wide else "_") + ("v" if self.order == "<" else "V")
        return f"BLENDER{signs}{self.version}".encode()

    def head(self, code: bytes, length: int, address: int, index: int) -> bytes:
        code = code.ljust(4, b"\0") if self.order == "<" else code.rjust(4, b"\0")
        if self.new:
            return struct.pack("<4siQqq", code, index, address, length, 1)
        return struct.pack(f"{self.order}4si{self.pointer}ii", code, length, address, index, 1)


@dataclass(frozen=True)
class Block:
    code: str
    address: int
    struct: str
    values: dict[str, Any] = field(default_factory=dict)


def tiny_blend(
    blocks: list[Block], dialect: Dialect | None = None, dna: dict[str, Members] | None = None
) -> bytes:
    """The file with `blocks`, then the DNA, then the end mark."""
    dialect, dna = dialect or Dialect(), dna or DNA
    indexes = {name: index for index, name in enumerate(dna)}
    parts = [dialect.header]
    for block in blocks:
        data = _pack(block, dna, dialect)
        index = indexes.get(block.struct, 0)
        parts += [dialect.head(block.code.encode(), len(data), block.address, index), data]
    written = _dna_block(dna, dialect)
    parts += [dialect.head(b"DNA1", len(written), 1, 0), written, dialect.head(b"ENDB", 0, 0, 0)]
    return b"".join(parts)


def _pack(block: Block, dna: dict[str, Members], dialect: Dialect) -> bytes:
    if "bytes" in block.values:
        return bytes(block.values["bytes"])
    return _pack_struct(block.struct, block.values, "", dna, dialect)


def _pack_struct(
    name: str, values: dict[str, Any], prefix: str, dna: dict[str, Members], dialect: Dialect
) -> bytes:
    packed = b""
    for kind, declared in dna[name]:
        path = prefix + re.sub(r"\W*(\w+).*", r"\1", declared)
        if kind in dna and "*" not in declared:
            packed += _pack_struct(kind, values, path + ".", dna, dialect)
        elif kind == "char" and "[" in declared:
            size = _size(kind, declared, dna, dialect)
            packed += str(values.get(path, "")).encode()[: size - 1].ljust(size, b"\0")
        elif "[" in declared:
            packed += bytes(_size(kind, declared, dna, dialect))
        else:
            letter = dialect.pointer if "*" in declared else LETTERS[kind]
            packed += struct.pack(dialect.order + letter, values.get(path, 0))
    return packed


def _size(kind: str, declared: str, dna: dict[str, Members], dialect: Dialect) -> int:
    one = SIZES.get(kind, 0)
    if kind in dna:
        one = sum(_size(*member, dna, dialect) for member in dna[kind])
    if "*" in declared:
        one = struct.calcsize("=" + dialect.pointer)
    for count in re.findall(r"\[(\d+)\]", declared):
        one *= int(count)
    return one


def _dna_block(dna: dict[str, Members], dialect: Dialect) -> bytes:
    order = dialect.order
    members = list(dict.fromkeys(name for fields in dna.values() for _kind, name in fields))
    types = list(dict.fromkeys([*SIZES, *dna]))
    data = b"SDNA" + _strings(b"NAME", members, order)
    data = _aligned(data) + _strings(b"TYPE", types, order)
    sizes = [_size(kind, "", dna, dialect) for kind in types]
    data = _aligned(data) + b"TLEN" + struct.pack(f"{order}{len(sizes)}H", *sizes)
    data = _aligned(data) + b"STRC" + struct.pack(f"{order}i", len(dna))
    for name, fields in dna.items():
        data += struct.pack(f"{order}HH", types.index(name), len(fields))
        for kind, declared in fields:
            data += struct.pack(f"{order}HH", types.index(kind), members.index(declared))
    return data


def _strings(tag: bytes, strings: list[str], order: str) -> bytes:
    packed = b"".join(string.encode() + b"\0" for string in strings)
    return tag + struct.pack(f"{order}i", len(strings)) + packed


def _aligned(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
