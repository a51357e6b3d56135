"""Live events: what is told, and clients that do not behave."""

from __future__ import annotations

import json

import httpx
import psutil
import pytest
from raw_http import PING, TEXT, Meanwhile, RawEvents, frame

from .conftest import Served

BIG = {f"option {n}": "x" * 4_000 for n in range(60)}
"""Makes a task of a quarter of a megabyte."""


def follow(served: Served, receive_buffer: int = 0) -> RawEvents:
    return RawEvents(served.port, served.token, receive_buffer)


def process_of(served: Served) -> psutil.Process:
    return psutil.Process(json.loads((served.home / "api.json").read_text("utf-8"))["pid"])


def test_a_snapshot_and_then_what_changes(served: Served) -> None:
    first = served.submit("first", paused=True)
    with follow(served) as events:
        assert events.status == 101
        begun = events.read()
        assert (begun["type"], begun["more"]) == ("snapshot", False)
        (task,) = (task for task in begun["tasks"] if task["id"] == first["id"])
        assert task.keys() == first.keys()
        path = f"/api/tasks/{first['id']}"
        served.client.patch(path, json={"priority": 9})
        changed = next(each for each in events.changes() if each["tasks"])
        assert [(task["id"], task["priority"]) for task in changed["tasks"]] == [(first["id"], 9)]
        assert changed["revision"] > begun["revision"]
        served.client.delete(path)
        assert next(each for each in events.changes() if each["removed"])["removed"] == [
            first["id"]
        ]


def test_frames_are_told_as_they_are_done(served: Served) -> None:
    with follow(served) as events:
        events.snapshot()
        task = served.submit("frames told", frames="1-3")
        seen: dict[int, str] = {}
        for message in events.changes():
            seen |= {each["frame_number"]: each["status"] for each in message["frames"]}
            if any(each["status"] == "completed" for each in message["tasks"]):
                break
        assert seen == dict.fromkeys((1, 2, 3), "completed")
    assert served.task(task["id"])["status"] == "completed"


def test_only_who_may_and_only_as_a_websocket(served: Served) -> None:
    with RawEvents(served.port, "") as events:
        assert events.status == 401
    with RawEvents(served.port, "wrong") as events:
        assert events.status == 401
    with RawEvents(served.port, served.token, Origin="http://evil.example") as events:
        assert events.status == 403
    with RawEvents(served.port, served.token, Host="evil.example") as events:
        assert events.status == 403
    with RawEvents(served.port, served.token, Sec_WebSocket_Key="short") as events:
        assert events.status == 400
    with RawEvents(served.port, served.token, Sec_WebSocket_Version="8") as events:
        assert events.status == 400
    with RawEvents(served.port, served.token, Origin="http://127.0.0.1") as events:
        assert events.status == 101


def test_who_does_not_read_gets_a_new_snapshot_and_costs_little(served: Served) -> None:
    task = served.submit("big", paused=True, options=BIG)
    path = f"/api/tasks/{task['id']}"
    process = process_of(served)
    with follow(served, receive_buffer=8_192) as asleep, follow(served) as awake:
        asleep.snapshot()
        awake.snapshot()
        before = process.memory_info().rss
        told = awake.changes()
        for number in range(80):  # 20 MB
            served.client.patch(path, json={"priority": number % 2})
            next(told)
        served.client.patch(path, json={"priority": 7})
        grown = process.memory_info().rss - before
        caught_up = {each["id"]: each["priority"] for each in asleep.snapshot()}
        assert caught_up[task["id"]] == 7
        assert grown < 30_000_000
    served.client.delete(path)


def test_a_snapshot_that_nobody_reads_keeps_nothing_busy(served: Served) -> None:
    tasks = [served.submit(f"big {n}", paused=True, options=BIG)["id"] for n in range(50)]
    process = process_of(served)
    with follow(served, receive_buffer=8_192) as asleep:
        # who asks a full socket again and again never comes to rest
        assert any(process.cpu_percent(interval=0.3) < 30 for _ in range(50))
        assert {each["id"] for each in asleep.snapshot()} >= set(tasks)
    for each in tasks:
        served.client.delete(f"/api/tasks/{each}")


def test_a_flood_of_messages_ends_the_connection(served: Served) -> None:
    with follow(served) as events, Meanwhile(served.port) as meanwhile:
        events.snapshot()
        events.send(TEXT, b"tell me", times=200)
        with pytest.raises(ConnectionError) as caught:
            while True:
                events.read()
        assert caught.value.args[0] == 1008
    assert meanwhile.failures == 0


def test_a_message_that_is_too_long_ends_the_connection(served: Served) -> None:
    with follow(served) as events:
        events.snapshot()
        events.socket.sendall(b"\x81\xff" + (1 << 40).to_bytes(8, "big") + bytes(4))
        with pytest.raises(ConnectionError):
            while True:
                events.read()


def test_a_flood_of_pings_leaves_the_others_served(served: Served) -> None:
    process = process_of(served)
    before = process.memory_info().rss
    with follow(served, receive_buffer=8_192) as events, Meanwhile(served.port) as meanwhile:
        pings = frame(PING, b"x" * 120) * 1_000
        with pytest.raises((ConnectionError, TimeoutError)):
            for _each in range(10_000):
                events.socket.sendall(pings)
    assert meanwhile.failures == 0
    assert meanwhile.answered
    assert process.memory_info().rss - before < 150_000_000


def test_there_is_an_end_to_how_many_may_listen(served: Served) -> None:
    sleepers = [follow(served) for _ in range(64)]
    try:
        assert {each.status for each in sleepers} == {101}
        with follow(served) as one_more:
            assert one_more.status == 503
        assert served.client.get("/api/health").status_code == 200
    finally:
        for each in sleepers:
            each.socket.close()
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        assert client.get("/api/health").status_code == 200


def test_halves_of_a_greeting_do_no_harm(served: Served) -> None:
    with follow(served) as events:
        events.snapshot()
        events.socket.sendall(b"\x81")
    assert served.client.get("/api/health").status_code == 200
