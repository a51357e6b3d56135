"""The folder of thumbnails: JPEGs named by their content, the least recently used dropped first.

A thumbnail's name is the hash of its own bytes. Evidence has the picture decoded anyway, so the
hash costs 0.02 ms and no read; frames that look the same share a file; and a frame rendered anew
gets a new name, so that no cache above can show a stale one.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

THUMBNAIL_SIDE = 256
"""The longest side of a thumbnail, in pixels."""

_QUALITY = 80
_TRIM_SHARE = 16
"""A process looks at the folder's size after writing this part of the cap."""


@dataclass(slots=True)
class ThumbnailStore:
    """Thumbnails in `folder`, of at most `cap_bytes` together. Many processes may share a folder.

    The folder, and any file in it, may be deleted at any time.
    """

    folder: Path
    cap_bytes: int
    _written: int = field(default=0, init=False, repr=False)

    def put(self, picture: Image) -> Path:
        """Keep an RGB picture and say where. Raises OSError if the disk does not take it."""
        encoded = io.BytesIO()
        picture.save(encoded, "JPEG", quality=_QUALITY)
        return self.keep(encoded.getvalue())

    def keep(self, data: bytes) -> Path:
        """Keep a thumbnail that was made elsewhere; the same otherwise."""
        key = blake2b(data, digest_size=16).hexdigest()
        path = self.folder / key[:2] / f"{key}.jpg"
        if not self.touch(path, len(data)):
            _write(path, data)
            self._written += len(data)
        if self._written * _TRIM_SHARE > self.cap_bytes:
            self.trim()
        return path

    def touch(self, path: Path, size: int | None = None) -> bool:
        """Note that a thumbnail is in use; False if it is gone (or not `size` bytes long)."""
        try:
            if size is not None and path.stat().st_size != size:
                return False
            os.utime(path)
        except OSError:
            return False
        return True

    def trim(self) -> None:
        """Remove the least recently used thumbnails until the rest fit under the cap."""
        self._written = 0
        found = sorted(self._files())
        excess = sum(size for _, size, _ in found) - self.cap_bytes
        for _, size, path in found:
            if excess <= 0:
                break
            if _remove(path):
                excess -= size

    def _files(self) -> Iterator[tuple[int, int, str]]:
        """When each file was last used, its size and its path; what vanishes is left out."""
        for shard in _entries(self.folder):
            for entry in _entries(shard.path):
                try:
                    stat = entry.stat()
                except OSError:
                    continue
                yield stat.st_mtime_ns, stat.st_size, entry.path


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all. The folder may be deleted between the steps: then once again."""
    part = path.with_name(f"{path.stem}.{os.getpid()}-{threading.get_ident()}.part")
    for is_last in (False, True):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(path)
            return
        except FileNotFoundError:
            if is_last:
                raise


def _remove(path: str) -> bool:
    try:
        Path(path).unlink(missing_ok=True)
    except OSError:
        return False  # Windows: somebody is showing it
    return True
