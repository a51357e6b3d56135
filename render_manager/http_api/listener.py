"""Takes connections, waits until the head of a request is there, and answers it from memory, or
hands the socket to whoever serves it: QtHttpServer, the event stream, or a thread that moves a file.

QtHttpServer's Python binding neither streams nor upgrades, so what it is given is chosen here. The
head is only looked at (MSG_PEEK) and stays in the socket. A connection that is answered from memory
may ask again; one that was handed over is closed after its reply.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtNetwork import QHostAddress, QTcpServer

from render_manager.http_api.message import Head, Reply, fault, read_head
from render_manager.http_api.wire import written

LONGEST_HEAD = 32 * 1024
HEAD_SECONDS = 10.0
IDLE_SECONDS = 60.0
"""How long a connection may stay between two requests. Clients give them up sooner (httpx after 5 s),
so that none is closed just when it is used again."""

STALL_SECONDS = 120.0
"""How long the other side may take for its answer, however it takes it: a few megabytes at most."""

LINGER_SECONDS = 2.0
MOST_WAITING = 512
"""Connections whose head is not there yet; of more the oldest has to go, so that many slow ones
cannot keep others out."""

MOST_ANSWERED = 16
"""How many may be answered before one of them goes."""

MOST_FILES = 4096
"""As many files the process asks the system for: where 1,024 are the rule, connections alone could
take them all."""

SPARE_FILES = 160
"""Of these, so many stay free for renderers, logs and the database."""

TICK_MS = 250
PAUSE_MS = 50

LOG = logging.getLogger(__name__)

END = b"\r\n\r\n"


@dataclass(slots=True)
class Waiting:
    """A connection that has not asked yet, takes its answer, or is being sent away."""

    socket: socket.socket
    notifier: QSocketNotifier
    until: float
    is_leaving: bool = False
    unsent: bytes = b""
    writable: QSocketNotifier | None = None
    """While it takes its answer."""


Answer = Callable[[Head], "Reply | None"]
"""What can be answered at once; None if the connection is to be handed over."""

Serve = Callable[[socket.socket, Head], "Reply | None"]
"""Takes the socket over (None), or says what to answer before it is closed."""


class Listener(QTcpServer):
    """`answer` and then `serve` are asked on this thread when the head of a request is complete."""

    def __init__(self, answer: Answer, serve: Serve, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self._serve = serve
        self._waiting: OrderedDict[int, Waiting] = OrderedDict()
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._look_around)
        self.setListenBacklogSize(256)
        self._highest = _raise_limit() - SPARE_FILES
        self._where = QHostAddress(), 0
        self.acceptError.connect(lambda _error: self._pause())
        self._pausing = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pausing.timeout.connect(self._listen_anew)

    def stop(self) -> None:
        """Take no more connections, and end those that have not asked yet."""
        self.close()
        self._clock.stop()
        self._pausing.stop()
        for number in list(self._waiting):
            self._close(number)

    # --- what Qt calls ------------------------------------------------------------------------

    def incomingConnection(self, handle: int) -> None:
        taken = socket.socket(fileno=handle)
        taken.setblocking(False)
        is_crowded = len(self._waiting) >= MOST_WAITING or handle > self._highest
        if is_crowded and not self._close_oldest():
            taken.close()
            return
        notifier = QSocketNotifier(handle, QSocketNotifier.Type.Read, self)
        notifier.activated.connect(lambda *_: self._look(handle))
        self._waiting[handle] = Waiting(taken, notifier, time.monotonic() + HEAD_SECONDS)
        if not self._clock.isActive():
            self._clock.start()

    def _close_oldest(self) -> bool:
        """The oldest that has not asked has to go; those that have meanwhile are answered first.
        Whether there was one."""
        for number in list(islice(self._waiting, MOST_ANSWERED)):
            if number in self._waiting and not self._waiting[number].unsent:
                self._look(number)
            if number not in self._waiting:
                return True
            if number == next(iter(self._waiting)):
                break
        if not self._waiting:
            return False
        self._close(next(iter(self._waiting)))
        return True

    def _pause(self) -> None:
        """No connection could be taken, as no file may be opened any more: some have to go."""
        LOG.warning("No connection can be taken now: %s", self.errorString())
        for _each in range(MOST_WAITING // 8):
            self._close_oldest()
        self._where = self.serverAddress(), self.serverPort()
        self._pausing.start()

    def _listen_anew(self) -> None:
        """After one error Qt takes what comes for another, whatever it is: its socket is spent."""
        self.close()
        if not self.listen(*self._where):
            self._pausing.start()

    def _look_around(self) -> None:
        now = time.monotonic()
        for number, one in list(self._waiting.items()):
            if one.until < now:
                self._close(number)
            elif not one.notifier.isEnabled() and not one.unsent:
                one.notifier.setEnabled(True)
        if not self._waiting:
            self._clock.stop()

    def _look(self, number: int) -> None:
        one = self._waiting.get(number)
        if one is None:
            return
        if one.is_leaving:
            self._drain(number, one)
            return
        try:
            data = one.socket.recv(LONGEST_HEAD, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        at = data.find(END)
        if not data:
            self._close(number)
        elif at >= 0:
            self._ask(number, one, data[:at])
        elif len(data) >= LONGEST_HEAD:
            self._send_away(number, one, fault(431, "The head of the request is too long."))
        else:
            # what is only looked at would wake us again at once: look later
            one.notifier.setEnabled(False)
            one.until = min(one.until, time.monotonic() + HEAD_SECONDS)

    # --- answering ----------------------------------------------------------------------------

    def _ask(self, number: int, one: Waiting, data: bytes) -> None:
        try:
            head = read_head(data)
        except (ValueError, UnicodeError):
            self._send_away(number, one, fault(400, "This is no request that is understood here."))
            return
        reply = self._safely(lambda: self._answer(head))
        if reply is None:
            self._hand_over(number, one, head)
        elif head.is_last or head.has_body:
            self._send_away(number, one, reply, without_body=head.method == "HEAD")
        else:
            with contextlib.suppress(OSError):  # the other side may be gone, as sending will tell
                one.socket.recv(len(data) + len(END))
            self._waiting.move_to_end(number)
            self._send(
                number, one, written(reply, without_body=head.method == "HEAD", is_last=False)
            )

    def _hand_over(self, number: int, one: Waiting, head: Head) -> None:
        one.notifier.setEnabled(False)
        reply = self._safely(lambda: self._serve(one.socket, head))
        if reply is None:
            one.notifier.deleteLater()
            del self._waiting[number]
        elif one.socket.fileno() < 0:
            self._close(number)
        else:
            self._send_away(number, one, reply, without_body=head.method == "HEAD")

    def _safely(self, deed: Callable[[], Reply | None]) -> Reply | None:
        try:
            return deed()
        except Exception:
            LOG.critical("This is a bug", exc_info=True)
            return fault(500, "Something went wrong that should not.")

    def _send_away(
        self, number: int, one: Waiting, reply: Reply, *, without_body: bool = False
    ) -> None:
        """Answer for the last time, whatever is still coming."""
        one.is_leaving = True
        self._send(number, one, written(reply, without_body=without_body))

    def _send(self, number: int, one: Waiting, data: bytes) -> None:
        """As much as goes at once, and the rest when there is room for it."""
        try:
            one.unsent = data[one.socket.send(data) :]
        except (BlockingIOError, InterruptedError):
            one.unsent = data
        except OSError:
            self._close(number)
            return
        if one.unsent:
            self._wait_for_room(number, one)
        else:
            self._was_sent(one)

    def _wait_for_room(self, number: int, one: Waiting) -> None:
        if one.writable is None:
            one.until = time.monotonic() + STALL_SECONDS
            one.notifier.setEnabled(False)
            one.writable = QSocketNotifier(number, QSocketNotifier.Type.Write, self)
            one.writable.activated.connect(lambda *_: self._send_rest(number, one))

    def _send_rest(self, number: int, one: Waiting) -> None:
        if self._waiting.get(number) is one:  # else the number is another connection's by now
            self._send(number, one, one.unsent)

    def _was_sent(self, one: Waiting) -> None:
        if one.writable is not None:
            _end(one.writable)
            one.writable = None
        one.until = time.monotonic() + (LINGER_SECONDS if one.is_leaving else IDLE_SECONDS)
        if one.is_leaving:
            # a socket that is closed with bytes unread takes the answer back: read what is coming
            with contextlib.suppress(OSError):
                one.socket.shutdown(socket.SHUT_WR)
        if not one.notifier.isEnabled():
            one.notifier.setEnabled(True)

    def _drain(self, number: int, one: Waiting) -> None:
        try:
            rest = one.socket.recv(1 << 18)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            rest = b""
        if not rest:
            self._close(number)

    def _close(self, number: int) -> None:
        one = self._waiting.pop(number)
        one.unsent = b""
        _end(one.notifier)
        if one.writable is not None:
            _end(one.writable)
        with contextlib.suppress(OSError):
            one.socket.close()


def _end(notifier: QSocketNotifier) -> None:
    notifier.setEnabled(False)
    notifier.deleteLater()


def _raise_limit() -> int:
    """How many files this process may open, raised to what the system lets it have."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return sys.maxsize
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return soft
