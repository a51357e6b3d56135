"""Bounds for what another machine's server may do to us: how long, how much, and in which form.

httpx's own limit of time is for each piece of an answer, so that one who sends a byte a second is
never through; and what is sent compressed may be a thousand times as much in memory.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import httpx

MOST_BYTES = 64 * 1024 * 1024
"""Of an answer that is kept in memory; files go to the disk, see `Shelf`."""

CONNECTED = (".connect_tcp.complete", ".start_tls.complete")


class Bounds:
    """Of one client. `cut` and `end` may be called on any thread: what waits for an answer then
    has an error at once. Unproven: that Windows wakes it as Linux does."""

    def __init__(self, client: httpx.Client) -> None:
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._has_ended = False
        client.headers["Accept-Encoding"] = "identity"
        client.event_hooks = {"request": [self._begin], "response": [self._bound]}

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What is asked in it has an end after so long, whatever the server sends. For clients of
        one thread."""
        self._over = over = threading.Event()
        timer = threading.Timer(seconds, self._cut, (over,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def end(self) -> None:
        """Ask no more, and wait for nothing."""
        self._has_ended = True
        self._cut(self._over)

    def _cut(self, over: threading.Event) -> None:
        over.set()
        if over is self._over:
            with self._lock:
                for each in list(self._sockets):
                    _shut(each)

    def _begin(self, request: httpx.Request) -> None:
        if self._has_ended:
            raise httpx.ConnectError("it is over")
        request.extensions["trace"] = self._note

    def _note(self, event: str, said: dict[str, Any]) -> None:
        if not event.endswith(CONNECTED):
            return
        made = said["return_value"].get_extra_info("socket")
        with self._lock:
            self._sockets.add(made)
            if self._has_ended or self._over.is_set():
                _shut(made)

    def _bound(self, reply: httpx.Response) -> None:
        if reply.headers.get("content-encoding", "identity").lower() != "identity":
            raise httpx.DecodingError("it is compressed, which nobody asked for")
        path = reply.request.url.path
        if "/api/files/download/" not in path and not path.endswith("/log"):
            reply.stream = _Short(reply.stream)


class _Short(httpx.SyncByteStream):
    """A body that ends with an error where it gets too long."""

    def __init__(self, whole: Any) -> None:
        self._whole = whole

    def __iter__(self) -> Iterator[bytes]:
        left = MOST_BYTES
        for piece in self._whole:
            left -= len(piece)
            if left < 0:
                raise httpx.ReadError("the answer is too long")
            yield piece

    def close(self) -> None:
        self._whole.close()


def _shut(made: socket.socket) -> None:
    with contextlib.suppress(OSError, ssl.SSLError):
        made.shutdown(socket.SHUT_RDWR)
