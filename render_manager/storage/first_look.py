"""The first look at a database: is it whole, and in which states are its frames?

It needs SQLite alone, so it is begun while SQLAlchemy is still being imported; with a million
frames each half takes some 0.3 s of a processor that is idle then (measured).
"""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple


class Frames(NamedTuple):
    """The frames of a task: the first letter of each one's status, and the ends of its numbers."""

    letters: str
    first: int
    last: int

    @property
    def is_gapless(self) -> bool:
        return self.last - self.first + 1 == len(self.letters)


class FirstLook:
    """Looks at the database at `path`, if there is one, from two threads by connections of their own.

    `verdict` and `frames` wait for what was found, and raise sqlite3.Error.
    """

    def __init__(self, path: Path) -> None:
        helpers = ThreadPoolExecutor(2, "first-look")
        self._verdict: Future[str] = helpers.submit(_check, path)
        self._frames: Future[dict[int, Frames]] = helpers.submit(gather_frames, path)
        helpers.shutdown(wait=False)

    def verdict(self) -> str:
        """What SQLite says of the file: "ok", or what is damaged."""
        return self._verdict.result()

    def frames(self) -> dict[int, Frames]:
        """The frames of every task."""
        return self._frames.result()

    def end(self) -> None:
        """Returns when nothing of it has the file open any more."""
        for look in (self._verdict, self._frames):
            look.exception()


def connect(path: Path) -> sqlite3.Connection:
    """A plain connection. Raises sqlite3.Error."""
    driver = sqlite3.connect(path, timeout=5.0, isolation_level=None)
    # Bytes that are no text, as a damaged disk leaves them, must not hide the rest.
    driver.text_factory = partial(str, encoding="utf-8", errors="replace")
    return driver


def gather_frames(path: Path) -> dict[int, Frames]:
    """The frames of every task. Raises sqlite3.Error, also if the file is not there."""
    with closing(_reading(path)) as driver:
        gathered = json.loads(driver.execute(_FRAMES_BY_TASK).fetchone()[0])
    return {task_id: Frames(*frames) for task_id, *frames in gathered}


_FRAMES_BY_TASK = """
SELECT json_group_array(json_array(task_id, letters, first, last)) FROM (
    SELECT task_id, group_concat(substr(status, 1, 1), '') AS letters,
        min(frame_number) AS first, max(frame_number) AS last
    FROM render_frame INDEXED BY ix_render_frame_task_id GROUP BY task_id
)"""
"""Reads the index from end to end, which is in the order of the frames. The answer is one row,
because a thread waits for the GIL at every row."""


def _check(path: Path) -> str:
    with closing(_reading(path)) as driver:
        return str(driver.execute("PRAGMA quick_check(1)").fetchone()[0])


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that does not make the file."""
    if not path.is_file():
        raise sqlite3.OperationalError(f"{path} is not there")
    return connect(path)
