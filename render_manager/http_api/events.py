"""Live events over WebSocket: a snapshot with a revision, then the same batches the window gets.

Messages are JSON: `{"type": "snapshot", "revision": n, "begins": true, "tasks": […], "more": true}`
until `more` is false, then `{"type": "changes", "revision": n, "tasks": […], "removed": [ids],
"frames": […], "refilled": [ids]}`. What a message says may be known already; it is always the newest.

With `?detail=full` tasks and frames have their `detail` (of a task's frames only if these are others
than before), changes have `"runs": [{"task_id": n, "run": {…}, "end": {…}}]`, and both have `"now"`,
the time there, and `"undo"`, what could be taken back. `{"type": "notice", "text": "…"}` is a
sentence for people, `{"type": "settings", "names": […]}` says that settings are others now, and
`{"type": "vitals", "vitals": {…}}` how the machine is, every two seconds.
"""

from __future__ import annotations

import re
import socket
import time
from collections import deque
from typing import Any

from PySide6.QtCore import QObject, QTimer, QUrlQuery, Signal
from PySide6.QtNetwork import QTcpSocket
from PySide6.QtWebSockets import QWebSocket, QWebSocketProtocol, QWebSocketServer

from render_manager.domain.task import Task
from render_manager.domain.touched import Touched
from render_manager.http_api.desk import Desk
from render_manager.http_api.message import Head, Reply, fault, json_text
from render_manager.http_api.views import frame_as_json, task_as_json, task_in_full
from render_manager.service.telling import tell_end, tell_run, tell_vitals
from render_manager.service.vitals import Vitals, VitalSigns

AT_A_TIME = 200
"""Tasks in one message of a snapshot; the window goes on in between."""

AT_A_TIME_IN_FULL = 50
"""The same where all is told of them: 0.2 ms each (measured), and as much for who takes it in."""

MOST_TOLD = 500
"""Tasks in one message of changes. Of more there is a new snapshot, which goes in pieces: 10,000 in
full are 26 MB (measured), and nobody else would be answered while they are written."""

MOST_CLIENTS = 64
MOST_BEHIND = 4 * 1024 * 1024
"""Bytes that may wait for a client; then it gets no more until it took them, and a new snapshot."""

MOST_OVER = 16 * 1024 * 1024
"""Bytes above that, which one batch of changes or one piece of a snapshot may have."""

LONGEST_MESSAGE = 64 * 1024
MOST_MESSAGES = 50
"""A client may send so many in ten seconds; there is nothing to say."""

READ_AT_A_TIME = 64 * 1024
"""Bytes; a client that floods us has its turn like others, and no more."""

LOOK_MS = 250
PING_MS = 20_000
PATIENCE_SECONDS = 65.0


