"""Worker processes: they answer, survive crashes, and do not outlive their parent."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest

from render_manager.images.pool import ImagePool
from render_manager.images.reading import FrameRequest
from render_manager.images.thumbnails import ThumbnailStore

PATIENCE = 60
"""Seconds after which a test fails; nothing waits that long."""

InWorker = Callable[[str], str]

DIE = "__import__('os')._exit(3)"


@pytest.fixture
def pool(store: ThumbnailStore) -> Iterator[ImagePool]:
    with_one = ImagePool(1, store, "en")
    yield with_one
    with_one.close()


@pytest.fixture
def frame(tmp_path: Path, paint: Callable[..., Path], scene: Callable[..., Any]) -> Path:
    return paint(tmp_path / "shot_0001.png", scene())


def _worker_pids() -> list[int]:
    children = multiprocessing.active_children()
    return [child.pid for child in children if child.name == "images" and child.pid]


def test_requests_are_answered(pool: ImagePool, frame: Path, tmp_path: Path) -> None:
    good = pool.submit(FrameRequest((str(frame),), (160, 90)))
    bad = pool.submit(FrameRequest((str(tmp_path / "none.png"),)))
    found = good.result(PATIENCE)
    assert found.reason is None and found.thumbnail_path is not None
    assert "was not written" in str(bad.result(PATIENCE).reason)


def test_nothing_runs_before_the_first_request(store: ThumbnailStore) -> None:
    before = _worker_pids()
    pool = ImagePool(1, store)
    assert _worker_pids() == before
    pool.close()


def test_a_worker_holds_no_qt_and_no_sql(pool: ImagePool, in_worker: InWorker) -> None:
    heavy = {"PySide6", "shiboken6", "sqlmodel", "sqlalchemy", "alembic", "pydantic"}
    loaded = f"','.join(sorted({heavy!r} & {{name.split('.')[0] for name in __import__('sys').modules}}))"
    path = in_worker(f"'loaded-[' + {loaded} + ']'")
    assert pool.submit(FrameRequest((path,))).result(PATIENCE).reason == (
        "“loaded-[]” was not written."
    )


def test_workers_use_one_thread_each(pool: ImagePool, in_worker: InWorker) -> None:
    path = in_worker("str(__import__('OpenImageIO').get_int_attribute('threads'))")
    assert pool.submit(FrameRequest((path,))).result(PATIENCE).reason == "“1” was not written."


def test_a_file_that_crashes_the_decoder_twice_gets_a_reason(
    pool: ImagePool, frame: Path, in_worker: InWorker, caplog: pytest.LogCaptureFixture
) -> None:
    crashing = pool.submit(FrameRequest((in_worker(DIE),)))
    others = [pool.submit(FrameRequest((str(frame),))) for _ in range(3)]
    assert crashing.result(PATIENCE).reason == (
        "“evaluated.exr” is damaged: reading it crashed the decoder twice."
    )
    assert [other.result(PATIENCE).reason for other in others] == [None] * 3
    assert caplog.text.count("An image worker died") == 2
    caplog.clear()


def test_a_request_lost_in_one_crash_is_tried_again(
    pool: ImagePool,
    frame: Path,
    tmp_path: Path,
    in_worker: InWorker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    mark = tmp_path / "crashed"
    once = f"{str(frame)!r} if __import__('os').path.exists({str(mark)!r}) else "
    once += f"(open({str(mark)!r}, 'w').close(), {DIE})"
    found = pool.submit(FrameRequest((in_worker(once),))).result(PATIENCE)
    assert mark.exists()
    assert found.reason is None and len(found.files) == 1
    assert caplog.text.count("An image worker died") == 1
    caplog.clear()


def test_a_worker_that_died_idle_costs_no_attempt(
    pool: ImagePool, frame: Path, in_worker: InWorker
) -> None:
    before = set(_worker_pids())
    pool.submit(FrameRequest((str(frame),))).result(PATIENCE)
    (worker,) = [c for c in multiprocessing.active_children() if c.pid not in before]
    worker.kill()
    worker.join()
    assert pool.submit(FrameRequest((str(frame),))).result(PATIENCE).reason is None


def test_a_bug_in_a_worker_comes_back_as_an_exception(pool: ImagePool, in_worker: InWorker) -> None:
    with pytest.raises(RuntimeError, match="Traceback"):
        pool.submit(FrameRequest((in_worker("7"),))).result(PATIENCE)


def test_what_a_worker_logs_is_in_our_log(
    frame: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("where the folder should be")
    pool = ImagePool(1, ThumbnailStore(tmp_path / "file", 1 << 20))
    with caplog.at_level(logging.WARNING):
        found = pool.submit(FrameRequest((str(frame),))).result(PATIENCE)
    pool.close()
    assert (found.reason, found.thumbnail_path) == (None, None)
    assert "thumbnail could not be kept" in caplog.text
    caplog.clear()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
def test_workers_ignore_ctrl_c(pool: ImagePool, frame: Path) -> None:
    before = set(_worker_pids())
    pool.submit(FrameRequest((str(frame),))).result(PATIENCE)
    (pid,) = set(_worker_pids()) - before
    os.kill(pid, signal.SIGINT)
    assert pool.submit(FrameRequest((str(frame),))).result(PATIENCE).reason is None
    assert pid in _worker_pids()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Workers connect here, so that a test knows that one is in the middle of a read."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        yield server


def _busy(listener: socket.socket) -> str:
    """An expression that blocks the worker until the test closes the connection."""
    port = listener.getsockname()[1]
    return f"str(__import__('socket').create_connection(('127.0.0.1', {port})).recv(1))"


def test_closing_cancels_what_has_not_begun(
    store: ThumbnailStore, frame: Path, in_worker: InWorker, listener: socket.socket
) -> None:
    pool = ImagePool(1, store)
    in_work = pool.submit(FrameRequest((in_worker(_busy(listener)),)))
    connection, _ = listener.accept()
    waiting = [pool.submit(FrameRequest((str(frame),))) for _ in range(3)]
    connection.close()
    pool.close()
    assert in_work.done() and all(future.done() for future in waiting)
    assert in_work.result(0).reason is not None
    with pytest.raises(RuntimeError):
        pool.submit(FrameRequest((str(frame),)))
    pool.warm_up()
    pool.close()


def test_closing_does_not_wait_for_a_decoder_that_hangs(
    store: ThumbnailStore,
    in_worker: InWorker,
    listener: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from render_manager.images import pool as room

    monkeypatch.setattr(room, "_CLOSE_SECONDS", 0.01)
    pool = ImagePool(1, store)
    hanging = pool.submit(FrameRequest((in_worker(_busy(listener)),)))
    connection, _ = listener.accept()
    with connection:
        pool.close()
        with pytest.raises(CancelledError):
            hanging.result(PATIENCE)


PARENT = """
import sys
from pathlib import Path
from render_manager.images.pool import ImagePool
from render_manager.images.reading import FrameRequest
from render_manager.images.thumbnails import ThumbnailStore

class InWorker:
    def __reduce__(self):
        return eval, (sys.argv[1],)

if __name__ == "__main__":
    pool = ImagePool(1, ThumbnailStore(Path(sys.argv[2]), 1000))
    pool.submit(FrameRequest((InWorker(),))).result()
"""


def test_a_worker_ends_when_its_parent_is_killed_in_the_middle_of_a_read(
    tmp_path: Path, listener: socket.socket
) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, str(script), _busy(listener), str(tmp_path)], env=environment
    )
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(PATIENCE)
        parent.kill()
        parent.wait()
        assert _ends(connection)


def _ends(connection: socket.socket) -> bool:
    """Whether the other side goes away."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
