"""The files that a .blend needs beside itself, and which of them are not there.

Linked .blend files, pictures, fonts, volumes (OpenVDB) and caches (Alembic, USD). Blender renders
without them and says nothing: pink surfaces, missing hair.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from render_manager.renderers.scenes.blend_file import BlendFile, Record

_PACKED = ("packedfile", "packedfiles.first")

ASSETS = {
    "Library": ("filepath", "name", *_PACKED),
    "Image": ("filepath", "name", "source", *_PACKED),
    "VFont": ("filepath", "name", *_PACKED),
    "Volume": ("filepath", "name", "is_sequence", *_PACKED),
    "CacheFile": ("filepath", "name", "is_sequence", *_PACKED),
}
"""What to read of them, all told that versions have called it."""

_IMAGE_FILE, _IMAGE_SEQUENCE, _IMAGE_MOVIE, _IMAGE_TILED = 1, 2, 3, 6
_IMAGE_SEQUENCES = (_IMAGE_SEQUENCE, _IMAGE_TILED)
_IMAGE_FILES = (_IMAGE_FILE, _IMAGE_MOVIE, *_IMAGE_SEQUENCES)

_COUNTER = re.compile(r"<UDIM>|<UVTILE>|\d+(?=\D*$)")


def missing_assets(blend: BlendFile, folder: Path) -> tuple[str, ...]:
    """The absolute paths of files that `blend`, which lies in `folder`, needs and does not find."""
    missing: dict[str, None] = {}
    for asset in _assets(blend):
        stored = _stored_path(asset)
        if stored and not _exists(asset, path := _resolve(stored, folder)):
            missing[str(path)] = None
    return tuple(missing)


def _assets(blend: BlendFile) -> Iterator[Record]:
    """A linked file is followed by the names ("ID") of what is needed of it.

    Without any it is not needed: 5.0 keeps it so when all that came from it was packed.
    """
    last = Record("", 0, {})
    for record, following in pairwise((*blend.records, last)):
        if record.struct == "Library" and following.struct != "ID":
            continue
        if record.struct in ASSETS:
            yield record


def _stored_path(asset: Record) -> str | None:
    """Where the asset says its file is, as stored; None if it needs none."""
    inside = any(asset.whole(member) for member in _PACKED)
    generated = asset.struct == "Image" and asset.whole("source") not in _IMAGE_FILES
    path = asset.text("filepath") or asset.text("name") or ""
    builtin = asset.struct == "VFont" and path == "<builtin>"
    return None if inside or generated or builtin else path


def _resolve(stored: str, folder: Path) -> Path:
    """`//` is the folder of the .blend, with the slashes of whichever system it was saved on."""
    if stored.startswith("//"):
        return Path(os.path.normpath(folder / stored[2:].replace("\\", "/")))
    return Path(stored)


def _exists(asset: Record, path: Path) -> bool:
    """Whether the file is there; of a sequence, one of its pictures. What may not be read is not."""
    numbered = asset.whole("is_sequence") or asset.whole("source") in _IMAGE_SEQUENCES
    try:
        if path.exists():
            return True
        pattern = _COUNTER.sub("*", glob.escape(path.name), count=1)
        return bool(numbered) and any(True for _found in path.parent.glob(pattern))
    except OSError:
        return False
