"""Whoever answers in the place of live events."""

from __future__ import annotations

import pytest
from hostile_server import HostileServer
from pytestqt.qtbot import QtBot

from render_manager.remote.stream import EventStream


@pytest.mark.parametrize("status", [301, 302, 307, 401])
def test_the_token_goes_nowhere_else(qtbot: QtBot, status: int) -> None:
    with HostileServer() as server, HostileServer() as elsewhere:
        moved = f"HTTP/1.1 {status} X\r\nLocation: {elsewhere.url}/api/events\r\n\r\n".encode()
        server.answers["/api/events"] = lambda: [moved]
        stream = EventStream(server.url, lambda: "secret")
        with qtbot.waitSignal(stream.went, timeout=20_000):
            stream.open()
        qtbot.waitUntil(lambda: len(server.asked) > 1, timeout=20_000)
        stream.close()
        assert b"secret" in server.asked[0]
        assert not elsewhere.asked
