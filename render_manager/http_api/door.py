"""The HTTP door: opened and shut as the settings say, with or without a window."""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import socket
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QHostAddress, QHostInfo

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import address_file
from render_manager.domain.touched import Touched
from render_manager.http_api import pages
from render_manager.http_api.access import guard_of, write_secret
from render_manager.http_api.desk import Desk
from render_manager.http_api.files import Movers, leftovers
from render_manager.http_api.finding import work_for
from render_manager.http_api.guard import COOKIE, Guard, cookie_value, is_loopback, needs_token
from render_manager.http_api.message import CHANGING, Head, Reply, Request, fault, with_headers
from render_manager.http_api.routes import answer, fault_of, find, is_streamed

if TYPE_CHECKING:
    from render_manager.http_api.events import Events
    from render_manager.http_api.http_side import HttpSide
    from render_manager.http_api.listener import Listener
    from render_manager.service.task_service import TaskService

LOG = logging.getLogger(__name__)

WHERE = frozenset(
    {"api_enabled", "api_host", "api_port", "api_token", "api_auth", "api_allowed_origins"}
)
"""The settings that need the door to be opened anew."""

PAIRING_SECONDS = 600

EVENTS = "/api/events"


class HttpDoor(QObject):
    """Listens while API_ENABLED says so, or always if it `must`."""

    changed = Signal()
    """It was opened or shut, or somebody came or went."""
    noticed = Signal(str)
    """A sentence for the user: why it cannot listen."""

    def __init__(
        self, service: TaskService, *, must: bool = False, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._must = must
        self._desk = Desk(service)
        self._guard = Guard(None)
        self._listener: Listener | None = None
        self._http: HttpSide | None = None
        self._events: Events | None = None
        self._movers = Movers()
        self._pairings: dict[str, float] = {}
        service.changed.connect(self._tell)
        service.settings_changed.connect(self._heed)

    # --- what a window or a command asks ------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self._listener is not None

    @property
    def is_beyond(self) -> bool:
        """Whether other computers can reach it."""
        return self.is_open and not is_loopback(self._service.settings.api_host)

    @property
    def url(self) -> str:
        """Where it is reached; of a server that listens everywhere, on this machine."""
        host = self._service.settings.api_host
        host = "127.0.0.1" if host in ("0.0.0.0", "::", "localhost") else host
        port = self._listener.serverPort() if self._listener else 0
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def token(self) -> str | None:
        """What others have to show; None where nobody has to, or it is shut."""
        return self._guard.token

    @property
    def listeners(self) -> list[str]:
        """The addresses of those who follow the events."""
        return [client.address for client in self._events.clients] if self._events else []

    def pairing_link(self) -> str:
        """A link that lets one browser in, once, within ten minutes."""
        now = time.monotonic()
        self._pairings = {code: until for code, until in self._pairings.items() if until > now}
        code = secrets.token_urlsafe(16)
        self._pairings[code] = now + PAIRING_SECONDS
        return f"{self.url}/pair/{code}"

    # --- opening and shutting -----------------------------------------------------------------

    def open(self) -> None:
        """Listen, if the settings say so. Raises UserError if it cannot be."""
        settings = self._service.settings
        if self.is_open or not (settings.api_enabled or self._must):
            return
        # a window that nobody else is to use starts without them
        from render_manager.http_api.events import Events
        from render_manager.http_api.http_side import HttpSide
        from render_manager.http_api.listener import Listener

        self._guard = guard_of(settings)
        for half in leftovers(settings.upload_dir):
            shutil.rmtree(half, ignore_errors=True)
        listener = Listener(self._answer_at_once, self._serve)  # QtHttpServer takes it over
        if not listener.listen(_address(settings.api_host), settings.api_port):
            why = listener.errorString()
            raise UserError(
                _(
                    "Port {port} of {host} cannot be listened on ({why}). Choose another API_PORT."
                ).format(port=settings.api_port, host=settings.api_host, why=why),
                field="API_PORT",
            )
        self._listener = listener
        self._http = HttpSide(listener, self._answer, self)
        self._events = Events(self._desk, self)
        self._events.counted.connect(lambda _count: self.changed.emit())
        _write_address(self.url, self._guard.owner_key)
        self.changed.emit()

    def close(self) -> None:
        if self._listener is None or self._http is None or self._events is None:
            return
        address_file().unlink(missing_ok=True)
        self._movers.close()
        self._movers = Movers()
        self._listener.stop()
        parts: tuple[Events | HttpSide, ...] = (self._events, self._http)
        self._listener = self._http = self._events = None
        for part in parts:
            part.close()
            # at once and in this order: left to the collection of garbage it hung the program's end
            shiboken6.delete(part)
        self.changed.emit()

    def _heed(self, names: frozenset[str]) -> None:
        if not WHERE & names:
            return
        self.close()
        try:
            self.open()
        except UserError as error:
            self.noticed.emit(str(error))

    # --- serving ------------------------------------------------------------------------------

    def _tell(self, touched: Touched) -> None:
        self._desk.changed(touched)
        if self._events is not None:
            self._events.tell(touched)

    def _answer_at_once(self, head: Head) -> Reply | None:
        """A refusal, or what is read from memory; None if the connection is for somebody else."""
        if (allowed := self._guard.to_preflight(head)) is not None:
            return allowed
        is_open = not needs_token(head.path)
        if (refusal := self._guard.refusal(head, needs_token=not is_open)) is not None:
            return with_headers(refusal, self._guard.for_page_of(head))
        if is_open and head.has_body:
            # nobody without the token may keep a place by sending slowly
            return fault(413, _("Nothing is to be sent here."))
        if head.method in CHANGING or head.path == EVENTS or is_streamed(head):
            return None
        return self._answer(Request(head))

    def _serve(self, taken: socket.socket, head: Head) -> Reply | None:
        """Give a connection to whoever serves what is asked for."""
        head = replace(head, back=self._guard.for_page_of(head))
        reply = self._serve_well(taken, head)
        return None if reply is None else with_headers(reply, head.back)

    def _serve_well(self, taken: socket.socket, head: Head) -> Reply | None:
        if self._http is None or self._events is None:
            return fault(503, "Shutting down.")
        if head.path == EVENTS:
            return self._events.serve(taken, head)
        found = find(head)
        if isinstance(found, Reply) or not found[0].streams:
            return self._http.serve(taken, head)
        try:
            work = work_for(self._desk, found[0], head, found[1])
        except UserError as error:
            return fault_of(error)
        return self._movers.start(taken, head, work)

    def _answer(self, request: Request) -> Reply:
        try:
            return with_headers(self._answer_well(request), self._guard.for_page_of(request.head))
        except Exception:
            LOG.critical("This is a bug", exc_info=True)
            return fault(
                500, _("Something went wrong that should not. It is written down in the log.")
            )

    def _answer_well(self, request: Request) -> Reply:
        head = request.head
        if head.path == "/pair" and head.method == "POST":
            return self._guard.refusal(head) or Reply(204, headers=self._cookie())
        if head.path.startswith("/pair/"):
            return self._pair(head.path.removeprefix("/pair/"))
        if not head.path.startswith("/api/"):
            return pages.page(head)
        return answer(self._desk, request, is_owner=self._guard.is_owner(head))

    def _pair(self, code: str) -> Reply:
        until = self._pairings.pop(code, 0.0)
        if until < time.monotonic():
            return fault(
                403, _("This link was used, or is too old. Ask Render Manager for another.")
            )
        return Reply(303, headers={"Location": "/", **self._cookie()})

    def _cookie(self) -> dict[str, str]:
        """The header that a browser is known by from then on."""
        if self._guard.token is None:
            return {}
        value = cookie_value(self._guard.token)
        return {
            "Set-Cookie": f"{COOKIE}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000"
        }


def _address(host: str) -> QHostAddress:
    """Raises UserError for a name that is no address of anything."""
    address = QHostAddress("127.0.0.1" if host == "localhost" else host)
    if not address.isNull():
        return address
    found = QHostInfo.fromName(host).addresses()
    if not found:
        raise UserError(
            _(
                "“{host}” is no address. Set API_HOST to 127.0.0.1, 0.0.0.0 or one of this computer."
            ).format(host=host),
            field="API_HOST",
        )
    return found[0]


def _write_address(url: str, key: str) -> None:
    try:
        write_secret(address_file(), json.dumps({"url": url, "key": key, "pid": os.getpid()}))
    except OSError as error:
        LOG.warning("The address cannot be written down: %s", error)
