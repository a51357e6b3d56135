"""A movie of a task's frames, by ffmpeg: as the preview shows them, one after the other.

The pictures are read in the processes that read for the preview, get the same view transform, and
go to ffmpeg as they are. It works at low priority, and under another name until the movie is whole.
"""

from __future__ import annotations

import contextlib
import importlib
import shutil
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import psutil
from PIL import Image, ImageDraw, ImageFont

from render_manager.base.errors import UserError
from render_manager.base.file_names import plain_name
from render_manager.base.i18n import _
from render_manager.images.grading import graded
from render_manager.images.viewing import Grade, View, ViewRequest

Bytes = npt.NDArray[np.uint8]

READ_AHEAD = 3
"""Pictures that are being read while one is written."""


@dataclass(frozen=True, slots=True)
class Codec:
    suffix: str
    options: tuple[str, ...]


_AT_ONCE = ("-movflags", "+faststart")
"""It plays while it is still being loaded."""

CODECS = {
    "h264": Codec(".mp4", ("-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", *_AT_ONCE)),
    "h265": Codec(
        ".mp4",
        ("-c:v", "libx265", "-crf", "20", "-tag:v", "hvc1", "-pix_fmt", "yuv420p", *_AT_ONCE),
    ),
    "prores": Codec(".mov", ("-c:v", "prores_ks", "-profile:v", "3", "-pix_fmt", "yuv422p10le")),
    "vp9": Codec(
        ".webm",
        ("-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-row-mt", "1", "-pix_fmt", "yuv420p"),
    ),
}

_LOOKS = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")

_FILTER = "pad=ceil(iw/2)*2:ceil(ih/2)*2,scale=out_color_matrix=bt709:out_range=tv"
"""Most codecs have pixels in twos."""


MARK = "Made by Render Manager"
"""Stands in the movie's comment: what lacks it is somebody else's, and never replaced."""

MARKED_WITHIN = 4 << 20
"""Bytes from either end of a movie in which ffmpeg writes the comment."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`frames` tells, on the worker thread, numbers with the picture's path, or None where there is none."""

    name: str
    folder: Path
    frames: Callable[[], Iterable[tuple[int, str | None]]]
    codec: str
    per_second: float
    has_numbers: bool

    @property
    def suffix(self) -> str:
        return CODECS[self.codec].suffix

    def path(self) -> Path:
        """Where the movie goes: in the place of an earlier one, but of nobody else's file."""
        name = plain_name(self.name) or "movie"
        paths = (self.folder / f"{name}{tail}{self.suffix}" for tail in _tails())
        return next(path for path in paths if not path.exists() or _is_ours(path))


def _tails() -> Iterator[str]:
    yield ""
    yield from (f"_{number}" for number in count(2))


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(MARKED_WITHIN)
        file.seek(max(0, path.stat().st_size - MARKED_WITHIN))
        return MARK.encode() in start or MARK.encode() in file.read()


