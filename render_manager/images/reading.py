"""Reads the files of a frame: are they evidence, what is in them, and how do they look small?

Light to import; OpenImageIO and numpy come with the first read, which belongs in a worker process
(see `pool`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from render_manager.base.i18n import _
from render_manager.domain.events import FrameFile
from render_manager.domain.evidence import Measure, Suspicion
from render_manager.images import faults
from render_manager.images.faults import BadFrame
from render_manager.images.structure import check_structure
from render_manager.images.thumbnails import THUMBNAIL_SIDE, ThumbnailStore

if TYPE_CHECKING:
    from render_manager.images.decode import Decoded

CLOCK_SLACK_SECONDS = 2.0
"""FAT keeps times to 2 s, and a file server may round as well."""

_ATTEMPTS = 4
_PAUSE_SECONDS = 0.25

FileStamp = tuple[str, int, float]
"""A file as it was: its path, its size in bytes and when it was last changed."""

Picture = TypeVar("Picture")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """The files that a frame must have, the main one first, and `others` that belong to it too.

    `expected_size` is width and height in pixels, if known; `others` may have any size. A file last
    changed before `newer_than` (seconds since the epoch) is not this run's, nor is one that is still
    as in `before`.
    """

    paths: tuple[str, ...]
    expected_size: tuple[int, int] | None = None
    newer_than: float | None = None
    before: frozenset[FileStamp] = frozenset()
    others: tuple[str, ...] = ()

    def failed(self, reason: str) -> FrameReading:
        return FrameReading((), None, reason)


@dataclass(frozen=True, slots=True)
class FrameReading:
    """What was found: the files that are whole, up to the first that is not.

    `reason` is None when all are good, else a sentence that names the file and its fault.
    `suspicions` and `measure` are those of the first file.
    """

    files: tuple[FrameFile, ...]
    thumbnail_path: str | None
    reason: str | None
    suspicions: tuple[Suspicion, ...] = ()
    measure: Measure | None = None


def read_frame(request: FrameRequest, store: ThumbnailStore) -> FrameReading:
    """Check every file of a frame, decoding each once, and keep a thumbnail of the first.

    Each must exist, be as new as asked, not be growing, be whole in its structure, decode to the
    last pixel, and have the expected size. A thumbnail that fails is logged and fails nothing.
    """
    files: list[FrameFile] = []
    main: Decoded | None = None
    thumbnail: str | None = None
    if not request.paths:
        return FrameReading((), None, _("The renderer named no file for this frame."))
    of_any_size = replace(request, expected_size=None)
    wanted = [(path, request) for path in request.paths]
    for path, demands in wanted + [(path, of_any_size) for path in request.others]:
        try:
            size, picture = _read_whole(Path(path), demands)
        except BadFrame as fault:
            return FrameReading(tuple(files), thumbnail, str(fault))
        files.append(
            FrameFile(path, size, picture.width, picture.height, picture.layers, picture.notes)
        )
        thumbnail = thumbnail or _keep_thumbnail(picture, store)
        main = main or picture
    assert main is not None
    measure = Measure(main.brightness, files[0].size, main.digest)
    return FrameReading(tuple(files), thumbnail, None, _suspicions(main), measure)


def _suspicions(main: Decoded) -> tuple[Suspicion, ...]:
    noted = [Suspicion(note) for note in main.notes]
    return (*noted, *((Suspicion.MISSING_BUCKETS,) if main.lacks_buckets else ()))


def _read_whole(path: Path, request: FrameRequest) -> tuple[int, Decoded]:
    return settled(path, lambda changed: _read(path, changed, request))


def settled(path: Path, read: Callable[[float], Picture]) -> tuple[int, Picture]:
    """The size in bytes and what `read` makes of a file that did not change while it was read.

    `read` is given the time of the last change. Raises BadFrame.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE_SECONDS * attempt)
        before = _size_and_time(path)
        try:
            picture = read(before[1])
        except BadFrame:
            if _size_and_time(path) == before:
                raise
        else:
            if _size_and_time(path) == before:
                return before[0], picture
    raise faults.still_growing(path.name)


def _size_and_time(path: Path) -> tuple[int, float]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise faults.missing(str(path)) from None
    except OSError as error:
        raise faults.unreadable(path.name, error) from error
    return stat.st_size, stat.st_mtime


def _read(path: Path, changed: float, request: FrameRequest) -> Decoded:
    from render_manager.images.decode import decode

    if _was_there_before(path, changed, request):
        raise faults.too_old(path.name)
    try:
        check_structure(path)
    except OSError as error:
        raise faults.unreadable(path.name, error) from error
    picture = decode(path, THUMBNAIL_SIDE)
    found = picture.width, picture.height
    if request.expected_size is not None and found != request.expected_size:
        raise faults.wrong_size(path.name, found, request.expected_size)
    return picture


def _was_there_before(path: Path, changed: float, request: FrameRequest) -> bool:
    if request.newer_than is not None and changed < request.newer_than - CLOCK_SLACK_SECONDS:
        return True
    return bool(request.before) and (str(path), *_size_and_time(path)) in request.before


def _keep_thumbnail(picture: Decoded, store: ThumbnailStore) -> str | None:
    try:
        return str(store.put(picture.small))
    except OSError:
        _log.warning("A thumbnail could not be kept", exc_info=True)
        return None
