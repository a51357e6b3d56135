"""Scenes and archives that come in: to disk under a name that is not theirs, whole or not at all."""

from __future__ import annotations

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import Any

import h11
from python_multipart.multipart import MultipartParser, parse_options_header

from render_manager.base.errors import UserError
from render_manager.base.file_names import plain_name
from render_manager.base.i18n import _
from render_manager.base.sizes import bytes_text
from render_manager.http_api.files import PIECE, Work, linger, take_head
from render_manager.http_api.message import Head, Reply, as_json, fault, utf8, with_headers
from render_manager.http_api.pace import Pace
from render_manager.http_api.routes import fault_of
from render_manager.http_api.unpack import is_archive, scenes_in, unpack
from render_manager.http_api.wire import written

LARGEST = 200 * 1000**3
SPARE = 500 * 1000**2
"""Bytes that stay free on the disk."""

LOOK_AGAIN = 256 * 1000**2
"""Bytes after which it is looked anew how much room there is: others write to the disk too."""

"""Bytes; most file systems take 255, and folders get a number."""

MOST_ASIDE = 1 << 20
"""Bytes of a form that are not the file."""


class TooLargeError(UserError):
    """There is no room for it."""


def receiver(folder: Path, suffixes: tuple[str, ...]) -> Work:
    """Takes a file into a new folder below `folder`; `suffixes` are those of scenes."""

    def work(mine: socket.socket, head: Head) -> None:
        part = folder / f".part-{uuid.uuid4().hex}"
        try:
            reply = _receive(mine, head, part, suffixes)
        except TooLargeError as error:
            reply = fault(413, str(error))
        except UserError as error:
            reply = fault_of(error)
        except h11.RemoteProtocolError as error:
            reply = fault(400, _("The request is broken: {why}.").format(why=error))
        except TimeoutError:
            reply = fault(408, _("The upload stood still for too long."))
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            sentence = _("The upload cannot be kept ({why}). Make room, or change UPLOAD_DIR.")
            reply = fault(507, sentence.format(why=error.strerror or error))
        finally:
            shutil.rmtree(part, ignore_errors=True)
        mine.sendall(written(with_headers(reply, head.back)))
        linger(mine)

    return work


def _receive(mine: socket.socket, head: Head, part: Path, suffixes: tuple[str, ...]) -> Reply:
    _check_length(head, part.parent)
    part.mkdir(parents=True)
    name = _take_body(mine, head, part / "upload")
    size = (part / "upload").stat().st_size
    if is_archive(name):
        unpack(part / "upload", part / "out", _room(part))
        home = _settle(part / "out", part.parent, Path(name).stem.removesuffix(".tar"))
        return _said(home, size, scenes_in(home, suffixes))
    (part / "out").mkdir()
    (part / "upload").rename(part / "out" / name)
    home = _settle(part / "out", part.parent, Path(name).stem)
    return _said(home / name, size, [str(home / name)] if name.lower().endswith(suffixes) else [])


def _said(path: Path, size: int, scenes: list[str]) -> Reply:
    return as_json({"path": str(path), "size": size, "scenes": scenes}, 201)


def _settle(made: Path, folder: Path, stem: str) -> Path:
    """Give it its place, which no upload has yet."""
    stem = stem.strip(" .") or "upload"
    for number in range(1, 100_000):
        home = folder / (stem if number == 1 else f"{stem}_{number}")
        if os.path.lexists(home):
            continue
        try:
            made.rename(home)
        except OSError:
            if os.path.lexists(home):  # another upload was faster
                continue
            raise
        return home
    raise UserError(_("Too many uploads are called {name}.").format(name=stem))


def _check_length(head: Head, folder: Path) -> None:
    length = int(head.header("content-length") or 0)
    if length > LARGEST:
        raise TooLargeError(
            _("An upload may have {size} at most.").format(size=bytes_text(LARGEST))
        )
    folder.mkdir(parents=True, exist_ok=True)
    if length > _room(folder):
        raise TooLargeError(_("There is no room on the disk for so large an upload."))


def _room(folder: Path) -> int:
    return max(0, shutil.disk_usage(folder).free - SPARE)


# --- the body -------------------------------------------------------------------------------------


