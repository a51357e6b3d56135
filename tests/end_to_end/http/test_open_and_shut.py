"""The door opened, shut and opened anew while somebody is in it."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from raw_http import RawEvents, ask, connect, head, read_all, status_of

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings
from render_manager.domain.touched import Touched
from render_manager.http_api import events as live
from render_manager.http_api import listener as listening
from render_manager.http_api.access import token_of
from render_manager.http_api.desk import _lies_in
from render_manager.http_api.door import HttpDoor
from render_manager.http_api.http_side import HttpSide
from render_manager.http_api.message import Head, Reply, Request

Aside = Callable[..., Future[bytes]]


@pytest.fixture
def door(manager: RenderManager) -> Iterator[HttpDoor]:
    manager.service.change_settings({"api_enabled": True, "api_port": free_port()})
    door = HttpDoor(manager.service)
    door.open()
    yield door
    door.close()


@pytest.fixture
def aside() -> Iterator[Aside]:
    """What does something on another thread, while Qt runs on this one."""
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def port_of(door: HttpDoor) -> int:
    return int(door.url.rpartition(":")[2])


def tasks(settings: Settings, **said: str) -> bytes:
    return head("GET", "/api/tasks/", token_of(settings), **said)


def done(qtbot: QtBot, future: Future[bytes]) -> bytes:
    qtbot.waitUntil(future.done, timeout=20_000)
    return future.result()


def test_shut_and_opened_on_the_same_port_while_files_are_on_their_way(
    qtbot: QtBot, manager: RenderManager, door: HttpDoor, aside: Aside
) -> None:
    settings, port = manager.service.settings, port_of(door)
    with connect(port) as half, connect(port) as waiting:
        path = "/api/files/upload?name=half.fake"
        half.sendall(head("POST", path, token_of(settings), Content_Length="1000") + b"x" * 10)
        waiting.sendall(b"GET / HT")
        qtbot.waitUntil(lambda: any(settings.upload_dir.glob(".part-*")), timeout=20_000)
        manager.service.change_settings({"api_token": "another-token-now"})
        assert port_of(door) == port
        assert done(qtbot, aside(read_all, half)) == done(qtbot, aside(read_all, waiting)) == b""
    qtbot.waitUntil(lambda: not any(settings.upload_dir.iterdir()), timeout=20_000)
    old = done(qtbot, aside(ask, port, head("GET", "/api/tasks/", "the-old-token")))
    new = done(qtbot, aside(ask, port, head("GET", "/api/tasks/", "another-token-now")))
    assert (status_of(old), status_of(new)) == (401, 200)


def test_another_token_ends_the_events_of_whoever_had_the_old_one(
    qtbot: QtBot, manager: RenderManager, door: HttpDoor, aside: Callable[..., Future[Any]]
) -> None:
    future = aside(RawEvents, port_of(door), token_of(manager.service.settings))
    qtbot.waitUntil(future.done, timeout=20_000)
    with future.result() as events:
        qtbot.waitUntil(lambda: len(door.listeners) == 1)
        manager.service.change_settings({"api_token": "another-token-now"})
        assert door.listeners == []
        ended = aside(until_its_end, events.socket)
        qtbot.waitUntil(ended.done, timeout=20_000)
        assert ended.exception() is None
    old = aside(ask, port_of(door), head("GET", "/api/events", "the-old-token"))
    assert status_of(done(qtbot, old)) == 401


def until_its_end(connection: socket.socket) -> None:
    """Read what comes until the other side ends it; raises TimeoutError if it never does."""
    with contextlib.suppress(ConnectionError):
        while connection.recv(65536):
            pass


def test_open_to_all_without_a_token_it_stays_shut(
    qtbot: QtBot, manager: RenderManager, door: HttpDoor
) -> None:
    with qtbot.waitSignal(door.noticed) as said:
        manager.service.change_settings({"api_auth": "none", "api_host": "0.0.0.0"})
    assert "API_AUTH" in said.args[0]
    assert not door.is_open
    manager.service.change_settings({"api_host": "127.0.0.1"})
    assert door.is_open


def test_who_does_not_answer_is_let_go(
    qtbot: QtBot,
    door: HttpDoor,
    manager: RenderManager,
    aside: Aside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    future = aside(RawEvents, port_of(door), token_of(manager.service.settings))
    qtbot.waitUntil(future.done, timeout=20_000)
    with future.result() as asleep:  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: len(door.listeners) == 1)
        monkeypatch.setattr(live, "PATIENCE_SECONDS", -1.0)
        assert door._reception is not None
        door._reception._events._ping()
        qtbot.waitUntil(lambda: not door.listeners)
        with contextlib.suppress(ConnectionError):
            read_all(asleep.socket)


def test_who_asks_too_slowly_is_let_go(
    qtbot: QtBot, door: HttpDoor, aside: Aside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "HEAD_SECONDS", 0.0)
    with connect(port_of(door)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        assert done(qtbot, aside(read_all, slow)) == b""


def test_who_has_asked_is_answered_before_he_has_to_go(
    qtbot: QtBot, door: HttpDoor, aside: Aside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are there before the first is looked at."""
    monkeypatch.setattr(listening, "MOST_WAITING", 4)
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(connect(port_of(door)))
        first.sendall(head("GET", "/api/health"))
        crowd = [stack.enter_context(connect(port_of(door))) for _ in range(12)]
        for each in crowd:
            each.sendall(b"GET / HTTP/1.1\r\n")
        assert status_of(done(qtbot, aside(read_all, first))) == 200


