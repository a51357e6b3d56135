"""Is the file whole, as far as its skeleton shows, without decoding a pixel?

Measured: 0.03 ms for a JPEG or TIFF, 0.3 ms for a PNG, 0.6–2.4 ms for a 4K EXR. It finds what every
decoder that reads only the beauty misses: parts cut off behind it, and JPEGs that stop half-way,
which all libraries show without a word. EXR, PNG, JPEG and TIFF are checked; of other kinds only
the decoder can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from render_manager.images import faults
from render_manager.images.exr_structure import check_exr
from render_manager.images.file_bytes import FileBytes, open_bytes
from render_manager.images.jpeg_structure import check_jpeg
from render_manager.images.png_structure import check_png
from render_manager.images.tiff_structure import check_tiff


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    suffixes: frozenset[str]
    starts: tuple[bytes, ...]
    check: Callable[[FileBytes], None]


_KINDS = (
    _Kind("OpenEXR", frozenset({".exr", ".sxr", ".mxr"}), (b"v/1\x01",), check_exr),
    _Kind("PNG", frozenset({".png"}), (b"\x89PNG\r\n\x1a\n",), check_png),
    _Kind(
        "JPEG",
        frozenset({".jpg", ".jpeg", ".jpe", ".jif", ".jfif", ".jfi"}),
        (b"\xff\xd8\xff",),
        check_jpeg,
    ),
    _Kind(
        "TIFF",
        frozenset({".tif", ".tiff", ".tx"}),
        (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
        check_tiff,
    ),
)

_OTHER_PICTURES = frozenset(
    {".bmp", ".cin", ".dds", ".dpx", ".gif", ".hdr", ".iff", ".jp2", ".jxl", ".pfm", ".pic"}
    | {".ppm", ".psd", ".rgb", ".rgba", ".rla", ".sgi", ".tga", ".webp", ".zfile"}
)
"""Suffixes that promise another kind than the four above."""

PICTURES = frozenset({".bmp", ".dpx", ".hdr", ".iff", ".sgi", ".tga"}).union(
    *(kind.suffixes for kind in _KINDS)
)
"""The suffixes of pictures that can be read for certain, in lower case."""


def check_structure(path: Path) -> None:
    """Raise BadFrame if the file is empty, not what its suffix says, cut off or incomplete.

    Any bytes are survived, within bounded time and memory. A file of an unknown kind passes.
    Raises OSError if it cannot be read.
    """
    with open_bytes(path) as data:
        if data.size == 0:
            raise faults.empty(data.name)
        kind = _kind_of(data, path.suffix.lower())
        if kind is not None:
            kind.check(data)


def _kind_of(data: FileBytes, suffix: str) -> _Kind | None:
    """What the file's first bytes say it is, which must not contradict its suffix."""
    head = data.window(0, 64)
    found = next((kind for kind in _KINDS if head.startswith(kind.starts)), None)
    promised = next((kind for kind in _KINDS if suffix in kind.suffixes), None)
    if not any(head):
        raise faults.only_zeros(data.name)
    if found is None and promised is not None:
        raise faults.not_kind(data.name, promised.name)
    if found is not None and found is not promised and (promised or suffix in _OTHER_PICTURES):
        raise faults.other_kind(data.name, found.name)
    return found
