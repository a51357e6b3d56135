"""Real servers on this computer that keep what they are told: a webhook's, and a mail server."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
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


class PostOffice:
    """Takes mail without a password; answers to the recipient with `answers` in turn."""

    def __init__(self, port: int, answers: list[str]) -> None:
        self.port = port
        self.answers = answers
        self.letters: list[EmailMessage] = []


@contextmanager
def post_office(*answers: str) -> Iterator[PostOffice]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            for line in self.rfile:
                word = line.split(b":")[0].split()[0].upper()
                if word == b"DATA":
                    self.say("354 go on")
                    text = b"".join(iter(self.rfile.readline, b".\r\n"))
                    office.letters.append(message_from_bytes(text, policy=policy.default))
                if word == b"RCPT" and office.answers:
                    self.say(office.answers.pop(0))
                elif word == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    office = PostOffice(server.server_address[1], list(answers))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
