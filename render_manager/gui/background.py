"""Work off the main thread whose results come home to it.

Whatever touches disk, decodes or parses goes through here, so that the window never waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

Result = TypeVar("Result")


class Background(QObject):
    """A thread pool of its own. What comes home after `close` is dropped."""

    _arrived = Signal(object, object)

    def __init__(self, threads: int = 1) -> None:
        super().__init__()
        self._is_open = True
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Call `work` in the pool, and `then` with its result on the main thread."""
        self._pool.start(_Job(lambda: self._arrived.emit(then, work())))

    def when_done(self, future: Future[Result], then: Callable[[Result], None]) -> None:
        """Call `then` on the main thread once `future` has a result, on whatever thread it gets it.

        A future that fails is a bug or a lost disk: it goes to the log, and `then` is not called.
        """
        future.add_done_callback(lambda done: self._bring(done, then))

    def close(self) -> None:
        """Let the work under way end, and forget the rest."""
        self._is_open = False
        self._pool.clear()
        self._pool.waitForDone()

    def _bring(self, done: Future[Any], then: Callable[[Any], None]) -> None:
        if done.cancelled() or not self._is_open:
            return
        error = done.exception()
        if error is None:
            self._arrived.emit(then, done.result())
        else:
            logging.getLogger(__name__).error("Looking something up failed", exc_info=error)

    @Slot(object, object)
    def _deliver(self, then: Callable[[Any], None], result: object) -> None:
        if self._is_open:
            then(result)


class _Job(QRunnable):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        try:
            self._work()
        except Exception:
            logging.getLogger(__name__).exception("Work in the background failed")
