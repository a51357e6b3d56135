"""PNG: are all chunks there, down to IEND? Format: W3C PNG, third edition, section 5."""

from __future__ import annotations

from render_manager.images import faults
from render_manager.images.file_bytes import FileBytes

_FRAMING = 12
"""Bytes of a chunk beside its data: length, type and checksum."""

_LONGEST = 2**31 - 1


def check_png(data: FileBytes) -> None:
    """Walk the chunks from IHDR to IEND. Checksums are left to the decoder, which reads the data."""
    offset, seen = 8, set[bytes]()
    while b"IEND" not in seen:
        length, name = data.unpack(">I4s", offset)
        if length > _LONGEST or not name.isalpha() or not (seen or name == b"IHDR"):
            raise faults.damaged(data.name)
        data.require(offset, length + _FRAMING)
        seen.add(name)
        offset += length + _FRAMING
    if b"IDAT" not in seen:
        raise faults.without_picture(data.name)