class Events(QObject):
    """Tells every client of what changes. `counted` says how many there are."""

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._server = QWebSocketServer("", QWebSocketServer.SslMode.NonSecureMode, self)
        self._server.newConnection.connect(self._take)
        self.clients: list[Client] = []
        self._pings = QTimer(self, interval=PING_MS)
        self._pings.timeout.connect(self._ping)
        self._looks = QTimer(self, interval=LOOK_MS)
        self._looks.timeout.connect(self._look)
        self._vitals = VitalSigns(desk.service.settings.render_output_dir)
        self._vitals.seen.connect(self._tell_vitals)
        desk.service.noticed.connect(self._notice)
        desk.service.settings_changed.connect(self._tell_settings)

    def serve(self, taken: socket.socket, head: Head) -> Reply | None:
        """Take the socket over; or say why not."""
        if len(self.clients) >= MOST_CLIENTS:
            return fault(503, "Too many listeners. Try again later.", **{"Retry-After": "10"})
        if head.header("upgrade").lower() != "websocket" or head.method != "GET":
            return fault(426, "This is a WebSocket.", Upgrade="websocket", Connection="Upgrade")
        if not _is_greeting(head):
            return fault(400, "This is no greeting of a WebSocket (RFC 6455).")
        connection = QTcpSocket(self)
        connection.setSocketDescriptor(taken.detach())
        connection.setReadBufferSize(READ_AT_A_TIME)
        connection.disconnected.connect(connection.deleteLater)
        self._server.handleConnection(connection)
        return None

    def tell(self, touched: Touched) -> None:
        """What changed, to all that are not behind."""
        if not self.clients:
            return
        if len(touched.tasks | touched.added) > MOST_TOLD:
            for client in self.clients:
                client.start_over()
            return
        said: dict[bool, str] = {}
        for client in self.clients:
            in_full = client.in_full
            if in_full not in said:
                said[in_full] = json_text(_changes(self._desk, touched, in_full))
            client.tell(said[in_full])

    def _notice(self, sentence: str) -> None:
        self._tell_in_full({"type": "notice", "text": sentence})

    def _tell_settings(self, names: frozenset[str]) -> None:
        self._tell_in_full({"type": "settings", "names": sorted(names)})

    def _tell_vitals(self, vitals: Vitals) -> None:
        self._tell_in_full({"type": "vitals", "vitals": tell_vitals(vitals)})

    def _look_at_machine(self) -> None:
        """While somebody wants to know."""
        if any(client.in_full for client in self.clients):
            self._vitals.watch(self._desk.service.settings.render_output_dir)
            self._vitals.start()
        else:
            self._vitals.stop()

    def _tell_in_full(self, message: dict[str, Any]) -> None:
        for client in self.clients:
            if client.in_full:
                client.tell(json_text(message))

    def close(self) -> None:
        self._pings.stop()
        self._looks.stop()
        self._vitals.stop()
        for client in list(self.clients):
            client.end()
        self._server.close()

    def _take(self) -> None:
        while (arrived := self._server.nextPendingConnection()) is not None:
            if len(self.clients) >= MOST_CLIENTS:
                arrived.abort()
                arrived.deleteLater()
                continue
            client = Client(arrived, self._desk, self)
            self.clients.append(client)
            arrived.disconnected.connect(lambda gone=client: self._forget(gone))
            client.begin()
            if not self._pings.isActive():
                self._pings.start()
                self._looks.start()
            self._look_at_machine()
            self.counted.emit(len(self.clients))

    def _forget(self, client: Client) -> None:
        if client in self.clients:
            self.clients.remove(client)
            client.deleteLater()
            self._look_at_machine()
            self.counted.emit(len(self.clients))

    def _ping(self) -> None:
        for client in list(self.clients):
            client.ping()

    def _look(self) -> None:
        for client in list(self.clients):
            client.look()
        if not self.clients:
            self._pings.stop()
            self._looks.stop()