def find_ffmpeg(chosen: Path | None) -> Path:
    """The ffmpeg to take: the one of the settings, of the PATH, or of imageio-ffmpeg.

    Raises UserError if there is none.
    """
    if chosen is not None:
        if not chosen.is_file():
            raise UserError(
                _("FFMPEG_EXECUTABLE names no file: {path}.").format(path=chosen),
                field="FFMPEG_EXECUTABLE",
            )
        return chosen
    if found := shutil.which("ffmpeg"):
        return Path(found)
    try:
        return Path(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise UserError(
            _(
                "A movie needs ffmpeg: install it, or name it in the settings, or "
                "pip install imageio-ffmpeg."
            )
        ) from None


class Movie:
    """One movie, made by `make` on a worker thread; `cancel` may come from any thread."""

    def __init__(
        self, plan: Plan, ffmpeg: Path, view: Callable[[ViewRequest], Future[View]]
    ) -> None:
        self._plan = plan
        self._ffmpeg = ffmpeg
        self._view = view
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_cancelled = False

    def cancel(self) -> None:
        """End it; what there is of it is removed."""
        with self._lock:
            self._is_cancelled = True
            if self._process is not None:
                self._process.kill()

    def make(self) -> Path | None:
        """The movie's path; None if it was cancelled. Raises UserError.

        A frame without a picture is held: the one before stays, so that time is right.
        """
        plan = self._plan
        part = plan.folder / f".{uuid.uuid4().hex[:8]}.part{plan.suffix}"
        try:
            with tempfile.TemporaryFile() as said:
                self._write(part, said)
                if self._is_cancelled:
                    return None
                self._check(said)
            path = plan.path()
            part.replace(path)
        except OSError as error:
            raise UserError(_why(plan, error.strerror or str(error))) from None
        finally:
            with contextlib.suppress(OSError):
                part.unlink()
        return path

    # --- how it is done -----------------------------------------------------------------------

    def _write(self, part: Path, said: IO[bytes]) -> None:
        pictures = self._pictures()
        first = next(pictures, None)
        if first is None:
            if not self._is_cancelled:
                raise UserError(_why(self._plan, _("none of its frames can be read")))
            return
        height, width = first.shape[:2]
        process = self._start(part, width, height, said)
        try:
            assert process.stdin is not None
            # Ffmpeg has ended before its time: `_check` has the reason.
            with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(first.data)
                for picture in pictures:
                    pipe.write(_fitted(picture, width, height).data)
            process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def _start(
        self, part: Path, width: int, height: int, said: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        codec = CODECS[self._plan.codec]
        words = [str(self._ffmpeg), "-hide_banner", "-loglevel", "error", "-y"]
        words += ["-f", "rawvideo", "-pix_fmt", "bgr0", "-s", f"{width}x{height}"]
        words += ["-r", f"{self._plan.per_second:g}", "-i", "pipe:0", "-an", "-vf", _FILTER]
        words += [*codec.options, *_LOOKS, "-metadata", f"comment={MARK}", str(part)]
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        with contextlib.suppress(psutil.Error, OSError):
            psutil.Process(process.pid).nice(getattr(psutil, "IDLE_PRIORITY_CLASS", 19))
        with self._lock:
            self._process = process
            if self._is_cancelled:
                process.kill()
        return process

    def _check(self, said: IO[bytes]) -> None:
        process = self._process
        if process is None or process.returncode == 0:
            return
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").strip().splitlines()
        raise UserError(
            _why(
                self._plan,
                lines[-1][:300]
                if lines
                else _("ffmpeg ended with {code}").format(code=process.returncode),
            )
        )

    def _pictures(self) -> Iterator[Bytes]:
        """From the first that can be read on, with the frame's number if that is wanted: in brackets
        where the one before is held."""
        before: Bytes | None = None
        for number, future in self._read_ahead():
            if self._is_cancelled:
                return
            view = future.result() if future is not None else None
            if view is not None and view.pixels is not None:
                before = _screen(view)
            if before is None:
                continue
            is_there = view is not None and view.pixels is not None
            text = str(number) if is_there else f"({number})"
            yield _numbered(before, text) if self._plan.has_numbers else before

    def _read_ahead(self) -> Iterator[tuple[int, Future[View] | None]]:
        asked: list[tuple[int, Future[View] | None]] = []
        for number, path in self._plan.frames():
            asked.append((number, None if path is None else self._view(ViewRequest(path))))
            if len(asked) > READ_AHEAD:
                yield asked.pop(0)
        yield from asked


def _why(plan: Plan, reason: str) -> str:
    return _("The movie of {name} was not made: {reason}.").format(
        name=plan.name, reason=reason.rstrip(".")
    )


def _screen(view: View) -> Bytes:
    """Height × width × (blue, green, red, anything)."""
    shown = graded(view, Grade())
    return np.ascontiguousarray(shown if shown.ndim == 3 else np.repeat(shown[..., None], 4, 2))


def _fitted(picture: Bytes, width: int, height: int) -> Bytes:
    if picture.shape[:2] == (height, width):
        return picture
    return np.asarray(Image.fromarray(picture, "RGBA").resize((width, height)))


def _numbered(picture: Bytes, text: str) -> Bytes:
    """A copy with the text in the lower left corner, white on a dark ground."""
    height, width = picture.shape[:2]
    size = max(8, height // 24)
    font = ImageFont.load_default(size)
    room = Image.new("L", (width, min(height, 2 * size)), 0)
    pen = ImageDraw.Draw(room)
    right = pen.textbbox((size // 2, size // 3), text, font=font)[2] + size // 2
    pen.text((size // 2, size // 3), text, fill=255, font=font)
    letters = np.asarray(room)[:, : int(right), None].astype(np.uint16)
    copy = picture.copy()
    corner = copy[height - letters.shape[0] :, : letters.shape[1], :3]
    corner[:] = (corner // 3 * (255 - letters) + 255 * letters) // 255
    return copy
