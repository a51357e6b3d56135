"""What QtHttpServer serves: the verbs, which change something."""

from __future__ import annotations

import contextlib
import socket
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QObject, QTimer
from PySide6.QtHttpServer import (
    QHttpServer,
    QHttpServerConfiguration,
    QHttpServerRequest,
    QHttpServerResponder,
    QHttpServerResponse,
)
from PySide6.QtNetwork import QHttpHeaders, QTcpServer, QTcpSocket

from render_manager.http_api.message import Head, Reply, Request, fault
from render_manager.http_api.wire import CLOSE, SAFETY

LONGEST_BODY = 2 * 1024 * 1024
ANSWER_MS = 30_000
MOST_AT_A_TIME = 256

Answer = Callable[[Request], Reply]

Ends = tuple[str, int, str, int]
"""Address and port of the other side and of this one. No less will do: two machines may well use
the same port, and must not be taken for each other."""

_STATUS = {status.value: status for status in QHttpServerResponder.StatusCode}


class HttpSide(QObject):
    """`answer` must answer at once, from memory, and never raise. `server` listens already; what it
    accepts comes by `serve`."""

    def __init__(self, server: QTcpServer, answer: Answer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._accepting = server
        self._answer = answer
        self._heads: OrderedDict[Ends, tuple[Head, QTcpSocket]] = OrderedDict()
        """By both ends of the connection, the oldest first: what it asked for."""
        self._server = QHttpServer(self)
        configuration = QHttpServerConfiguration()
        configuration.setMaximumBodySize(LONGEST_BODY)
        # none (0) ends now and then a connection that was just made and is about to ask
        configuration.setKeepAliveTimeout(2 * ANSWER_MS // 1000)
        self._server.setConfiguration(configuration)
        # Qt keeps no reference to callables
        self._blank = lambda *_: ""
        self._fill_in = self._respond
        self._server.route("/.*", self._blank)
        self._server.addAfterRequestHandler(self, self._fill_in)
        self._server.bind(server)

    def serve(self, taken: socket.socket, head: Head) -> Reply | None:
        """Take the socket over; or say why not."""
        if "transfer-encoding" in head.headers:
            return fault(411, "Say how long the body is (Content-Length).")
        if int(head.header("content-length") or "0") > LONGEST_BODY:
            return fault(413, f"The body may have {LONGEST_BODY} bytes at most.")
        while len(self._heads) >= MOST_AT_A_TIME:
            self._end_oldest()
        connection = QTcpSocket(self)
        connection.setSocketDescriptor(taken.detach())
        ends = _ends(connection)
        self._heads[ends] = head, connection
        connection.disconnected.connect(lambda: self._forget(ends, connection))
        QTimer.singleShot(ANSWER_MS, connection, connection.abort)
        self._accepting.addPendingConnection(connection)
        self._accepting.newConnection.emit()
        return None

    def close(self) -> None:
        for _head, connection in list(self._heads.values()):
            connection.abort()

    def _end_oldest(self) -> None:
        """Whoever sends or takes nothing must not keep others out."""
        ends = next(iter(self._heads))
        self._heads[ends][1].abort()
        with contextlib.suppress(KeyError):
            del self._heads[ends]

    def _forget(self, ends: Ends, connection: QTcpSocket) -> None:
        if ends in self._heads and self._heads[ends][1] is connection:
            del self._heads[ends]
        connection.deleteLater()

    def _respond(self, request: QHttpServerRequest, response: QHttpServerResponse) -> None:
        head, connection = self._heads.get(_ends_of(request), (None, None))
        if head is None or connection is None or connection.property("asked"):
            reply = fault(400, "One request a connection.")
        else:
            reply = self._answer(Request(head, bytes(request.body().data())))
            connection.setProperty("asked", True)
            # what is on its way is written first
            QTimer.singleShot(0, connection, connection.disconnectFromHost)
        response.swap(_as_qt(reply))


def _ends(connection: QTcpSocket) -> Ends:
    peer, own = connection.peerAddress(), connection.localAddress()
    return peer.toString(), connection.peerPort(), own.toString(), connection.localPort()


def _ends_of(request: QHttpServerRequest) -> Ends:
    peer, own = request.remoteAddress(), request.localAddress()
    return peer.toString(), request.remotePort(), own.toString(), request.localPort()


def _as_qt(reply: Reply) -> QHttpServerResponse:
    answer = QHttpServerResponse(reply.body, _STATUS[reply.status])
    answer.setHeaders(_headers(reply.kind, tuple(reply.headers.items())))
    return answer


@lru_cache(maxsize=256)
def _headers(kind: str, more: tuple[tuple[str, str], ...]) -> QHttpHeaders:
    """Remembered, as making them took a third of an answer."""
    headers = QHttpHeaders()
    for name, value in {**SAFETY, **CLOSE, "Cache-Control": "no-store", **dict(more)}.items():
        headers.append(name, value)
    headers.append("Content-Type", kind)
    return headers