class Client(QObject):
    """One listener."""

    def __init__(self, connection: QWebSocket, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        self._desk = desk
        self.in_full = QUrlQuery(connection.requestUrl()).queryItemValue("detail") == "full"
        """Whether it wants all that is known."""
        self._left: list[int] = []
        """The tasks of the snapshot that were not sent yet."""
        self._is_behind = False
        self._is_first = True
        self._heard_at = time.monotonic()
        self._messages: deque[float] = deque(maxlen=MOST_MESSAGES)
        connection.setParent(self)
        connection.setMaxAllowedIncomingFrameSize(LONGEST_MESSAGE)
        connection.setMaxAllowedIncomingMessageSize(LONGEST_MESSAGE)
        connection.bytesWritten.connect(lambda _count: self._catch_up())
        connection.pong.connect(lambda *_: self._hear())
        connection.textMessageReceived.connect(self._heed)
        connection.binaryMessageReceived.connect(self._heed)
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._send_more)

    @property
    def address(self) -> str:
        return self._connection.peerAddress().toString()

    def begin(self) -> None:
        """Send everything there is, in pieces."""
        self._is_behind = False
        self._left = [task.id for task in reversed(self._desk.tasks())]
        self._is_first = True
        self._next.start()

    def start_over(self) -> None:
        """Send everything anew as soon as what is on its way was taken."""
        self._is_behind = True
        self._next.stop()
        self._catch_up()

    def tell(self, said: str) -> None:
        if self._is_behind:
            return
        if self._connection.bytesToWrite() > MOST_BEHIND:
            self._is_behind = True
            self._next.stop()
            return
        self._connection.sendTextMessage(said)

    def ping(self) -> None:
        if time.monotonic() - self._heard_at > PATIENCE_SECONDS:
            self._connection.abort()
        else:
            self._connection.ping(b"")

    def look(self) -> None:
        """End a client that makes us answer (pings) and takes no answer."""
        if self._connection.bytesToWrite() > MOST_BEHIND + MOST_OVER:
            self._connection.abort()

    def end(self) -> None:
        self._connection.close(QWebSocketProtocol.CloseCode.CloseCodeGoingAway)
        self._connection.abort()

    def _send_more(self) -> None:
        if self._connection.bytesToWrite() > MOST_BEHIND:
            self._next.stop()
            return
        most = AT_A_TIME_IN_FULL if self.in_full else AT_A_TIME
        ids = [self._left.pop() for _ in range(min(most, len(self._left)))]
        tasks, now = self._desk.service.queue.tasks, self._desk.clock()
        said = {
            "type": "snapshot",
            "revision": self._desk.revision,
            "begins": self._is_first,
            "tasks": [
                (task_in_full if self.in_full else task_as_json)(tasks[id], now)
                for id in ids
                if id in tasks
            ],
            "more": bool(self._left),
        }
        if self.in_full:
            said |= {"undo": self._desk.service.undo_text, "now": now}
        self._is_first = False
        self._connection.sendTextMessage(json_text(said))
        if not self._left:
            self._next.stop()

    def _catch_up(self) -> None:
        if self._connection.bytesToWrite() > 0:
            return
        if self._is_behind:
            self.begin()
        elif self._left:
            self._next.start()

    def _hear(self) -> None:
        self._heard_at = time.monotonic()

    def _heed(self, _message: object) -> None:
        now = time.monotonic()
        self._heard_at = now
        self._messages.append(now)
        if len(self._messages) == MOST_MESSAGES and now - self._messages[0] < 10:
            self._connection.close(QWebSocketProtocol.CloseCode.CloseCodePolicyViolated)


def _is_greeting(head: Head) -> bool:
    """Whether Qt takes it; what it does not, it drops without a word."""
    connection = {word.strip() for word in head.header("connection").lower().split(",")}
    is_key = re.fullmatch(r"[A-Za-z0-9+/]{22}==", head.header("sec-websocket-key"))
    return bool(is_key and "upgrade" in connection and head.header("sec-websocket-version") == "13")


def _changes(desk: Desk, touched: Touched, in_full: bool) -> dict[str, Any]:
    tasks, now = desk.service.queue.tasks, desk.clock()
    others = touched.filled | touched.added

    def told(task: Task) -> dict[str, Any]:
        if in_full:
            return task_in_full(task, now, with_frames=task.id in others)
        return task_as_json(task, now)

    frames = [
        frame_as_json(tasks[task_id], index, detail, in_full=in_full)
        for task_id, details in touched.frames.items()
        if task_id in tasks and task_id not in touched.filled
        for index, detail in details.items()
        if index < tasks[task_id].total_frames
    ]
    more = _more(desk, touched) if in_full else {}
    return more | {
        "type": "changes",
        "revision": desk.revision,
        "tasks": [told(tasks[id]) for id in sorted(touched.tasks | touched.added) if id in tasks],
        "removed": sorted(touched.removed),
        "refilled": sorted(id for id in touched.filled if id in tasks),
        "frames": frames,
    }


def _more(desk: Desk, touched: Touched) -> dict[str, Any]:
    return {
        "undo": desk.service.undo_text,
        "now": desk.clock(),
        "runs": [
            {"task_id": task_id, "run": tell_run(run), "end": tell_end(end)}
            for task_id, run, end in touched.runs.values()
        ],
    }
