"""The live events of another machine: heard, lost, and found again."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtNetwork import QAbstractSocket, QNetworkRequest
from PySide6.QtWebSockets import QWebSocket

FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 250, 10_000
PING_MS = 10_000
SILENCE_SECONDS = 35.0
"""Without an answer to a ping for so long, nobody is there."""

LONGEST_MESSAGE = 64 * 1024 * 1024
"""Bytes; of a longer one the connection ends, and begins anew. Reading JSON keeps the window waiting
on whichever thread it is done. 50 tasks of a snapshot are 130 kB, and nothing is told of more than
500 at once."""


class EventStream(QObject):
    """Comes back by itself, ever less often, until `close`."""

    heard = Signal(str)
    """A message, as it came."""
    came = Signal()
    went = Signal()
    """Nobody is there any more; told once until it `came` again."""

    def __init__(
        self, url: str, token: Callable[[], str | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._token = token
        self.is_up = False
        self._has_told = False
        self._is_wanted = False
        self._pause = FIRST_PAUSE_MS
        self._heard_at = 0.0
        address = f"ws{url.removeprefix('http')}/api/events?detail=full"
        self._request = QNetworkRequest(QUrl(address))
        self._socket = QWebSocket(parent=self)
        self._socket.setMaxAllowedIncomingMessageSize(LONGEST_MESSAGE)
        self._socket.setMaxAllowedIncomingFrameSize(LONGEST_MESSAGE)
        self._socket.connected.connect(self._come)
        self._socket.disconnected.connect(self._go)
        self._socket.errorOccurred.connect(lambda _error: self._go())
        self._socket.textMessageReceived.connect(self._hear)
        self._socket.pong.connect(lambda *_: self._note())
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._try)
        self._pings = QTimer(self, interval=PING_MS)
        self._pings.timeout.connect(self._ping)

    def open(self) -> None:
        self._is_wanted = True
        self._try()

    def close(self) -> None:
        self._is_wanted = self.is_up = False
        self._again.stop()
        self._pings.stop()
        self._socket.abort()

    # --- how it is done -----------------------------------------------------------------------

    def _try(self) -> None:
        if self._socket.state() is QAbstractSocket.SocketState.UnconnectedState:
            self._request.setRawHeader(b"Authorization", f"Bearer {self._token() or ''}".encode())
            self._socket.open(self._request)
        else:  # it takes its time to be gone
            self._socket.abort()
            self._again.start(self._pause)

    def _come(self) -> None:
        self.is_up, self._has_told = True, False
        self._pause = FIRST_PAUSE_MS
        self._note()
        self._pings.start()
        self.came.emit()

    def _go(self) -> None:
        self.is_up = False
        self._pings.stop()
        if not self._is_wanted:
            return
        if not self._again.isActive():
            self._again.start(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE_MS)
        if not self._has_told:
            self._has_told = True
            self.went.emit()

    def _hear(self, text: str) -> None:
        self._note()
        self.heard.emit(text)

    def _note(self) -> None:
        self._heard_at = time.monotonic()

    def _ping(self) -> None:
        if time.monotonic() - self._heard_at > SILENCE_SECONDS:
            self._socket.abort()
            self._go()
        else:
            self._socket.ping()
