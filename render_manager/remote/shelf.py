"""Files of another machine, fetched when they are looked at: thumbnails, pictures, logs.

They lie in a folder of this session, which goes with it; what sessions left that did not end well
is swept by the next.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat as kinds
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from operator import index
from pathlib import Path

import psutil

from render_manager.base.file_names import plain_name
from render_manager.client import ApiError, Client, NoAnswerError
from render_manager.domain.task import FrameDetail

MOST_KNOWN = 200_000
"""Paths that are remembered; the least recently told are forgotten first."""

MOST_BYTES = 4_000_000_000
"""Of pictures on the disk; the oldest go first."""

LOCKS = 64
"""So many files at most are fetched at once."""

LONGEST_PATH = 4096
"""Characters; no system here has a longer one."""

PAUSE_SECONDS = 3.0
"""After a fetch that nobody answered none is tried."""

LOG_AT_A_TIME = 8_000_000
"""Bytes of a log that are fetched before it is shown."""


@dataclass(frozen=True, slots=True)
class _Thumbnail:
    frame_id: int


@dataclass(frozen=True, slots=True)
class _Picture:
    frame_id: int
    size: int


@dataclass(frozen=True, slots=True)
class _Log:
    task_id: int
    run_id: int


class Shelf:
    """Knows which path of the other machine is which file. `bring` is for worker threads, the rest
    for the main thread."""

    def __init__(self, client: Client, folder: Path, *, shares_files: bool) -> None:
        self._client = client
        self._folder = folder
        self._shares_files = shares_files
        self._known: OrderedDict[str, _Thumbnail | _Picture | _Log] = OrderedDict()
        self._versions: dict[int, int] = {}
        """How often each frame was rendered anew while we looked."""
        self._era = 0
        self._no_answer_until = 0.0
        self._locks = tuple(threading.Lock() for _each in range(LOCKS))
        self._lock = threading.Lock()
        self._is_closed = False

    # --- what is known ------------------------------------------------------------------------

    def note_frame(self, frame_id: int, detail: FrameDetail, *, is_new: bool = False) -> None:
        """`is_new`: its files may have been written anew. Raises TypeError for an id that is no
        number, as files here are called by it."""
        frame_id = index(frame_id)
        with self._lock:
            if is_new:
                self._raise_version(frame_id)
            if detail.thumbnail_path:
                self._put(detail.thumbnail_path, _Thumbnail(frame_id))
            for file in detail.files:
                self._put(file.path, _Picture(frame_id, file.size))

    def _raise_version(self, frame_id: int) -> None:
        if len(self._versions) >= MOST_KNOWN:  # all are anew then, as after `doubt_all`
            self._versions.clear()
            self._era += 1
        self._versions[frame_id] = self._versions.get(frame_id, 0) + 1

    def doubt_all(self) -> None:
        """It is there again, and nobody knows what was rendered anew meanwhile."""
        with self._lock:
            self._era += 1
            self._versions.clear()
        self._no_answer_until = 0.0

    def note_log(self, task_id: int, run_id: int, path: str | None) -> None:
        """Raises TypeError likewise."""
        if path:
            with self._lock:
                self._put(path, _Log(index(task_id), index(run_id)))

    def _put(self, path: str, what: _Thumbnail | _Picture | _Log) -> None:
        if len(path) > LONGEST_PATH:
            return
        self._known[path] = what
        self._known.move_to_end(path)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    # --- fetching -----------------------------------------------------------------------------

    def bring(self, path: str) -> str:
        """Where the file can be read here. What cannot be had is not there."""
        with self._lock:
            what = self._known.get(path)
            version = self._version(what)
        if what is None or self._is_same_file(path, what):
            return path
        target = self._target(path, what, version)
        with self._own(target), contextlib.suppress(ApiError, OSError, _ClosedError):
            self._fetch_if_there(path, what, target)
        return str(target)

    def _fetch_if_there(self, path: str, what: _Thumbnail | _Picture | _Log, target: Path) -> None:
        """Whoever did not answer is left alone for a while, as the window may wait for its threads."""
        if self._is_closed or time.monotonic() < self._no_answer_until:
            return
        try:
            self._fetch(path, what, target)
        except NoAnswerError:
            self._no_answer_until = time.monotonic() + PAUSE_SECONDS
            raise

    def _version(self, what: _Thumbnail | _Picture | _Log | None) -> str:
        """A log only grows, but may be another's after the machine was started again."""
        if what is None or isinstance(what, _Log):
            return str(self._era)
        return f"{self._era}.{self._versions.get(what.frame_id, 0)}"

    def _is_same_file(self, path: str, what: _Thumbnail | _Picture | _Log) -> bool:
        """Whether it is at hand under its own path: on this computer, or on a drive of both.

        A path is what another machine says. One that only names a share is not looked at, as Windows
        would tell whoever is named there who asks; a pipe or device would keep us waiting.
        """
        try:
            if self._shares_files:
                return os.path.exists(path)  # noqa: PTH110  as it may be a path of another system
            if not isinstance(what, _Picture) or _is_elsewhere(path):
                return False
            stat = os.stat(path)  # noqa: PTH116
        except (OSError, ValueError):
            return False
        return kinds.S_ISREG(stat.st_mode) and stat.st_size == what.size

    def _target(self, path: str, what: _Thumbnail | _Picture | _Log, version: str) -> Path:
        match what:
            case _Thumbnail(frame_id):
                return self._folder / "thumbnails" / f"{frame_id}.{version}.jpg"
            case _Picture(frame_id):
                return (
                    self._folder
                    / "pictures"
                    / f"{frame_id}.{version}"
                    / (plain_name(path) or "picture")
                )
            case _Log(task_id, run_id):
                return self._folder / "logs" / f"{task_id}.{run_id}.{version}.log"

    def _fetch(self, path: str, what: _Thumbnail | _Picture | _Log, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        match what:
            case _Thumbnail(frame_id):
                if not target.exists():
                    half = target.with_suffix(".part")
                    half.write_bytes(self._client.thumbnail(frame_id))
                    half.replace(target)
            case _Picture(frame_id):
                if not target.exists():
                    self._client.download(frame_id, target, file=path, progress=self._go_on)
                    self._make_room(target)
            case _Log(task_id, run_id):
                self._follow(task_id, run_id, target)

    def _follow(self, task_id: int, run_id: int, target: Path) -> None:
        """What the log has grown by."""
        with target.open("ab") as file:
            most = file.tell() + LOG_AT_A_TIME
            for piece in self._client.log_pieces(task_id, run=run_id, offset=file.tell()):
                file.write(piece)
                self._go_on(0, 0)
                if file.tell() >= most:
                    break

    def _go_on(self, done: int, _size: int) -> None:
        if self._is_closed or done > MOST_BYTES:
            raise _ClosedError

    @contextlib.contextmanager
    def _own(self, target: Path) -> Iterator[None]:
        """One thread at a time fetches a file."""
        with self._locks[hash(target) % LOCKS]:
            yield

    def _make_room(self, newest: Path) -> None:
        """Drop the oldest pictures if there are too many."""
        files = [(file.stat(), file) for file in newest.parent.parent.glob("*/*")]
        total = sum(stat.st_size for stat, _file in files)
        for stat, file in sorted(files, key=lambda pair: pair[0].st_atime):
            if total <= MOST_BYTES:
                return
            if file != newest:
                file.unlink(missing_ok=True)
                total -= stat.st_size

    def end(self) -> None:
        """Fetch no more."""
        self._is_closed = True

    def close(self) -> None:
        """Fetch no more, and leave nothing on the disk."""
        self.end()
        shutil.rmtree(self._folder, ignore_errors=True)


def _is_elsewhere(path: str) -> bool:
    """A share, a device, or nothing that leads anywhere by itself."""
    return not os.path.isabs(path) or path.replace("\\", "/").startswith("//")  # noqa: PTH117


class _ClosedError(Exception):
    """Nobody waits for it any more."""


def session_folder(above: Path, name: str) -> Path:
    """A folder of this process. Those of processes that are no more are removed."""
    for folder in above.glob("*-*"):
        pid = folder.name.rpartition("-")[2]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
    own = f"{re.sub(r'[^A-Za-z0-9.]+', '_', name)}-{os.getpid()}"
    number = sum(1 for _each in above.glob(f"*.{own}"))
    return above / f"{number}.{own}"
