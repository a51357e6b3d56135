"""Answers whoever comes while the HTTP door is open."""

from __future__ import annotations

import logging
import shutil
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QHostAddress, QHostInfo

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.touched import Touched
from render_manager.http_api import pages
from render_manager.http_api.desk import Desk
from render_manager.http_api.events import Events
from render_manager.http_api.files import Movers, leftovers
from render_manager.http_api.finding import work_for
from render_manager.http_api.guard import COOKIE, Guard, cookie_value, needs_token
from render_manager.http_api.http_side import HttpSide
from render_manager.http_api.listener import Listener
from render_manager.http_api.message import CHANGING, Head, Reply, Request, fault, with_headers
from render_manager.http_api.pairings import Pairings
from render_manager.http_api.routes import answer, fault_of, find, is_streamed

if TYPE_CHECKING:
    from render_manager.service.ends.ends import Ends
    from render_manager.service.task_service import TaskService

LOG = logging.getLogger(__name__)

EVENTS = "/api/events"


class Reception(QObject):
    """Listens from when it is made until it is closed. Raises UserError if it cannot."""

    counted = Signal()
    """Somebody came to follow the events, or went."""

    def __init__(
        self, service: TaskService, ends: Ends | None, guard: Guard, pairings: Pairings
    ) -> None:
        super().__init__()
        settings = service.settings
        self._desk = Desk(service, ends=ends)
        self._guard = guard
        self._pairings = pairings
        self._is_closed = False
        for half in leftovers(settings.upload_dir):
            shutil.rmtree(half, ignore_errors=True)
        self._movers = Movers()
        self._listener = _listener(settings, Listener(self._answer_at_once, self._serve))
        self._http = HttpSide(self._listener, self._answer, self)
        self._events = Events(self._desk, self)
        self._events.counted.connect(lambda _count: self.counted.emit())

    @property
    def port(self) -> int:
        return self._listener.serverPort()

    @property
    def listeners(self) -> list[str]:
        """The addresses of those who follow the events."""
        return [client.address for client in self._events.clients]

    def tell(self, touched: Touched) -> None:
        """Something changed."""
        self._desk.changed(touched)
        self._events.tell(touched)

    def close(self) -> None:
        """Be gone when this returns."""
        self._is_closed = True
        self._movers.close()
        self._listener.stop()
        for part in (self._events, self._http):
            part.close()
            # at once and in this order: left to the collection of garbage it hung the program's end
            shiboken6.delete(part)

    # --- answering ----------------------------------------------------------------------------

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
        if self._is_closed:
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
        if not self._pairings.use(code):
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


def _listener(settings: Settings, listener: Listener) -> Listener:
    """It, listening. Raises UserError."""
    host, port = settings.api_host, settings.api_port
    if not listener.listen(_address(host), port):
        raise UserError(
            _(
                "Port {port} of {host} cannot be listened on ({why}). Choose another API_PORT."
            ).format(port=port, host=host, why=listener.errorString()),
            field="API_PORT",
        )
    return listener


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
