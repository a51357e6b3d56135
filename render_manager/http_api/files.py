"""Files that go out, and those that come in: a thread each, so that nothing else waits for them.

Where a file lies was looked up before, on the main thread; here bytes are moved, with the standard
library's blocking sockets, which let go of the interpreter's lock.
"""

from __future__ import annotations

import contextlib
import logging
import mimetypes
import os
import re
import socket
import stat as kinds
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from render_manager.base.errors import NotFoundError, UserError
from render_manager.base.i18n import _
from render_manager.http_api.message import Head, Reply, fault, with_headers
from render_manager.http_api.pace import WINDOW, Pace
from render_manager.http_api.routes import fault_of
from render_manager.http_api.wire import head_text, written

LINGER_SECONDS = 2.0
STALL_SECONDS = WINDOW
"""How long the other side may take nothing, or send nothing."""

MOST_AT_A_TIME = 64
PIECE = 1 << 20

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """A file to send. `name` is what it is to be called; from `offset` or only the last `tail`
    bytes, if that is asked for beside the header Range."""

    path: Path
    kind: str
    name: str | None = None
    offset: int = 0
    tail: int = 0


Work = Callable[[socket.socket, Head], None]


class Movers:
    """The threads that move files."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._is_closed = False

    def start(self, taken: socket.socket, head: Head, work: Work) -> Reply | None:
        """Do the work on a thread of its own; or say why not."""
        with self._lock:
            if self._is_closed or len(self._sockets) >= MOST_AT_A_TIME:
                return fault(503, _("Too many files at a time. Try again."), **{"Retry-After": "2"})
            mine = socket.socket(fileno=taken.detach())
            self._sockets.add(mine)
        mine.setblocking(True)
        mine.settimeout(STALL_SECONDS)
        thread = threading.Thread(
            target=self._work, args=(mine, head, work), name="file mover", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the system has no thread for us
            self._end(mine)
        return None

    def close(self) -> None:
        """End what is under way; what came in half is taken away by its own thread."""
        with self._lock:
            self._is_closed = True
            for each in self._sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _work(self, mine: socket.socket, head: Head, work: Work) -> None:
        try:
            work(mine, head)
        except (OSError, TimeoutError):
            LOG.info("A file's connection ended early: %s", head.path)
        except Exception:
            LOG.critical("This is a bug: %s could not be moved", head.path, exc_info=True)
        finally:
            self._end(mine)

    def _end(self, mine: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(mine)
        with contextlib.suppress(OSError):
            mine.shutdown(socket.SHUT_RDWR)
        mine.close()


def sender(find: Callable[[], Sending]) -> Work:
    """Sends what `find` finds, on the thread; it may raise UserError."""

    def work(mine: socket.socket, head: Head) -> None:
        take_head(mine)
        try:
            send_file(mine, head, find())
        except UserError as error:
            refusal = with_headers(fault_of(error), head.back)
            mine.sendall(written(refusal, without_body=head.method == "HEAD"))

    return work


def take_head(mine: socket.socket) -> bytes:
    """Read the head, which was only looked at; returns what was read of the body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = mine.recv(1 << 16)
        if not piece:
            raise ConnectionError
        data += piece
    return data.partition(b"\r\n\r\n")[2]


def linger(mine: socket.socket) -> None:
    """Read what is still coming, for a moment: a socket that is closed with bytes unread takes the
    answer back."""
    until = time.monotonic() + LINGER_SECONDS
    with contextlib.suppress(OSError):
        mine.shutdown(socket.SHUT_WR)
        while (left := until - time.monotonic()) > 0:
            mine.settimeout(left)
            if not mine.recv(PIECE):
                return


def send_file(mine: socket.socket, head: Head, sending: Sending) -> None:
    """The file, or the part of it that is asked for, or that it is as the other side has it.

    Raises NotFoundError if it is not there.
    """
    try:
        opened = open(sending.path, "rb", opener=_open_now)  # noqa: SIM115
    except (OSError, ValueError):
        raise _not_there(sending) from None
    with opened as file:
        stat = os.fstat(file.fileno())
        if not kinds.S_ISREG(stat.st_mode):
            raise _not_there(sending)
        headers = {**_headers(sending, stat), **head.back}
        if _is_known(head.header("if-none-match"), headers["ETag"]):
            mine.sendall(head_text(304, headers))
            return
        first, end, status = _wanted(head, headers["ETag"], stat.st_size, sending)
        if status == 416:
            refusal = fault(
                416,
                _("The file has {size} bytes.").format(size=stat.st_size),
                **{"Content-Range": f"bytes */{stat.st_size}"},
            )
            mine.sendall(written(with_headers(refusal, head.back)))
            return
        if status == 206:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{stat.st_size}"
        headers["Content-Length"] = str(end - first)
        mine.sendall(head_text(status, headers))
        if head.method != "HEAD" and end > first:
            _send_part(mine, file, first, end - first)


def _open_now(path: str, flags: int) -> int:
    """A pipe in the place of a file must not make us wait for its other end."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _not_there(sending: Sending) -> NotFoundError:
    sentence = _("The file {name} is not there any more.")
    return NotFoundError(sentence.format(name=sending.path.name))


def _send_part(mine: socket.socket, file: BinaryIO, first: int, count: int) -> None:
    """By hand, as `socket.sendfile` waits anew for each byte, and moves 8 kB at a time on Windows."""
    pace = Pace()
    file.seek(first)
    while count > 0 and (piece := file.read(min(count, PIECE))):
        count -= len(piece)
        view = memoryview(piece)
        while view:
            sent = mine.send(view)
            pace.note(sent)
            view = view[sent:]


def _is_known(sent: str, etag: str) -> bool:
    """Whether If-None-Match names it; a proxy may have marked it as weak."""
    tags = {tag.strip().removeprefix("W/") for tag in sent.split(",")}
    return etag in tags or sent.strip() == "*"


def _headers(sending: Sending, stat: os.stat_result) -> dict[str, str]:
    headers = {
        "Content-Type": sending.kind,
        "ETag": f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"',
        "Last-Modified": formatdate(stat.st_mtime, usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
    if sending.name is not None:
        plain = re.sub(r'[^ -~]|["\\%]', "_", sending.name)
        said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(sending.name, safe='')}"
        headers["Content-Disposition"] = said
    return headers


def _wanted(head: Head, etag: str, size: int, sending: Sending) -> tuple[int, int, int]:
    """First byte, the one behind the last, and the status."""
    base = max(0, size - sending.tail) if sending.tail else min(sending.offset, size)
    match = _RANGE.fullmatch(head.header("range")) if head.method == "GET" else None
    if base or match is None or head.header("if-range") not in ("", etag):
        return base, size, 200
    first, last = match.groups()
    if not first and not last:
        return 0, size, 200
    if not first:
        return (max(0, size - int(last)), size, 206) if int(last) and size else (0, 0, 416)
    if int(first) >= size:
        return 0, 0, 416
    end = min(int(last) + 1, size) if last else size
    return (int(first), end, 206) if end > int(first) else (0, size, 200)


def kind_of(path: Path) -> str:
    """The media type of a frame's file."""
    own = {".exr": "image/x-exr", ".dpx": "image/x-dpx", ".hdr": "image/vnd.radiance"}
    guessed = mimetypes.guess_type(path.name)[0]
    return own.get(path.suffix.lower()) or guessed or "application/octet-stream"


def leftovers(folder: Path) -> Iterator[Path]:
    """What uploads left half when the program was ended."""
    with contextlib.suppress(OSError):
        yield from folder.glob(".part-*")