def test_two_machines_with_the_same_port_are_told_apart(qtbot: QtBot, aside: Aside) -> None:
    """Each is answered what it asked for itself, though their ports are the same."""

    def answer(request: Request) -> Reply:
        return Reply(200, request.head.path.encode())

    def serve(taken: socket.socket, asked: Head) -> Reply | None:
        return side.serve(taken, asked)

    server = listening.Listener(lambda _head: None, serve)
    assert server.listen(port=0)
    side = HttpSide(server, answer)

    def from_own(address: str, path: str, port: int = 0) -> socket.socket:
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.settimeout(15)
        made.bind((address, port))
        made.connect(("127.0.0.1", server.serverPort()))
        made.sendall(head("POST", path, Content_Length="1"))
        return made

    if sys.platform != "linux":
        pytest.skip("only there all of 127 is this machine")
    with (
        from_own("127.0.0.2", "/first") as first,
        from_own("127.0.0.3", "/second", first.getsockname()[1]) as second,
    ):
        qtbot.waitUntil(lambda: len(side._heads) == 2)
        for made, path in ((first, b"/first"), (second, b"/second")):
            made.sendall(b"x")
            assert done(qtbot, aside(read_all, made)).endswith(b"\r\n\r\n" + path)
    side.close()
    server.stop()


def test_shares_of_other_machines_are_not_even_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a look at one sends its owner a proof of the user's password."""
    looked: list[object] = []
    drives = {"\\\\evil\\share\\a.blend": "\\\\evil\\share"}
    monkeypatch.setattr(
        "render_manager.http_api.desk.drive_of", lambda path: drives.get(str(path), "")
    )

    def look(path: object) -> str:
        looked.append(path)
        return str(path)

    monkeypatch.setattr("os.path.realpath", look)
    assert not _lies_in("\\\\evil\\share\\a.blend", [tmp_path])
    assert looked == []
    assert _lies_in(str(tmp_path / "a.blend"), [tmp_path])


def test_a_page_of_an_allowed_site_may_read_files_and_refusals(
    manager: RenderManager, settings: Settings, qtbot: QtBot, aside: Aside
) -> None:
    site = "https://studio.example"
    manager.service.change_settings({"api_enabled": True, "api_port": free_port()})
    settings.adopt({"api_allowed_origins": (site,)}, {})
    door = HttpDoor(manager.service)
    door.open()
    for method, path in (
        ("GET", "/api/files/download/1"),
        ("GET", "/api/tasks/1/log"),
        ("POST", "/api/files/upload"),
        ("PUT", "/api/tasks/"),
    ):
        asked = head(method, path, token_of(settings), Origin=site)
        reply = done(qtbot, aside(ask, port_of(door), asked))
        assert status_of(reply) >= 400
        assert f"access-control-allow-origin: {site}".encode() in reply.lower()
    door.close()


def test_of_many_changes_at_once_there_is_a_new_snapshot(
    manager: RenderManager,
    door: HttpDoor,
    qtbot: QtBot,
    aside: Callable[..., Future[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "MOST_TOLD", 1)
    future = aside(RawEvents, port_of(door), token_of(manager.service.settings))
    qtbot.waitUntil(future.done, timeout=20_000)
    with future.result() as events:
        begun = aside(events.read)
        qtbot.waitUntil(begun.done, timeout=20_000)
        told = aside(events.read)
        manager.service.changed.emit(Touched(tasks={1, 2}))
        qtbot.waitUntil(told.done, timeout=20_000)
        assert told.result()["type"] == "snapshot" and told.result()["begins"]
        told = aside(events.read)
        manager.service.changed.emit(Touched(tasks={1}))
        qtbot.waitUntil(told.done, timeout=20_000)
        assert told.result()["type"] == "changes"
