"""The journal: one thread that owns the only connection to the database.

The main thread hands over what was touched and goes on; the journal thread writes it, everything
that is queued in one transaction, and answers questions in order with the writes.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.task import FrameDetail, Task
from render_manager.domain.touched import Touched
from render_manager.storage import refusals
from render_manager.storage.first_look import FirstLook
from render_manager.storage.lock import Lock
from render_manager.storage.records import FrameRecord, RunRecord, Yesterday
from render_manager.storage.task_change import TaskChange, changes_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from render_manager.storage.database import Database

__all__ = ["FrameRecord", "Journal", "RunRecord", "Yesterday"]

log = logging.getLogger(__name__)

T = TypeVar("T")

QUIET_SECONDS = 2.0
"""So long after the opening SQLAlchemy is imported, or with the first request."""


@dataclass(frozen=True, slots=True)
class _Write:
    changes: dict[int, TaskChange]
    done: Future[None] | None = None


@dataclass(frozen=True, slots=True)
class _Read(Generic[T]):
    ask: Callable[[Connection], T]
    answer: Future[T]


class Journal:
    """The database at `path`. All methods are for the main thread; SQLAlchemy is imported by
    the journal thread when it is needed, because that takes 0.3 s.

    While the disk refuses to be written, what is new is kept in memory and tried again, first
    after `first_pause` seconds, then less often. `on_problem` is called on the journal thread with
    a sentence when that begins, and with None when it is over.
    """

    def __init__(
        self,
        path: Path,
        on_problem: Callable[[str | None], None] = lambda _problem: None,
        *,
        first_pause: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path.absolute()
        self._on_problem = on_problem
        self._first_pause = first_pause
        self._clock = clock
        self._inbox: queue.SimpleQueue[_Write | _Read[Any] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def open(self) -> Yesterday:
        """Take the database for this program alone and read back what is in it.

        Raises UserError, and leaves the file as it is, if it cannot be used. A damaged file is set
        aside; a notice says so.
        """
        opened: Future[Yesterday] = Future()
        thread = threading.Thread(target=self._live, args=(opened,), name="journal", daemon=True)
        thread.start()
        try:
            yesterday = opened.result()
        except BaseException:
            thread.join()  # so that whoever tries next finds the database free
            raise
        self._thread = thread
        return yesterday

    def record(self, touched: Touched, tasks: Mapping[int, Task]) -> None:
        """Have what was touched written soon. It is taken down before this returns."""
        self._put(_Write(changes_of(touched, tasks, self._clock())))

    def commit(self, touched: Touched, tasks: Mapping[int, Task]) -> None:
        """The same, but returns when it is on disk, with all that was recorded before.

        Raises UserError if the disk refuses; it is then kept and written later all the same.
        """
        done: Future[None] = Future()
        self._put(_Write(changes_of(touched, tasks, self._clock()), done))
        done.result()

    def flush(self) -> None:
        """Returns when everything is on disk. Raises UserError if the disk refuses."""
        self.commit(Touched(), {})

    def frame_details(self, task_id: int) -> Future[list[FrameDetail]]:
        """What is known of each frame of a task, in order of index.

        While the disk refuses, what it lacks is lacking in answers too.
        """
        from render_manager.storage import repository

        return self._ask(partial(repository.frame_details, task_id=task_id))

    def frame_span(self, first_id: int, count: int) -> Future[list[FrameDetail]]:
        """What is known of `count` frames whose ids follow each other from `first_id`.

        Frames that are not in the database (any more) are left out.
        """
        from render_manager.storage import repository

        return self._ask(partial(repository.frame_span, first_id=first_id, count=count))

    def runs(self, task_id: int) -> Future[list[RunRecord]]:
        """The runs of a task, newest first."""
        from render_manager.storage import repository

        return self._ask(partial(repository.runs, task_id=task_id))

    def frame(self, frame_id: int) -> Future[FrameRecord | None]:
        """A frame by its id; None if there is none."""
        from render_manager.storage import repository

        return self._ask(partial(repository.frame, frame_id=frame_id))

    def close(self) -> None:
        """Put everything on disk and let go of the file.

        Raises UserError if the disk refused to the last; the file is let go all the same.
        """
        if self._thread is None:
            return
        try:
            self.flush()
        finally:
            self._put(None)
            self._thread.join()
            self._thread = None

    def _ask(self, ask: Callable[[Connection], T]) -> Future[T]:
        answer: Future[T] = Future()
        self._put(_Read(ask, answer))
        return answer

    def _put(self, request: _Write | _Read[Any] | None) -> None:
        if self._thread is None or not self._thread.is_alive():
            raise RuntimeError("The journal is not open")
        self._inbox.put(request)

    # --- on the journal thread ----------------------------------------------------------------

    def _live(self, opened: Future[Yesterday]) -> None:
        with ExitStack() as at_the_end:
            try:
                at_the_end.callback(_take(self.path).release)
                look = FirstLook(self.path)
                at_the_end.callback(look.end)
                from render_manager.storage.opening import open_database

                database, yesterday = open_database(self.path, look)
                at_the_end.callback(database.close)
            except BaseException as error:
                opened.set_exception(error)
                return
            opened.set_result(yesterday)
            _tidy(database.driver)
            self._serve(database)

    def _serve(self, database: Database) -> None:
        requests = list(self._requests(QUIET_SECONDS))
        # Not before: the window is being built meanwhile, and Python does one thing at a time.
        from render_manager.storage.backlog import Backlog

        connection = database.connection
        backlog = Backlog(connection, self.path, self._tell, self._first_pause)
        is_open = True
        while is_open:
            for request in requests:
                match request:
                    case _Write():
                        backlog.add(request.changes, request.done)
                    case _Read():
                        backlog.write()
                        _answer(connection, request)
                    case None:
                        is_open = False
            backlog.write()
            requests = list(self._requests(backlog.seconds_to_retry)) if is_open else []

    def _tell(self, problem: str | None) -> None:
        try:
            self._on_problem(problem)
        except Exception:
            log.exception("Nobody could be told: %s", problem)

    def _requests(self, seconds: float | None) -> Iterator[_Write | _Read[Any] | None]:
        """All that is queued; waits for the first, at most `seconds`."""
        try:
            yield self._inbox.get(timeout=seconds)
        except queue.Empty:
            return
        while not self._inbox.empty():
            yield self._inbox.get()


def _take(path: Path) -> Lock:
    """Make the folder and see to it that no other program opens the database. Raises UserError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Lock(path.with_name(f"{path.name}.lock"))
    except BlockingIOError as error:
        raise refusals.in_use(path) from error
    except OSError as error:
        raise refusals.cannot_open(path, error.strerror or str(error)) from error


def _tidy(driver: sqlite3.Connection) -> None:
    """Forget removed tasks. If that fails, they are still marked as removed, so nothing is lost."""
    from render_manager.storage.read_back import forget_removed

    try:
        forget_removed(driver)
    except sqlite3.Error:
        log.exception("Removed tasks could not be deleted")


def _answer(connection: Connection, read: _Read[T]) -> None:
    if not read.answer.set_running_or_notify_cancel():
        return
    try:
        with connection.begin():
            found = read.ask(connection)
    except Exception as error:
        log.exception("The database could not be read")
        read.answer.set_exception(_in_words(error))
    else:
        read.answer.set_result(found)


def _in_words(error: Exception) -> Exception:
    from render_manager.storage.trouble import is_trouble, reason

    if not is_trouble(error):
        return error
    return UserError(_("The database could not be read: {why}.").format(why=reason(error)))
