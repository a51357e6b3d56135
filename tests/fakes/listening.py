"""Real servers on this computer that keep what they are told: a webhook's, and a mail server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Hook:
    """Answers with `answers` in turn, and with the last one from then on."""

    def __init__(self, url: str, answers: list[tuple[int, str]]) -> None:
        self.url = url
        self.answers = answers
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.was_told = threading.Event()


@contextmanager
def hook(*answers: tuple[int, str]) -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listening.told.append((self.path, json.loads(body)))
            at = min(len(listening.told), len(listening.answers)) - 1
            status, text = listening.answers[at]
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())
            listening.was_told.set()

        def log_message(self, *_args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = Hook(f"http://127.0.0.1:{server.server_port}/hook", list(answers or [(200, "ok")]))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listening
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
