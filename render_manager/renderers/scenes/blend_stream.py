"""The bytes of a .blend file, whatever it is wrapped in: nothing, gzip (Blender before 3.0) or zstd.

All three are read forwards in pieces and never held whole. A zstd file as Blender writes it ends
with a table of its frames (the "seekable format" of facebook/zstd, contrib/seekable_format), so
that large blocks can be jumped over without unpacking them.
"""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from render_manager.base.i18n import N_

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_PIECE = 1 << 16

_LEAST_ROOM = 1 << 30
_MOST_ROOM = 1 << 36
_MOST_PACKED = 200
"""Scenes pack 2 to 20 times; even meshes of zeros stay well below this."""

_SEEK_TABLE_FOOTER = struct.Struct("<IBI")
_SEEK_TABLE_MAGIC = 0x8F92EAB1
_SKIPPABLE_HEAD = 8
_MOST_FRAMES = 1 << 20

_STRANGERS = (
    (b"\x89PNG", N_("a PNG picture")),
    (b"\xff\xd8\xff", N_("a JPEG picture")),
    (b"\x76\x2f\x31\x01", N_("an OpenEXR picture")),
    (b"8BPS", N_("a Photoshop picture")),
    (b"II*\0", N_("a TIFF picture")),
    (b"MM\0*", N_("a TIFF picture")),
    (b"PK\x03\x04", N_("a ZIP archive")),
    (b"7z\xbc\xaf", N_("a 7-Zip archive")),
    (b"Rar!", N_("a RAR archive")),
    (b"%PDF", N_("a PDF document")),
    (b"//Maya ASCII", N_("a Maya scene")),
    (b"FOR4", N_("a Maya scene")),
    (b"FOR8", N_("a Maya scene")),
    (b"Kaydara FBX", N_("an FBX file")),
    (b"glTF", N_("a glTF file")),
    (b"Ogawa", N_("an Alembic file")),
    (b"PXR-USDC", N_("a USD file")),
    (b"#usda", N_("a USD file")),
    (
        b"version https://git-lfs",
        N_("a Git LFS pointer; fetch the file itself with “git lfs pull”"),
    ),
    (b"<!DOCTYPE", N_("a web page; download the file again")),
    (b"<html", N_("a web page; download the file again")),
)


class UnreadableError(Exception):
    """Why a file cannot be read: a sentence yet to be translated, and what to put into it.

    `{name}` in the sentence stands for the file's name, which is not known down here; the values
    of `facts` are marked for translation like the sentence.
    """

    def __init__(self, sentence: str, **facts: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts


def damaged() -> UnreadableError:
    """The bytes contradict themselves."""
    return UnreadableError(
        N_("“{name}” is damaged. Copy it again from where it came, or save it again in Blender.")
    )


def cut_short() -> UnreadableError:
    """The file ends before it should."""
    return UnreadableError(
        N_("“{name}” is cut short: its end is missing. Copy it again, or save it again in Blender.")
    )


def _bomb(room: int) -> UnreadableError:
    return UnreadableError(
        N_("“{name}” would unpack to more than {size} GB. Save it uncompressed in Blender."),
        size=str(room >> 30),
    )


def stranger(start: bytes) -> UnreadableError:
    """The file is no .blend; `start` is how it begins."""
    if not start:
        return UnreadableError(N_("“{name}” is empty. Copy it again, or save it again in Blender."))
    if not start.strip(b"\0"):
        return UnreadableError(
            N_("“{name}” holds only zeros, as after an interrupted copy. Copy it again.")
        )
    for magic, looks in _STRANGERS:
        if start.startswith(magic):
            return UnreadableError(
                N_("“{name}” is not a Blender file: it looks like {looks}."), looks=looks
            )
    return UnreadableError(
        N_("“{name}” is not a Blender file. Choose a file that Blender has saved.")
    )


class Unpacked(NamedTuple):
    """The bytes of a .blend to read and to seek in, and how far they can reach.

    Beyond `room` nothing is to be read; `beyond` says why to the person.
    """

    stream: BinaryIO
    room: int
    beyond: UnreadableError


@contextmanager
def open_blend(path: Path) -> Iterator[Unpacked]:
    """Open the file at `path`, packed or not.

    Raises UnreadableError, also while the bytes are read; OSError if the disk fails.
    """
    with path.open("rb") as file:
        try:
            yield _unpacked(file)
        except EOFError:
            raise cut_short() from None
        except (zlib.error, gzip.BadGzipFile):
            raise damaged() from None


def _unpacked(file: BinaryIO) -> Unpacked:
    start = file.read(len(_ZSTD))
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if start.startswith(_GZIP):
        return _roomy(cast(BinaryIO, gzip.GzipFile(fileobj=file)), size)
    if start == _ZSTD:
        return _roomy(io.BufferedReader(_ZstdFile(file, size), _PIECE), size)
    return Unpacked(file, size, cut_short())


def _roomy(stream: BinaryIO, size: int) -> Unpacked:
    room = min(max(_LEAST_ROOM, size * _MOST_PACKED), _MOST_ROOM)
    return Unpacked(stream, room, _bomb(room))


class _ZstdFile(io.RawIOBase):
    """The unpacked bytes of a zstd file; seeking starts at the frame that holds the place."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        import zstandard

        self._file = file
        self._unpacker = zstandard.ZstdDecompressor()
        self._failure = zstandard.ZstdError
        self._frames = _frames(file, size)
        self._restart(0)

    def _restart(self, frame: int) -> None:
        self._at, packed_at = self._frames[frame]
        self._file.seek(packed_at)
        self._reader = self._unpacker.stream_reader(
            self._file, read_size=_PIECE, read_across_frames=True, closefd=False
        )

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Only from the start: what a BufferedReader asks for."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("seek from the start")
        frame = bisect_right(self._frames, (place, self._frames[-1][1])) - 1
        if place < self._at or self._frames[frame][0] > self._at:
            self._restart(frame)
        piece = bytearray(_PIECE)
        while self._at < place and self.readinto(memoryview(piece)[: place - self._at]):
            pass
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            count: int = self._reader.readinto(buffer)
        except self._failure:
            raise damaged() from None
        self._at += count
        return count


def _frames(file: BinaryIO, size: int) -> list[tuple[int, int]]:
    """Where each frame starts, unpacked and in the file; just the first if there is no table."""
    frames = [(0, 0)]
    for packed, unpacked in _seek_table(file, size):
        place, packed_place = frames[-1]
        frames.append((place + unpacked, packed_place + packed))
    return frames


def _seek_table(file: BinaryIO, size: int) -> list[tuple[int, int]]:
    """The packed and unpacked size of each frame; empty if the table is missing or untrue."""
    footer = _SEEK_TABLE_FOOTER
    file.seek(max(0, size - footer.size))
    tail = file.read(footer.size)
    if len(tail) < footer.size or footer.unpack(tail)[2] != _SEEK_TABLE_MAGIC:
        return []
    count, flags, _magic = footer.unpack(tail)
    entry = struct.Struct("<II4x" if flags & 0x80 else "<II")
    table = count * entry.size + footer.size
    if count > _MOST_FRAMES or table + _SKIPPABLE_HEAD > size:
        return []
    file.seek(size - table)
    sizes = list(entry.iter_unpack(file.read(count * entry.size)))
    true = sum(packed for packed, _unpacked in sizes) + table + _SKIPPABLE_HEAD == size
    return sizes if true else []
