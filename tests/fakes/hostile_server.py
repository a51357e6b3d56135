"""A server that means its clients no good: each path is answered by what is set for it, in raw bytes,
for as long as the client stands it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Self

Answer = Callable[[], Iterable[bytes]]


class HostileServer:
    """`answers` by path; what is not there is not answered at all. `asked` is what was sent to it."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[bytes] = []
        self.is_over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()

    def drip(self, begin: bytes, drop: bytes = b" ") -> Iterator[bytes]:
        """A piece now, and another again and again, well within the time between two."""
        yield begin
        while not self.is_over.wait(0.05):
            yield drop

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                taken, _address = self._listening.accept()
                thread = threading.Thread(target=self._serve, args=(taken,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, taken: socket.socket) -> None:
        with taken, contextlib.suppress(OSError):
            taken.settimeout(0.05)
            data = b""
            while b"\r\n\r\n" not in data and not self.is_over.is_set():
                with contextlib.suppress(TimeoutError):
                    piece = taken.recv(1 << 16)
                    data += piece
                    if not piece:
                        return
            if b"\r\n\r\n" not in data:
                return
            self.asked.append(data)
            path = data.split(b" ")[1].decode().partition("?")[0]
            answer = self.answers.get(path)
            if answer is None:
                self.is_over.wait()
                return
            taken.settimeout(15)
            for piece in answer():
                taken.sendall(piece)


def ok(body: bytes, *headers: str) -> bytes:
    """A whole answer."""
    said = [f"Content-Length: {len(body)}", "Content-Type: application/json", *headers]
    return ("\r\n".join(["HTTP/1.1 200 OK", *said]) + "\r\n\r\n").encode() + body
