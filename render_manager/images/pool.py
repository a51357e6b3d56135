"""Reads frames in worker processes, so that neither the window nor a crash waits for a decoder.

Each worker has a thread here that hands it one request at a time. So a worker that dies was on
exactly one request, which is tried again in a fresh process, alone; no other request is touched.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from render_manager.base.i18n import current_language
from render_manager.images import faults
from render_manager.images.reading import FrameReading, FrameRequest
from render_manager.images.thumbnails import ThumbnailStore
from render_manager.images.viewing import View, ViewRequest
from render_manager.images.worker import work

_CLOSE_SECONDS = 5.0
"""How long a read in work may take to end when the pool is closed."""

_READ_SECONDS = 180.0
"""After so long without a word the disk is taken to hang. 900 megapixels take 40 s (measured)."""

_SPAWN = get_context("spawn")

_Job = tuple[FrameRequest | ViewRequest, "Future[Any]"]

_log = logging.getLogger(__name__)


class ImagePool:
    """A number of image workers, started at the first request. Any thread may call."""

    def __init__(self, workers: int, store: ThumbnailStore, language: str | None = None) -> None:
        """Sentences are in `language`; None is the language of the program at that time."""
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._workers = [_Worker(store, language) for _ in range(workers)]
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def submit(self, request: FrameRequest) -> Future[FrameReading]:
        """Read a frame; the future holds the reading, and runs its callbacks in a thread of ours.

        Raises RuntimeError if the pool is closed.
        """
        return self._ask(request)

    def view(self, request: ViewRequest) -> Future[View]:
        """Read a picture to look at; as `submit`. The view's pixels are in our own memory.

        The future does not fail: whatever goes wrong is the reason in the view.
        """
        return self._ask(request)

    def warm_up(self) -> None:
        """Start the workers (0.2–0.5 s each) without waiting for them."""
        with self._lock:
            if not self._is_closed:
                self._start()

    def close(self) -> None:
        """End the workers: what has not begun is cancelled, reads in work may end first."""
        with self._lock:
            self._is_closed = True
        for _, future in self._left_over():
            future.cancel()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(_CLOSE_SECONDS)
        for worker in self._workers:
            worker.kill()

    def _ask(self, request: FrameRequest | ViewRequest) -> Future[Any]:
        future: Future[Any] = Future()
        with self._lock:
            if self._is_closed:
                raise RuntimeError("The image pool is closed")
            self._start()
            self._jobs.put((request, future))
        return future

    def _start(self) -> None:
        if self._threads:
            return
        self._threads = [
            threading.Thread(target=self._serve, args=(worker,), name="images", daemon=True)
            for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()

    def _serve(self, worker: _Worker) -> None:
        worker.warm_up()
        while (job := self._jobs.get()) is not None:
            request, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                answer = worker.ask(request)
            except BaseException as error:
                _fail(request, future, error)
            else:
                future.set_result(answer)
        worker.bury()

    def _left_over(self) -> Iterator[_Job]:
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return
            if job is not None:
                yield job


class _Worker:
    """One worker process, replaced when it dies. All but `kill` belongs to the worker's thread."""

    def __init__(self, store: ThumbnailStore, language: str | None) -> None:
        self._store, self._language = store, language
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._is_closed = False

    def warm_up(self) -> None:
        try:
            self._connected()
        except (OSError, RuntimeError, CancelledError):
            _log.warning("An image worker does not start yet", exc_info=True)

    def ask(self, request: FrameRequest | ViewRequest) -> FrameReading | View:
        """Have the request read. One that kills the process twice gets a reason."""
        for _ in range(2):
            pipe = self._connected()
            try:
                pipe.send((self._language or current_language(), request))
                return _opened(_answer(pipe))
            except TimeoutError:
                _log.warning("An image worker did not answer reading %s", request.paths)
                self.bury()
                return request.failed(str(faults.takes_too_long(_names(request))))
            except (EOFError, OSError):
                if not self._is_closed:
                    _log.warning("An image worker died reading %s", request.paths)
                self.bury()
        return request.failed(str(faults.crashes_decoder(_names(request))))

    def kill(self) -> None:
        """Make the worker's thread, if it waits for the process, wait no longer."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.kill()

    def bury(self) -> None:
        if self._process is None or self._pipe is None:
            return
        self._process.kill()
        # One that waits for a dead server cannot be killed before that answers.
        self._process.join(_CLOSE_SECONDS)
        self._pipe.close()
        self._process = self._pipe = None

    def _connected(self) -> Connection:
        """The pipe to a living process that has its libraries loaded."""
        if self._process is not None and not self._process.is_alive():
            self.bury()
        if self._is_closed:
            raise CancelledError
        return self._pipe or self._start()

    def _start(self) -> Connection:
        pipe, other_end = _SPAWN.Pipe()
        process = _SPAWN.Process(
            target=work, args=(other_end, self._store), name="images", daemon=True
        )
        process.start()
        other_end.close()
        self._process, self._pipe = process, pipe
        try:
            _answer(pipe)
        except (EOFError, TimeoutError) as error:
            self.bury()
            raise RuntimeError("An image worker ended while it started") from error
        return pipe


def _names(request: FrameRequest | ViewRequest) -> str:
    return "”, “".join(Path(path).name for path in request.paths)


def _answer(pipe: Connection) -> Any:
    """The worker's next answer; what it logs until then goes into our log. Raises TimeoutError."""
    while isinstance(message := _received(pipe), logging.LogRecord):
        logging.getLogger(message.name).handle(message)
    if isinstance(message, Exception):
        raise message
    return message


def _received(pipe: Connection) -> Any:
    if not pipe.poll(_READ_SECONDS):
        raise TimeoutError
    return pipe.recv()


def _fail(request: FrameRequest | ViewRequest, future: Future[Any], error: BaseException) -> None:
    """Evidence that cannot be had is for the engine to judge; a person is told at once."""
    if isinstance(request, FrameRequest) or isinstance(error, CancelledError):
        future.set_exception(error)
        return
    _log.error("A picture could not be looked at", exc_info=error)
    name = Path(request.path).name
    future.set_result(request.failed(str(faults.unlooked(name))))


def _opened(answer: FrameReading | View) -> FrameReading | View:
    """The same with pixels in our own memory, before the worker may let go of its."""
    if isinstance(answer, View) and answer.pixels is not None:
        return replace(answer, pixels=answer.pixels.open())  # type: ignore[union-attr]
    return answer
