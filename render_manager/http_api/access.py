"""The token of this server, and the names that it may be called by."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import data_home
from render_manager.base.settings import Settings
from render_manager.http_api.guard import LOOPBACK_NAMES, Guard, host_name, is_loopback


def token_file() -> Path:
    """Where the token lies that was made at random; only the user can read it."""
    return data_home() / "api-token"


def token_of(settings: Settings) -> str:
    """What others have to show: as set, else made once and kept. Raises UserError."""
    if settings.api_token is not None:
        return settings.api_token
    file = token_file()
    try:
        return file.read_text("ascii").strip() or _make_token(file)
    except FileNotFoundError:
        return _make_token(file)
    except (OSError, ValueError) as error:
        raise _unusable(file, error) from None


def guard_of(settings: Settings) -> Guard:
    """Who may ask. Raises UserError where nobody would have to show a token from the network."""
    if settings.api_auth == "none":
        if not is_loopback(settings.api_host):
            raise UserError(
                _(
                    "Without a token Render Manager listens to this computer alone. Set API_AUTH to "
                    "token, or API_HOST to 127.0.0.1."
                ),
                field="API_AUTH",
            )
        return Guard(None, secrets.token_urlsafe(32))
    origins = frozenset(settings.api_allowed_origins)
    named = {host_name(urlsplit(origin).netloc) for origin in origins}
    hosts = LOOPBACK_NAMES | _names(settings.api_host) | named
    return Guard(token_of(settings), secrets.token_urlsafe(32), hosts, origins)


def _names(host: str) -> frozenset[str]:
    """Its own address; where it listens on all, every address and name of this machine."""
    if is_loopback(host):
        return frozenset()
    if host not in ("0.0.0.0", "::"):
        return frozenset({host.lower()})
    addresses = {
        each.address.partition("%")[0].lower()
        for card in psutil.net_if_addrs().values()
        for each in card
        if each.family in (socket.AF_INET, socket.AF_INET6)
    }
    name = socket.gethostname().lower()
    return frozenset({*addresses, name, f"{name}.local", socket.getfqdn().lower()})


def write_secret(file: Path, text: str) -> None:
    """A file that only the user can read, whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as out:
        out.write(text)
    new.replace(file)


def _make_token(file: Path) -> str:
    token = secrets.token_urlsafe(32)
    try:
        write_secret(file, token)
    except OSError as error:
        raise _unusable(file, error) from None
    return token


def _unusable(file: Path, error: Exception) -> UserError:
    why = getattr(error, "strerror", None) or error
    sentence = _("The token in {file} cannot be used ({why}). Delete the file, or set API_TOKEN.")
    return UserError(sentence.format(file=file, why=why), field="API_TOKEN")
