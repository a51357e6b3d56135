"""Finding the Render Manager that is meant, and saying in a sentence why it cannot be asked."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

import httpx
import typer

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import address_file
from render_manager.client import ApiError, Client, NoAnswerError
from render_manager.client.wire import base_url, is_this_computer

FAILED, WRONG_USE = 1, 2

_NOT_LET = frozenset({0, 400, 401, 403, 413, 422})
"""What the one who asks has to mend; 0 is an address that is none."""


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    token: str | None
    is_here: bool
    """Whether it is that of the user's own on this computer."""


@contextlib.contextmanager
def connected(server: str | None, token: str | None) -> Iterator[Client]:
    """A client of the server that is named, or of the one that runs here.

    Raises UserError if nobody answers, and ends the command where the server refuses.
    """
    # Else each look of `watch` would be a line in the program's log.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        address = address_of(server, token)
        # With a transport of its own no proxy is asked for this very computer.
        transport = httpx.HTTPTransport() if address.is_here else None
        with Client(address.url, address.token, transport=transport) as client:
            yield client
    except NoAnswerError as error:
        raise UserError(_no_answer(error)) from None
    except ApiError as error:
        fail(error)


def address_of(server: str | None, token: str | None) -> Address:
    """Raises UserError if none is named and none runs here."""
    own = _own()
    if server is None:
        if own is None:
            raise UserError(
                _(
                    "No Render Manager was found on this computer that takes commands. Start one with "
                    "“render-manager serve”, switch on API_ENABLED in the settings of the window, or "
                    "name another computer with --server."
                )
            )
        return own if token is None else Address(own.url, token, is_here=True)
    try:
        url = base_url(server)
    except ApiError:
        sentence = _("“{url}” is no address. Write it like http://127.0.0.1:8787.")
        raise UserError(sentence.format(url=server)) from None
    if own is not None and _is_same(own.url, url):
        return own if token is None else Address(url, token, is_here=True)
    return Address(url, token, is_here=False)


def _own() -> Address | None:
    """What the one that runs here has written down."""
    try:
        said = json.loads(address_file().read_text("utf-8"))
        return Address(str(said["url"]), str(said["key"]), is_here=True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_same(own: str, url: str) -> bool:
    """Also if this computer is called by another of its names for itself."""
    if is_this_computer(own) and is_this_computer(url):
        return urlsplit(own).port == urlsplit(url).port
    return own == url


def fail(error: ApiError) -> NoReturn:
    """Say why, and end the command."""
    say(sentence_of(error))
    raise typer.Exit(WRONG_USE if error.status in _NOT_LET else FAILED)


def sentence_of(error: ApiError) -> str:
    if error.status == 401:
        return _(
            "The server does not know this token. Give its own with --token or RENDER_MANAGER_TOKEN: it "
            "is in the file api-token of its data folder."
        )
    return error.detail


def _no_answer(error: NoAnswerError) -> str:
    return _(
        "Render Manager does not answer at {url} ({why}). See that it runs there, and that its API is "
        "switched on."
    ).format(url=error.url, why=error.why)


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
