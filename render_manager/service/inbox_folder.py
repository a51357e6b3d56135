"""The files of the inbox: who may touch which, and in what order, so that none counts twice.

`<id>.task.json` is a request. It is renamed to `<id>.<stamp>.taken` before it is read, `stamp` being
the milliseconds since the epoch at that moment; a manager that is killed meanwhile leaves that, and
the next one can tell from the stamp whether it was queued. `<id>.reply.json` is for the submitter,
which removes it. `rejected/` keeps what could not be used. `running.json` says that somebody is here.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REQUEST, TAKEN, REPLY, PART = ".task.json", ".taken", ".reply.json", ".part"

MAX_BYTES = 1_000_000
"""A request is a few hundred bytes; the frames of a long list make it some thousands."""

REPLIES_KEPT_SECONDS = 24 * 3600
REJECTED_KEPT = 50
LONGEST_NAME = 180
"""Bytes; what is made from a request's name has to fit into the 255 of most disks."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that is ours; `stamp` is in milliseconds since the epoch."""

    name: str
    stamp: int
    path: Path


class InboxFolder:
    """Raises OSError where the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self.path = folder

    def prepare(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)

    def requests(self) -> list[Path]:
        """The oldest first, so that they are queued as they were sent."""
        found = []
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.name.endswith(REQUEST):
                    with suppress(FileNotFoundError):
                        changed = entry.stat(follow_symlinks=False).st_mtime_ns
                        found.append((changed, Path(entry.path)))
        return [path for _changed, path in sorted(found)]

    def left_taken(self) -> Iterator[Taken]:
        """What a manager that was killed had taken, the oldest first."""
        found = []
        for path in self.path.glob(f"*{TAKEN}"):
            name, _dot, stamp = path.name.removesuffix(TAKEN).rpartition(".")
            if name and stamp.isascii() and stamp.isdigit():
                found.append(Taken(name, int(stamp[:18]), path))
        yield from sorted(found, key=lambda one: one.stamp)

    def take(self, request: Path) -> Taken:
        name, stamp = _handy(request.name.removesuffix(REQUEST)), int(time.time() * 1000)
        taken = request.with_name(f"{name}.{stamp}{TAKEN}")
        os.rename(request, taken)  # noqa: PTH104 - must not replace anything on Windows
        return Taken(name, stamp, taken)

    def read(self, path: Path) -> bytes | None:
        """What is in it; None if it is no ordinary file or far too large. Never waits for a pipe."""
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
            return None
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        return raw if len(raw) <= MAX_BYTES else None

    def reject(self, path: Path, name: str) -> Path:
        """Put it where it is not looked at again; returns where."""
        rejected = self.path / "rejected"
        rejected.mkdir(exist_ok=True)
        aside = rejected / f"{name}.{time.time_ns()}.json"
        os.replace(path, aside)  # noqa: PTH105 - also moves a folder or a link as it is
        return aside

    def reply(self, name: str, answer: dict[str, Any]) -> None:
        self._write(f"{name}{REPLY}", answer)

    def say_running(self) -> None:
        self._write("running.json", {"pid": os.getpid(), "at": time.time()})

    def say_ended(self) -> None:
        with suppress(OSError):
            (self.path / "running.json").unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove replies that nobody fetched, unfinished parts, and all but the newest rejects."""
        for pattern in (f"*{REPLY}", f"*{PART}"):
            for path in self.path.glob(pattern):
                with suppress(OSError):
                    if time.time() - path.lstat().st_mtime > REPLIES_KEPT_SECONDS:
                        path.unlink()
        for path in sorted((self.path / "rejected").glob("*"), key=_stamp)[:-REJECTED_KEPT]:
            with suppress(OSError):
                path.unlink()

    def _write(self, name: str, content: dict[str, Any]) -> None:
        """By atomic replace: whoever reads it sees all of it or nothing."""
        part = self.path / f"{name}.{os.getpid()}{PART}"
        try:
            part.write_text(json.dumps(content), "utf-8")
            part.replace(self.path / name)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise


def _handy(name: str) -> str:
    """A name that is left as it is unless it is none or far too long."""
    raw = os.fsencode(name)
    return name if 0 < len(raw) <= LONGEST_NAME else hashlib.sha256(raw).hexdigest()[:32]


def _stamp(rejected: Path) -> str:
    return rejected.name.removesuffix(".json").rpartition(".")[2]
