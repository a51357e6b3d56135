"""Clients that do what no decent client does: halves of requests, floods, and sockets that are not
read."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any, Self


def connect(port: int, *, receive_buffer: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """A connection; with a small buffer of its own, what is not read stays with the server."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    if receive_buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    made.settimeout(15)
    made.connect((host, port))
    return made


def ask(port: int, data: bytes) -> bytes:
    """Send just that, and return what comes until the other side closes."""
    with connect(port) as made:
        with contextlib.suppress(ConnectionError):
            made.sendall(data)
        return read_all(made)


def read_all(made: socket.socket) -> bytes:
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := made.recv(1 << 16):
            found += piece
    return found


def status_of(reply: bytes) -> int:
    """The status in the first line; 0 if there was no reply."""
    words = reply.split(b" ", 2)
    return int(words[1]) if len(words) > 2 else 0


def head(method: str, path: str, token: str = "", **headers: str) -> bytes:
    """The head of a request; an underscore in a name stands for a hyphen."""
    lines = [f"{method} {path} HTTP/1.1"]
    said = {"Host": "127.0.0.1", "Connection": "close"}
    said |= {"Authorization": f"Bearer {token}"} if token else {}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines += [f"{name}: {value}" for name, value in said.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


class Meanwhile:
    """Asks for the health of a server again and again while something else goes on."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.answered = 0
        self.failures = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self.answered + self.failures or not self._is_over.wait(0.005):
            try:
                is_answered = status_of(ask(self._port, head("GET", "/api/health"))) == 200
            except OSError:
                is_answered = False
            self.answered += is_answered
            self.failures += not is_answered


TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def frame(kind: int, payload: bytes = b"") -> bytes:
    """As a client sends it, masked with nothing."""
    length = len(payload)
    size = bytes([128 | length]) if length < 126 else b"\xfe" + struct.pack(">H", length)
    return bytes([128 | kind]) + size + bytes(4) + payload


class RawEvents:
    """A WebSocket that reads only when it is told to."""

    def __init__(
        self,
        port: int,
        token: str,
        receive_buffer: int = 0,
        path: str = "/api/events",
        **headers: str,
    ) -> None:
        self.socket = connect(port, receive_buffer=receive_buffer)
        self._data = b""
        greeting = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec_WebSocket_Version": "13",
            "Sec_WebSocket_Key": base64.b64encode(os.urandom(16)).decode(),
            **headers,
        }
        self.socket.sendall(head("GET", path, token, **greeting))
        while b"\r\n\r\n" not in self._data:
            piece = self.socket.recv(1 << 16)
            if not piece:
                break
            self._data += piece
        self.reply, _, self._data = self._data.partition(b"\r\n\r\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    @property
    def status(self) -> int:
        return status_of(self.reply + b" ")

    def send(self, kind: int, payload: bytes = b"", *, times: int = 1) -> None:
        self.socket.sendall(frame(kind, payload) * times)

    def read(self) -> dict[str, Any]:
        """The next message. Raises ConnectionError if there is none any more."""
        while True:
            kind, payload = self._frame()
            if kind == TEXT:
                message: dict[str, Any] = json.loads(payload)
                return message
            if kind == PING:
                self.send(PONG, payload)
            elif kind == CLOSE:
                raise ConnectionError(int.from_bytes(payload[:2], "big"))

    def snapshot(self) -> list[dict[str, Any]]:
        """The tasks of the next whole snapshot; changes before its end are passed over."""
        tasks: list[dict[str, Any]] = []
        for message in iter(self.read, None):
            if message["type"] == "snapshot":
                tasks += message["tasks"]
                if not message["more"]:
                    break
        return tasks

    def changes(self) -> Iterator[dict[str, Any]]:
        while True:
            message = self.read()
            if message["type"] == "changes":
                yield message

    def _frame(self) -> tuple[int, bytes]:
        first, size = self._take(2)
        length = size & 127
        if length > 125:
            count = 2 if length == 126 else 8
            length = int.from_bytes(self._take(count), "big")
        payload = self._take(length)
        if first & 128:
            return first & 15, payload
        following, rest = self._frame()
        return (first & 15) or following, payload + rest

    def _take(self, count: int) -> bytes:
        pieces = [self._data]
        have = len(self._data)
        while have < count:
            piece = self.socket.recv(1 << 18)
            if not piece:
                raise ConnectionError("ended")
            pieces.append(piece)
            have += len(piece)
        whole = b"".join(pieces)
        self._data = whole[count:]
        return whole[:count]
