"""Servers that never come to an end, or send more than anybody can keep."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest
from hostile_server import HostileServer, ok
from systems import shut_ends_a_send

from render_manager.client import ApiError, NoAnswerError
from render_manager.remote import bounded
from render_manager.remote.greeting import KeyedClient

LONG = 20.0
"""Seconds that httpx would wait for each piece; no test takes so long."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


@pytest.fixture
def client(server: HostileServer) -> Iterator[KeyedClient]:
    with KeyedClient(server.url, "token", timeout=LONG) as client:
        yield client


@pytest.mark.parametrize(
    "begin", [b"", b"HTTP/1.1 200 OK\r\nX: ", HEAD + b"Content-Length: 99\r\n\r\n"]
)
def test_who_drips_has_an_end(server: HostileServer, client: KeyedClient, begin: bytes) -> None:
    server.answers["/api/undo"] = lambda: server.drip(begin or b"H")
    with pytest.raises(NoAnswerError) as caught, client.within(0.2):
        client.undo()
    assert caught.value.may_be_done


def test_what_is_asked_next_is_not_cut(server: HostileServer, client: KeyedClient) -> None:
    server.answers["/api/undo"] = lambda: server.drip(b"H")
    with pytest.raises(NoAnswerError), client.within(0.1):
        client.undo()
    server.answers["/api/undo"] = lambda: [ok(b'{"undone": "it"}')]
    with client.within(LONG):
        assert client.undo()["undone"] == "it"


def test_nobody_there_is_no_doubt() -> None:
    nobody = KeyedClient("http://127.0.0.1:9", "token", timeout=LONG)
    with pytest.raises(NoAnswerError) as caught, nobody:
        nobody.undo()
    assert not caught.value.may_be_done


def test_an_answer_without_end_is_not_kept(
    server: HostileServer, client: KeyedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MOST_BYTES", 1 << 20)
    server.answers["/api/settings"] = lambda: (
        CHUNKED,
        *repeat(b"10000\r\n%b\r\n" % bytes(1 << 16), 64),
    )
    with pytest.raises(NoAnswerError, match="too long"):
        client.settings()


def test_nothing_is_inflated(server: HostileServer, client: KeyedClient) -> None:
    bomb = gzip.compress(bytes(1 << 20))
    for path in ("/api/settings", "/api/tasks/1/log"):
        server.answers[path] = lambda: [ok(bomb, "Content-Encoding: gzip")]
    with pytest.raises(NoAnswerError, match="compressed"):
        client.settings()
    with pytest.raises(NoAnswerError, match="compressed"):
        list(client.log_pieces(1))
    assert b"gzip" not in server.asked[0]


def test_it_leads_nowhere_else(server: HostileServer, client: KeyedClient) -> None:
    with HostileServer() as elsewhere:
        moved = f"HTTP/1.1 307 X\r\nLocation: {elsewhere.url}/api/undo\r\nContent-Length: 0\r\n\r\n"
        server.answers["/api/undo"] = lambda: [moved.encode()]
        with pytest.raises(ApiError, match="307"):
            client.undo()
        assert not elsewhere.asked


@shut_ends_a_send
def test_the_end_waits_for_no_upload(
    server: HostileServer, client: KeyedClient, tmp_path: Path
) -> None:
    file = tmp_path / "scene.zip"
    file.write_bytes(bytes(1 << 24))
    begun = threading.Event()
    failed: list[Exception] = []

    def send() -> None:
        try:
            client.upload(file, progress=lambda *_: begun.set())
        except NoAnswerError as error:
            failed.append(error)

    sending = threading.Thread(target=send)
    sending.start()
    assert begun.wait(LONG)
    before = time.monotonic()
    client.end()
    sending.join(LONG)
    assert failed and time.monotonic() - before < LONG
    with pytest.raises(NoAnswerError, match="over"):
        client.undo()
