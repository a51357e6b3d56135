"""A .mb as a MayaFile: what its chunks say.

Checked on two files that Maya 2009 and 2023 wrote. A node is a group named after Maya's number of
its kind, which is four letters for Maya's own kinds and a bare number for those of plug-ins.
"""

from __future__ import annotations

import locale
import struct
from typing import BinaryIO

from render_manager.renderers.scenes.maya_binary import Chunk, DamagedError, MayaIff
from render_manager.renderers.scenes.maya_nodes import (
    RENDER_GLOBALS,
    TIME,
    MayaFile,
    Node,
    Reference,
    Value,
    short_name,
)
from render_manager.renderers.scenes.maya_units import exact_rate

_KINDS = {
    b"DCAM": "camera",
    b"RNDL": "renderLayer",
    b"SCRP": "script",
    b"RTFT": "file",
}
"""Unproven: RTFT is the number of a file texture in Maya's headers; no file with one was read."""

_TIMES = {(RENDER_GLOBALS, "fs"), (RENDER_GLOBALS, "ef"), (TIME, "o")}

_OLD_TICKS = 6000.0
_TICKS = 141_120_000.0
"""In a second: Maya's unit of time, until and since it was made finer (`TDUR` in the header)."""


def read_binary(stream: BinaryIO) -> MayaFile:
    """What matters in the .mb that `stream` holds. Raises DamagedError if nothing can be read of it."""
    reader = _Reader(MayaIff(stream))
    try:
        for group in reader.iff.groups():
            reader.take(group)
    except DamagedError:
        if reader.file.version is None:
            raise
        reader.file.complete = False
    return reader.file


class _Reader:
    def __init__(self, iff: MayaIff) -> None:
        self.iff = iff
        self.file = MayaFile(binary=True)

    def take(self, group: Chunk) -> None:
        if group.kind == b"HEAD":
            self._header(group)
        elif group.kind == b"FREF":
            self._reference(group)
        elif group.kind in _KINDS or group.kind == b"SLCT" or group.kind[0] == 0:
            self._node(group)

    def _header(self, group: Chunk) -> None:
        for chunk in self.iff.chunks(group):
            texts = self._texts(chunk)
            if chunk.tag == b"VERS":
                self.file.version = texts[0]
            elif chunk.tag == b"TUNI":
                self.file.time_unit = texts[0]
            elif chunk.tag == b"TDUR":
                self.file.ticks = float(texts[0]) if texts[0].isdecimal() else None
            elif chunk.tag == b"PLUG":
                self.file.require(texts[0], texts[1] if len(texts) > 1 else "")

    def _reference(self, group: Chunk) -> None:
        """Unproven: the strings in the chunk FREF. The path is told by its suffix; a namespace
        was not seen, so it is the one that Maya proposes, the file's name."""
        for chunk in self.iff.chunks(group):
            if chunk.tag != b"FREF":
                continue
            paths = [text for text in self._texts(chunk) if text.lower().endswith((".ma", ".mb"))]
            if paths:
                stem = paths[0].replace("\\", "/").rsplit("/", 1)[-1][:-3]
                self.file.refer(Reference(paths[0], stem))

    def _node(self, group: Chunk) -> None:
        node: Node | None = None
        for chunk in self.iff.chunks(group):
            if chunk.tag == b"CREA":
                node = self._create(group, chunk)
            elif chunk.tag == b"SLCT":
                node = self.file.select(self._texts(chunk)[0])
            elif node is not None:
                self._set(node, chunk)
            if node is None:
                return

    def _create(self, group: Chunk, chunk: Chunk) -> Node | None:
        """A byte of flags, then the name and the parent's."""
        name, *parents = self._strings(self.iff.data(chunk)[1:])
        return self.file.create(_KINDS.get(group.kind, ""), name, next(filter(None, parents), None))

    def _set(self, node: Node, chunk: Chunk) -> None:
        """The attribute's name and a zero, a byte of flags, the value."""
        if chunk.tag not in (b"STR ", b"DBLE"):
            return
        name, zero, data = self.iff.data(chunk).partition(b"\0")
        if not zero or len(data) < 2:
            return
        attribute = short_name(name.decode("ascii", "replace"), node.name)
        value = self._value(node, attribute, chunk.tag, data[1:])
        if value is not None:
            self.file.set(node, attribute, value)

    def _value(self, node: Node, attribute: str, tag: bytes, data: bytes) -> Value | None:
        if tag == b"STR ":
            return self._strings(data)[0]
        if (node.name, attribute) in _TIMES:
            return self._time(data)
        return _double(data)

    def _time(self, data: bytes) -> float | None:
        """In frames. Times are whole ticks, in old files of four bytes.

        Unproven: newer files. Eight bytes that are next to nothing as a double are taken for
        ticks, for every sensible number of ticks is that, and no sensible number of frames.
        """
        rate = exact_rate(self.file.time_unit)
        if len(data) >= 8:
            frames = _double(data)
            ticks = int.from_bytes(data[:8], "big", signed=True)
            if frames == 0 or (frames is not None and 1e-9 < abs(frames) < 1e9):
                return frames
            return ticks / (self.file.ticks or _TICKS) * rate if rate else None
        if len(data) < 4 or not rate:
            return None
        return int.from_bytes(data[:4], "big", signed=True) / _OLD_TICKS * rate

    def _texts(self, chunk: Chunk) -> list[str]:
        return self._strings(self.iff.data(chunk))

    def _strings(self, data: bytes) -> list[str]:
        return [self._text(part) for part in data.split(b"\0", 50)[:50]]

    def _text(self, data: bytes) -> str:
        """A .mb does not say in which codeset its texts are: that of the machine it was saved on.
        GBK is what is left to try, for its rules fit few texts that are something else."""
        for encoding in ("utf-8", locale.getpreferredencoding(False), "gbk"):
            try:
                text = data.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
            self.file.guessed |= encoding != "utf-8"
            return text
        self.file.guessed = True
        return data.decode("utf-8", "replace")


def _double(data: bytes) -> float | None:
    return float(struct.unpack_from(">d", data)[0]) if len(data) >= 8 else None
