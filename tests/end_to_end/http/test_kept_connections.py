"""Several questions over one connection."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from raw_http import connect, head, read_all, status_of

from .conftest import Served

KEPT = {"Connection": "keep-alive"}


def question(served: Served, path: str, method: str = "GET", **headers: str) -> bytes:
    return head(method, path, served.token, **(KEPT | headers))


def reply(made: socket.socket) -> tuple[bytes, bytes]:
    """The head and the body of the next reply, and not a byte more."""
    said = b""
    while not said.endswith(b"\r\n\r\n"):
        piece = made.recv(1)
        assert piece, said
        said += piece
    length = int(said.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    body = b""
    while len(body) < length:
        body += made.recv(length - len(body))
    return said, body


def answered(made: socket.socket) -> Any:
    said, body = reply(made)
    assert status_of(said) == 200
    return json.loads(body)


def test_a_connection_may_ask_again(served: Served) -> None:
    task = served.submit("asked twice", paused=True)["id"]
    with connect(served.port) as made:
        for _each in range(3):
            made.sendall(question(served, f"/api/tasks/{task}/status"))
            assert answered(made)["id"] == task


def test_questions_that_come_at_once_are_answered_in_turn(served: Served) -> None:
    tasks = [served.submit(f"in turn {n}", paused=True)["id"] for n in range(5)]
    with connect(served.port) as made:
        made.sendall(b"".join(question(served, f"/api/tasks/{id}") for id in tasks))
        assert [answered(made)["id"] for _ in tasks] == tasks


def test_a_verb_and_a_file_may_follow_and_end_it(served: Served) -> None:
    task = served.submit("then a verb", paused=True)["id"]
    path = f"/api/tasks/{task}"
    for method, where in (("POST", f"{path}/resume"), ("GET", f"{path}/log"), ("GET", "/api/nix")):
        with connect(served.port) as made:
            made.sendall(question(served, f"{path}/status"))
            answered(made)
            made.sendall(question(served, where, method, Content_Length="0", Connection="close"))
            said = read_all(made)
            assert b"connection: close" in said.partition(b"\r\n\r\n")[0].lower()


def test_the_head_of_a_reply_leaves_no_body_behind(served: Served) -> None:
    with connect(served.port) as made:
        made.sendall(question(served, "/api/tasks/", "HEAD") + question(served, "/api/health"))
        said = b""
        while b"\r\n\r\n" not in said:
            said += made.recv(1)
        assert status_of(said) == 200
        assert answered(made)["status"] == "ok"


def test_an_old_client_sees_the_end(served: Served) -> None:
    asked = question(served, "/api/health").replace(b"HTTP/1.1", b"HTTP/1.0", 1)
    with connect(served.port) as made:
        made.sendall(asked)
        assert status_of(read_all(made)) == 200


def test_a_long_answer_waits_for_who_reads_slowly(served: Served) -> None:
    big = {f"option {n}": "x" * 4_000 for n in range(60)}
    tasks = [served.submit(f"long {n}", paused=True, options=big)["id"] for n in range(40)]
    asked = "/api/tasks/?limit=1000&search=long"
    with connect(served.port, receive_buffer=8_192) as slow:
        slow.sendall(question(served, asked) + question(served, "/api/health"))
        for _each in range(5):  # it is not read meanwhile, and others are answered
            assert served.client.get("/api/health").status_code == 200
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        assert len(answered(slow)["items"]) == len(tasks)
        assert answered(slow)["status"] == "ok"
    for each in tasks:
        served.client.delete(f"/api/tasks/{each}")


@pytest.mark.parametrize("rest", [b"", b"GET /api/hea"])
def test_who_leaves_in_between_costs_nothing(served: Served, rest: bytes) -> None:
    for _each in range(50):
        with connect(served.port) as made:
            made.sendall(question(served, "/api/health") + rest)
            answered(made)
    assert served.client.get("/api/health").status_code == 200
