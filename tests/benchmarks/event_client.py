"""The event stream as a client sees it, on a plain socket."""

from __future__ import annotations

import base64
import json
import os
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit


def events(url: str, token: str) -> Iterator[dict[str, Any]]:
    """Every message, as it comes."""
    parts = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /api/events HTTP/1.1",
        f"Host: {parts.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Authorization: Bearer {token}",
    ]
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as mine:
        mine.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        with mine.makefile("rb") as stream:
            assert b"101" in stream.readline()
            while stream.readline().strip():
                pass
            while True:
                kind, text = _frame(stream)
                if kind == 1:
                    yield json.loads(text)


def _frame(stream: Any) -> tuple[int, bytes]:
    """A message from a server, which sends ours in frames of any number."""
    text = b""
    kind = 0
    while True:
        first, second = stream.read(2)
        kind = kind or first & 15
        length = second & 127
        if length > 125:
            length = int.from_bytes(stream.read(2 if length == 126 else 8), "big")
        text += stream.read(length)
        if first & 128:
            return kind, text
