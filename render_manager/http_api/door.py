"""The HTTP door: opened and shut as the settings say, with or without a window."""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from render_manager.base.errors import UserError
from render_manager.base.paths import address_file
from render_manager.domain.touched import Touched
from render_manager.http_api.access import guard_of, write_secret
from render_manager.http_api.guard import Guard, is_loopback
from render_manager.http_api.pairings import Pairings

if TYPE_CHECKING:
    from render_manager.http_api.reception import Reception
    from render_manager.service.ends.ends import Ends
    from render_manager.service.task_service import TaskService

LOG = logging.getLogger(__name__)

WHERE = frozenset(
    {"api_enabled", "api_host", "api_port", "api_token", "api_auth", "api_allowed_origins"}
)
"""The settings that need the door to be opened anew."""


class HttpDoor(QObject):
    """Listens while API_ENABLED says so, or always if it `must`. All that answers is imported when it
    is opened, as a window that nobody else is to use starts faster without."""

    changed = Signal()
    """It was opened or shut, or somebody came or went."""
    noticed = Signal(str)
    """A sentence for the user: why it cannot listen."""

    def __init__(
        self,
        service: TaskService,
        ends: Ends | None = None,
        *,
        must: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._ends = ends
        self._must = must
        self._guard = Guard(None)
        self._pairings = Pairings()
        self._reception: Reception | None = None
        service.changed.connect(self._tell)
        service.settings_changed.connect(self._heed)

    # --- what a window or a command asks ------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self._reception is not None

    @property
    def is_beyond(self) -> bool:
        """Whether other computers can reach it."""
        return self.is_open and not is_loopback(self._service.settings.api_host)

    @property
    def url(self) -> str:
        """Where it is reached; of a server that listens everywhere, on this machine."""
        host = self._service.settings.api_host
        host = "127.0.0.1" if host in ("0.0.0.0", "::", "localhost") else host
        port = self._reception.port if self._reception else 0
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def token(self) -> str | None:
        """What others have to show; None where nobody has to, or it is shut."""
        return self._guard.token

    @property
    def listeners(self) -> list[str]:
        """The addresses of those who follow the events."""
        return self._reception.listeners if self._reception else []

    def pairing_link(self) -> str:
        """A link that lets one browser in, once, within ten minutes."""
        return f"{self.url}/pair/{self._pairings.new()}"

    # --- opening and shutting -----------------------------------------------------------------

    def open(self) -> None:
        """Listen, if the settings say so. Raises UserError if it cannot be."""
        settings = self._service.settings
        if self.is_open or not (settings.api_enabled or self._must):
            return
        from render_manager.http_api.reception import Reception

        self._guard = guard_of(settings)
        self._reception = Reception(self._service, self._ends, self._guard, self._pairings)
        self._reception.counted.connect(self.changed)
        _write_address(self.url, self._guard.owner_key)
        self.changed.emit()

    def close(self) -> None:
        if self._reception is None:
            return
        address_file().unlink(missing_ok=True)
        reception, self._reception = self._reception, None
        reception.close()
        self.changed.emit()

    def _heed(self, names: frozenset[str]) -> None:
        if not WHERE & names:
            return
        self.close()
        try:
            self.open()
        except UserError as error:
            self.noticed.emit(str(error))

    def _tell(self, touched: Touched) -> None:
        if self._reception is not None:
            self._reception.tell(touched)


def _write_address(url: str, key: str) -> None:
    try:
        write_secret(address_file(), json.dumps({"url": url, "key": key, "pid": os.getpid()}))
    except OSError as error:
        LOG.warning("The address cannot be written down: %s", error)
