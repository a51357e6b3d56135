"""One window per data folder: a second start hands its files to the first and ends.

The first listens on a local socket that only its own user may open; its name is made from the data
folder. A message is one line of JSON, and the answer says that the files are in good hands. Without
an answer nothing was handed over. It imports little, as each start of the window waits for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

MOST_BYTES = 4_000_000
"""More than any command line can name. A longer message is not read to its end."""

PATIENCE_MS = 5_000
"""How long the first may take to answer: it may be busy, or just about to show its window."""

TAKEN = b"taken\n"


class FirstWindow(QObject):
    """Listens for further starts of the program with the data folder `home`."""

    asked_for = Signal(list)
    """`list[Path]`: the program was started again with these files, absolute; often none."""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = socket_name(home)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)

    def listen(self) -> bool:
        """Be the one who is asked; for the holder of the database's lock, so there is no other.

        What a killed program left behind is removed. False if the system refuses.
        """
        if self._server.listen(self._name):
            return True
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Be found no longer."""
        self._server.close()

    def _welcome(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            _Caller(socket, self)


class _Caller(QObject):
    """One second start, as long as it is connected."""

    def __init__(self, socket: QLocalSocket, first: FirstWindow) -> None:
        super().__init__(socket)
        self._socket = socket
        self._first = first
        socket.setReadBufferSize(MOST_BYTES)
        socket.readyRead.connect(self._read)
        self._read()

    def _read(self) -> None:
        if self._socket.canReadLine():
            self._take(bytes(self._socket.readLine().data()))
        elif self._socket.bytesAvailable() >= MOST_BYTES:
            self._socket.abort()

    def _take(self, line: bytes) -> None:
        files = read_message(line)
        if files is None:
            self._socket.abort()
            return
        self._socket.write(TAKEN)
        self._socket.disconnectFromServer()  # when the answer is out
        self._first.asked_for.emit(files)


def hand_over(home: Path, files: Sequence[Path], patience_ms: int = PATIENCE_MS) -> bool:
    """Have the window of the data folder `home` show itself and take these files.

    True if it has them. False, in no time, if there is no such window; after `patience_ms` if it
    does not answer. Needs no Qt application.
    """
    socket = QLocalSocket()
    socket.connectToServer(socket_name(home))
    if not socket.waitForConnected(patience_ms) or not _is_ours(socket):
        return False
    _let_it_come_to_the_front()
    socket.write(message(files))
    return _is_taken(socket, time.monotonic() + patience_ms / 1000)


def message(files: Sequence[Path]) -> bytes:
    """What a second start says; relative paths are those of its own working folder."""
    # As ASCII, because a path on Linux need not be text; JSON's escapes keep what is not.
    return json.dumps({"files": [str(file.absolute()) for file in files]}).encode("ascii") + b"\n"


def read_message(line: bytes) -> list[Path] | None:
    """The files that a message names; None if it is none of ours."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    files = said.get("files") if isinstance(said, dict) else None
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
        return None
    paths = [Path(file) for file in files]
    return paths if all(path.is_absolute() for path in paths) else None


def socket_name(home: Path) -> str:
    """The same for each way to write the same folder, and short: systems allow 100 letters."""
    folder = os.path.normcase(os.path.realpath(home))
    return f"render-manager-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:24]}"


def _is_taken(socket: QLocalSocket, until: float) -> bool:
    while not socket.canReadLine():
        left_ms = max(0, round((until - time.monotonic()) * 1000))
        if not socket.waitForReadyRead(left_ms):
            break
    return bytes(socket.readLine().data()) == TAKEN


def _is_ours(socket: QLocalSocket) -> bool:
    """Whether the one who listens is this user: anybody may make a file where temporary ones go."""
    if sys.platform == "win32":
        return True
    try:
        return Path(socket.fullServerName()).stat().st_uid == os.getuid()
    except OSError:
        return False


def _let_it_come_to_the_front() -> None:
    """Windows lets a program raise its window only if the one in front allows it."""
    if sys.platform == "win32":
        import ctypes

        any_program = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_program)
