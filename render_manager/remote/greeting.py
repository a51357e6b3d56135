"""The first words with another machine: whether it is one of ours and lets us in."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from render_manager import __version__
from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.client import ApiError, Client, NoAnswerError
from render_manager.remote.asking import user_error
from render_manager.remote.bounded import Bounds

PATIENCE = 5.0
"""Seconds that each step of the first answer may take."""

GREETING_SECONDS = 15.0
"""The whole of it."""

REACH_SECONDS = 3.0

LONGEST_VERSION = 40

NOT_THERE = 404


@dataclass(frozen=True, slots=True)
class There:
    """Where it is, what opens it, and how it answered."""

    url: str
    token: str | None
    is_here: bool
    """Whether it is this user's own on this very computer, so that both see the same files."""
    version: str
    settings: dict[str, Any]
    token_of_now: Callable[[], str | None]
    """What opens it after it was started again."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        return urlsplit(self.url).netloc

    def client(self, seconds: float) -> KeyedClient:
        return _client(self.url, self.token, self.is_here, seconds)


class KeyedClient(Client):
    """One that can be given another token, and bears with a server that means us no good."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bounds = Bounds(self._http)

    def within(self, seconds: float) -> contextlib.AbstractContextManager[None]:
        """Raises NoAnswerError in it where it takes longer in all."""
        return self._bounds.within(seconds)

    def end(self) -> None:
        """Ask no more, and have what is under way fail at once. For any thread."""
        self._bounds.end()

    def reach_within(self, seconds: float) -> None:
        """How long it may take to be reached at all; its answers may take longer."""
        timeout = self._http.timeout
        self._http.timeout = httpx.Timeout(timeout.read, connect=seconds)

    def use(self, token: str | None) -> None:
        self._http.headers["Authorization"] = f"Bearer {token or ''}"


def greet(
    url: str,
    token: str | None,
    *,
    is_here: bool,
    token_of_now: Callable[[], str | None] | None = None,
) -> There:
    """Raises UserError with a sentence if there is nobody, nobody of ours, or no admittance."""
    # Else each thumbnail would be a line in the program's log.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        with _client(url, token, is_here, PATIENCE) as client, client.within(GREETING_SECONDS):
            version = _version(client, url)
            settings = _settings(client, url, version)
            return There(url, token, is_here, version, settings, token_of_now or (lambda: token))
    except ApiError as error:
        raise user_error(error) from None


def other_version(name: str, version: str) -> str:
    """A sentence for two that do not understand each other."""
    return _(
        "{name} has Render Manager {there}, this is {here}: they do not understand each other. "
        "Update the older one."
    ).format(name=name, there=version, here=__version__)


def _client(url: str, token: str | None, is_here: bool, seconds: float) -> KeyedClient:
    # With a transport of its own no proxy is asked for this very computer.
    transport = httpx.HTTPTransport() if is_here else None
    client = KeyedClient(url, token, timeout=seconds, transport=transport)
    client.reach_within(min(seconds, REACH_SECONDS))
    return client


def _version(client: Client, url: str) -> str:
    try:
        return str(client.health()["version"])[:LONGEST_VERSION]
    except NoAnswerError:
        raise
    except (ApiError, KeyError, TypeError):
        sentence = _("What answers at {url} is no Render Manager. Check the address and the port.")
        raise UserError(sentence.format(url=url)) from None


def _settings(client: Client, url: str, version: str) -> dict[str, Any]:
    try:
        return {**client.settings()["settings"]}
    except ApiError as error:
        if error.status != NOT_THERE:
            raise
    except (KeyError, TypeError):
        pass
    raise UserError(other_version(url, version))