def _take_body(mine: socket.socket, head: Head, target: Path) -> str:
    """Write the file to `target`; returns the name that it is to have."""
    kind, options = parse_options_header(head.header("content-type"))
    if not head.has_body:
        raise UserError(_("There is no file in the request."), field="file")
    is_form = kind == b"multipart/form-data"
    name = "" if is_form else _plain_name(_name_beside(head))
    with target.open("wb", buffering=0) as file:
        out = _Room(file, target.parent)
        if not is_form:
            out.write_all(_pieces(mine, head))
            return name
        form = _Form(options.get(b"boundary", b""), out)
        for piece in _pieces(mine, head):
            form.feed(piece)
        return form.name_of_whole()


def _name_beside(head: Head) -> str:
    """What a file is to be called that is no part of a form. Raises UserError."""
    try:
        name = head.query.get("name") or utf8(head.header("x-file-name"))
    except ValueError:
        name = ""
    if not name:
        raise UserError(
            _("Send a form with the field “file”, or say what it is called: ?name=shot.blend"),
            field="file",
        )
    return name


TELLING = ("content-length", "transfer-encoding", "expect")


def _pieces(mine: socket.socket, head: Head) -> Iterator[bytes]:
    """The body, as it comes, however its length is told."""
    connection, pace = h11.Connection(h11.SERVER), Pace()
    # only what matters for the body: names as curl sends them would not be taken
    told = [f"{name}: {head.header(name)}" for name in TELLING if name in head.headers]
    start = "\r\n".join(["POST / HTTP/1.1", "Host: here", *told, "", ""])
    connection.receive_data(start.encode("latin-1") + take_head(mine))
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                mine.sendall(connection.send(go_on) or b"")
            data = mine.recv(PIECE)
            pace.note(len(data))
            connection.receive_data(data)
        elif isinstance(event, h11.Data):
            yield bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            return
        elif not isinstance(event, h11.Request):
            raise ConnectionError


class _Room:
    """Writes as long as there is room."""

    def __init__(self, file: RawIOBase, folder: Path) -> None:
        self._file = file
        self._folder = folder
        self._left = LARGEST
        self._until_look = 0

    def write(self, data: bytes) -> None:
        self._left -= len(data)
        self._until_look -= len(data)
        if self._until_look < 0:
            self._until_look = LOOK_AGAIN
            room = _room(self._folder)
            self._left = min(self._left, room)
        if self._left < 0:
            raise TooLargeError(_("There is no room on the disk for so large an upload."))
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) or 0 :]

    def write_all(self, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            self.write(piece)


class _Form:
    """A form in parts; the field “file” goes to the disk, others are passed over."""

    def __init__(self, boundary: bytes, out: _Room) -> None:
        self._out = out
        self._aside = 0
        self._name: str | None = None
        self._field = self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._is_file = self._is_whole = False
        callbacks: dict[str, Any] = {
            "on_part_begin": self._headers.clear,
            "on_header_field": self._take_field,
            "on_header_value": self._take_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_part,
            "on_part_data": self._take_data,
            "on_part_end": self._end_part,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]
        except Exception as error:
            raise _no_form() from error

    def feed(self, data: bytes) -> None:
        try:
            self._parser.write(data)
        except (ValueError, IndexError) as error:
            raise _no_form() from error

    def name_of_whole(self) -> str:
        """Raises UserError if there was none."""
        if self._name is None or not self._is_whole:
            raise _no_form()
        return self._name

    def _take_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def _begin_part(self) -> None:
        _kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        is_first = self._name is None
        self._is_file = is_first and options.get(b"name") == b"file" and b"filename" in options
        if self._is_file:
            # at once, before anything is sent for nothing
            self._name = _plain_name(options[b"filename"].decode("utf-8", "replace"))

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._out.write(data[start:end])
            return
        self._aside += end - start
        if self._aside > MOST_ASIDE:
            raise _no_form()

    def _end_part(self) -> None:
        self._is_whole |= self._is_file
        self._is_file = False


def _no_form() -> UserError:
    return UserError(_("Send a form with the field “file”."), field="file")


def _plain_name(name: str) -> str:
    """A file's name and nothing else, fit for every system. Raises UserError."""
    plain = plain_name(name)
    if not plain:
        raise UserError(_("“{name}” cannot be the name of a file.").format(name=name), field="file")
    return plain
