"""A file that is fetched: under another name until it is whole, and gone on with where it ended."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

_ETAG = re.compile(r'"([\w-]{1,80})"')
CANNOT_GO_ON = 416
PLAIN = {"Accept-Encoding": "identity"}

Progress = Callable[[int, int], None]
"""Told of the bytes that are done, and of those there are."""


class Saving:
    """One download to `target`. What is half there lies beside it as NAME.ETAG.part, so that it is
    only gone on with while the server still has the same file."""

    def __init__(self, target: Path, progress: Progress | None = None) -> None:
        self._target = target
        self._progress = progress
        self._done = self._size = 0
        self._part: Path | None = None
        self._file: BinaryIO | None = None

    def headers(self) -> dict[str, str]:
        """What to ask with: for the rest, if the beginning is there."""
        for part, etag in self._parts():
            if size := part.stat().st_size:
                return PLAIN | {"Range": f"bytes={size}-", "If-Range": f'"{etag}"'}
        return dict(PLAIN)

    def begin(self, status: int, headers: Mapping[str, str]) -> bool:
        """Whether the body is wanted: not of a file that is here already, the same in size and age.
        Raises OSError."""
        if status != 206:
            if self._is_here(headers):
                return False
            self.forget()
        found = _ETAG.fullmatch(headers.get("etag", ""))
        etag = found[1] if found else "unnamed"
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._part = self._target.with_name(f"{self._target.name}.{etag}.part")
        self._file = self._part.open("ab" if status == 206 else "wb")
        self._done = self._file.tell()
        self._size = self._done + int(headers.get("content-length", 0))
        return True

    def write(self, piece: bytes) -> None:
        assert self._file is not None
        self._file.write(piece)
        self._done += len(piece)
        if self._progress is not None:
            self._progress(self._done, self._size)

    def finish(self, headers: Mapping[str, str]) -> None:
        """It is whole: give it its name, and its time."""
        assert self._file is not None and self._part is not None
        self._file.close()
        if (changed := _changed_at(headers)) is not None:
            with contextlib.suppress(OSError):
                os.utime(self._part, (changed, changed))
        self._part.replace(self._target)

    def forget(self) -> None:
        """Take away what is half there."""
        for part, _etag in self._parts():
            part.unlink(missing_ok=True)

    def __enter__(self) -> Saving:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def _parts(self) -> list[tuple[Path, str]]:
        """What is half there, with what the server called it."""
        wanted = re.compile(re.escape(self._target.name) + r"\.([\w-]{1,80})\.part")
        with contextlib.suppress(OSError):
            near = [(each, wanted.fullmatch(each.name)) for each in self._target.parent.iterdir()]
            return [(each, match[1]) for each, match in near if match]
        return []

    def _is_here(self, headers: Mapping[str, str]) -> bool:
        try:
            stat = self._target.stat()
        except OSError:
            return False
        changed = _changed_at(headers)
        return (
            changed is not None
            and headers.get("content-length") == str(stat.st_size)
            and int(stat.st_mtime) == int(changed)
        )


def _changed_at(headers: Mapping[str, str]) -> float | None:
    try:
        return parsedate_to_datetime(headers.get("last-modified", "")).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
