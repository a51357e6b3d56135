"""The client that waits for each answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast

import httpx

from render_manager.client import asks
from render_manager.client.asks import Ask
from render_manager.client.replies import TaskStatus, Uploaded
from render_manager.client.saving import CANNOT_GO_ON, PLAIN, Progress, Saving
from render_manager.client.wire import (
    ENDED,
    base_url,
    check,
    form_of,
    in_words,
    named_after,
    request_of,
    result_of,
    settings_of,
)

P = ParamSpec("P")
T = TypeVar("T")


def _does(ask: Callable[P, Ask[T]]) -> Callable[Concatenate[Client, P], T]:
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._send(ask(*args, **kwargs))

    return cast("Callable[Concatenate[Client, P], T]", named_after(method, ask))


class Client:
    """Everything that the API can do; each method asks once and waits.

    Raises ApiError with the server's own sentence where something does not go, and NoAnswerError
    where there is no server.

        with Client("http://127.0.0.1:8787", token) as manager:
            for task in manager.tasks(status="failed")["items"]:
                manager.retry(task["id"])
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        timeout: float = 20.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = base_url(url)
        settings = settings_of(self.url, token, timeout)
        self._http = httpx.Client(**settings, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    submit = _does(asks.submit)
    tasks = _does(asks.tasks)
    task = _does(asks.task)
    status = _does(asks.status)
    change = _does(asks.change)
    remove = _does(asks.remove)
    approve = _does(asks.approve)
    cancel = _does(asks.cancel)
    retry = _does(asks.retry)
    pause = _does(asks.pause)
    resume = _does(asks.resume)
    move = _does(asks.move)
    duplicate = _does(asks.duplicate)
    make_movie = _does(asks.make_movie)
    stop_movie = _does(asks.stop_movie)
    outlook = _does(asks.outlook)
    do = _does(asks.do)
    undo = _does(asks.undo)
    frames = _does(asks.frames)
    retry_frames = _does(asks.retry_frames)
    accept_frames = _does(asks.accept_frames)
    mend_thumbnails = _does(asks.mend_thumbnails)
    runs = _does(asks.runs)
    log = _does(asks.log)
    thumbnail = _does(asks.thumbnail)
    settings = _does(asks.settings)
    change_settings = _does(asks.change_settings)
    renderers = _does(asks.renderers)
    machines = _does(asks.machines)
    steer_machines = _does(asks.steer_machines)
    machine_log = _does(asks.machine_log)
    health = _does(asks.health)

    def log_pieces(
        self, task_id: int, *, run: int | None = None, offset: int | None = None
    ) -> Iterator[bytes]:
        """The log as it comes, for one that is too long for the memory."""
        ask = asks.log(task_id, run=run, offset=offset)
        with in_words(self.url), self._http.stream(**request_of(ask)) as reply:
            if not reply.is_success:
                reply.read()
            check(reply)
            yield from reply.iter_bytes()

    def download(
        self,
        frame_id: int,
        target: str | Path,
        *,
        file: str | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Fetch the file of a frame to `target`, which appears when it is whole.

        What ended half-way is gone on with by calling it again; what is there already, of the same
        size and age, is not fetched again. Raises OSError where it cannot be written.

            frame = manager.frames(task_id)[0]
            manager.download(frame["id"], "shot.0001.exr")
        """
        ask = asks.download(frame_id, file=file)
        with in_words(self.url), Saving(Path(target), progress) as saving:
            if not self._save(ask, saving, saving.headers()):
                saving.forget()
                self._save(ask, saving, PLAIN)
        return Path(target)

    def _save(self, ask: Ask[Any], saving: Saving, headers: dict[str, str]) -> bool:
        """False if what is here cannot be gone on with."""
        with self._http.stream(**request_of(ask), headers=headers) as reply:
            if reply.status_code == CANNOT_GO_ON and "Range" in headers:
                return False
            if not reply.is_success:
                reply.read()
            check(reply)
            if not saving.begin(reply.status_code, reply.headers):
                return True
            for piece in reply.iter_raw():
                saving.write(piece)
            saving.finish(reply.headers)
            return True

    def upload(self, path: str | Path, *, progress: Progress | None = None) -> Uploaded:
        """Send a scene, or an archive of a project (.zip, .tar.gz, …), which is unpacked there.

        `progress` is told of the bytes that were sent and of all. Raises OSError if there is no such
        file.

            manager.submit(manager.upload("shot.blend")["path"])
        """
        ask = asks.upload()
        with form_of(path, progress) as form, in_words(self.url, ask):
            reply = self._http.request(**request_of(ask), **form)
        return cast("Uploaded", result_of(ask, reply))

    def watch(self, task_id: int, *, every: float = 1.0) -> Iterator[TaskStatus]:
        """How far a task is, now and whenever that has changed, until it has ended. A task that is
        paused goes on being watched.

            for status in manager.watch(task["id"]):
                print(status["completed_frames"], "of", status["total_frames"])
        """
        last: TaskStatus | None = None
        while last is None or last["status"] not in ENDED:
            if last is not None:
                time.sleep(every)
            now = self.status(task_id)
            if now != last:
                yield now
            last = now

    def _send(self, ask: Ask[T]) -> T:
        with in_words(self.url, ask):
            reply = self._http.request(**request_of(ask))
        return cast(T, result_of(ask, reply))
