"""JPEG: do the segments and the compressed data run on to the end marker?

Format: ITU-T T.81, annex B. Compressed data holds no marker but restarts (a 0xFF byte in it is
followed by 0x00), so the end marker can be told from data that looks like it.
"""

from __future__ import annotations

import re

from render_manager.images import faults
from render_manager.images.file_bytes import FileBytes

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a segment: TEM and the restarts."""

_STEP = 1 << 20
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def check_jpeg(data: FileBytes) -> None:
    """Follow the markers from the start to the end marker; what comes after it is ignored."""
    offset, marker, scans = 2, _START, 0
    while marker != _END:
        offset, marker = _next_marker(data, offset)
        if marker == _SCAN:
            scans += 1
            offset = _after_scan(data, _after_segment(data, offset))
        elif marker != _END and marker not in _ALONE:
            offset = _after_segment(data, offset)
    if not scans:
        raise faults.without_picture(data.name)


def _next_marker(data: FileBytes, offset: int) -> tuple[int, int]:
    """Where the marker at `offset` ends, and the marker; any number of 0xFF may come before it."""
    while True:
        first, second = data.take(offset, 2)
        if first != 0xFF or second in (0x00, _START):
            raise faults.damaged(data.name)
        if second != 0xFF:
            return offset + 2, second
        offset += 1


def _after_segment(data: FileBytes, offset: int) -> int:
    (length,) = data.unpack(">H", offset)
    if length < 2:
        raise faults.damaged(data.name)
    data.require(offset, length)
    return offset + int(length)


def _after_scan(data: FileBytes, offset: int) -> int:
    """Where the marker after the compressed data begins."""
    while True:
        block = data.window(offset, _STEP)
        found = _MARKER.search(block)
        if found:
            return offset + found.start()
        if offset + len(block) >= data.size:
            raise faults.ends_early(data.name)
        offset += len(block) - 1
