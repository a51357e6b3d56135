"""What is not on disk yet: written in one go, kept while the disk refuses it, tried again.

Lives on the journal thread.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from pathlib import Path

from sqlalchemy import Connection

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.storage.repository import write
from render_manager.storage.task_change import TaskChange, merge
from render_manager.storage.trouble import is_disk_full, is_outside, reason

LONGEST_PAUSE = 60.0
"""Seconds between two attempts to write, after some that failed."""

log = logging.getLogger(__name__)


class Backlog:
    """Changes in order of their coming, merged per task, and those who wait for them.

    `tell` hears a sentence when writing begins to fail, and None when it works again.
    """

    def __init__(
        self,
        connection: Connection,
        path: Path,
        tell: Callable[[str | None], None],
        first_pause: float,
    ) -> None:
        self._connection = connection
        self._path = path
        self._tell = tell
        self._first_pause = first_pause
        self._pause = 0.0
        self._due = 0.0
        self._changes: dict[int, TaskChange] = {}
        self._waiting: list[Future[None]] = []

    def add(self, changes: Mapping[int, TaskChange], done: Future[None] | None) -> None:
        """`done` is told when all that was added so far is on disk, or that it is not."""
        merge(self._changes, changes)
        if done is not None:
            self._waiting.append(done)

    @property
    def seconds_to_retry(self) -> float | None:
        """The pause left before the next attempt; None if nothing is held back."""
        return max(0.0, self._due - time.monotonic()) if self._changes else None

    def write(self) -> None:
        """Write what there is, unless a pause is on and nobody waits."""
        if not self._waiting and (not self._changes or self.seconds_to_retry):
            return
        try:
            self._write(self._changes.values())
        except Exception as error:
            if is_outside(error):
                self._hold_back(error)
            else:
                self._write_one_by_one()
        else:
            self._changes.clear()
            self._all_is_written()

    def _write(self, changes: Collection[TaskChange]) -> None:
        with self._connection.begin():
            write(self._connection, changes)

    def _write_one_by_one(self) -> None:
        """A change that no database would take is a bug; it must not keep the others out."""
        for task_id, change in list(self._changes.items()):
            try:
                self._write([change])
            except Exception as error:
                if is_outside(error):
                    return self._hold_back(error)
                log.exception("What is new of task %s cannot be recorded", task_id)
                self._refuse(error)
            del self._changes[task_id]
        return self._all_is_written()

    def _hold_back(self, error: Exception) -> None:
        sentence = self._in_words(error)
        if not self._pause:
            log.error("%s", sentence, exc_info=error)
            self._tell(sentence)
        self._pause = min(LONGEST_PAUSE, max(self._first_pause, 2 * self._pause))
        self._due = time.monotonic() + self._pause
        self._refuse(UserError(sentence))

    def _all_is_written(self) -> None:
        if self._pause:
            log.info("The database can be written again")
            self._pause = self._due = 0.0
            self._tell(None)
        for done in self._waiting:
            done.set_result(None)
        self._waiting.clear()

    def _refuse(self, error: Exception) -> None:
        for done in self._waiting:
            done.set_exception(error)
        self._waiting.clear()

    def _in_words(self, error: Exception) -> str:
        if is_disk_full(error):
            return _(
                "The database could not be written: the disk of {folder} is full. Free some disk "
                "space; what is new is kept and written then."
            ).format(folder=self._path.parent)
        return _(
            "The database could not be written: {why}. See that {path} can be written to; what is "
            "new is kept and written then."
        ).format(why=reason(error), path=self._path)
