"""What both clients share of HTTP: addresses, requests, and what a reply says."""

from __future__ import annotations

import contextlib
import inspect
import ipaddress
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import httpx

from render_manager.client.asks import Ask
from render_manager.client.errors import ApiError, NoAnswerError, error_of
from render_manager.client.saving import Progress

ENDED = frozenset({"completed", "failed", "cancelled"})
"""The states in which a task stays."""

UPLOAD_SECONDS = 600.0
"""How long the server may unpack an archive."""

NOT_SENT = (
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ConnectError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    httpx.ProxyError,
)
"""Of what goes wrong, that which does so before anything was asked for."""


def base_url(url: str) -> str:
    """With http:// if it has none. Raises ApiError for what is no address."""
    full = url.strip() if "://" in url else f"http://{url.strip()}"
    try:
        parts = urlsplit(full)
        _port = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ApiError(0, f"“{url}” is no address. Write it like http://127.0.0.1:8787.", "url")
    return full.rstrip("/")


def settings_of(url: str, token: str | None, timeout: float) -> dict[str, Any]:
    """The arguments of httpx's clients. A proxy is not asked for this very computer."""
    if token is not None and not (token.isascii() and token.isprintable()):
        raise ApiError(0, "The token has characters that no token has.", "token")
    return {
        "base_url": url,
        "headers": {"Authorization": f"Bearer {token}"} if token else {},
        "timeout": timeout,
        "trust_env": not is_this_computer(url),
    }


def is_this_computer(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def request_of(ask: Ask[Any]) -> dict[str, Any]:
    """The arguments of httpx's `request`."""
    asked: dict[str, Any] = {"method": ask.method, "url": ask.target, "params": dict(ask.query)}
    return asked if ask.body is None else asked | {"json": dict(ask.body)}


def result_of(ask: Ask[Any], reply: httpx.Response) -> Any:
    """What a reply that was read says. Raises ApiError."""
    check(reply)
    if ask.kind == "bytes":
        return reply.content
    if ask.kind == "text":
        return reply.content.decode("utf-8", "replace")
    if reply.status_code == 204:
        return None
    try:
        return reply.json()
    except ValueError:
        raise ApiError(
            reply.status_code, "The answer is no JSON: this is no Render Manager."
        ) from None


def check(reply: httpx.Response) -> None:
    """Raises ApiError for what is no success; its body must have been read."""
    if not reply.is_success:
        raise error_of(reply.status_code, reply.content)


@contextlib.contextmanager
def in_words(url: str, ask: Ask[Any] | None = None) -> Iterator[None]:
    """Raises NoAnswerError for what httpx raises when `ask` is asked."""
    changes = ask is not None and ask.method != "GET"
    try:
        yield
    except httpx.TimeoutException as error:
        is_sent = changes and not isinstance(error, NOT_SENT)
        raise NoAnswerError(url, "it takes too long", may_be_done=is_sent) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = str(error) or type(error).__name__
        is_sent = changes and not isinstance(error, NOT_SENT)
        raise NoAnswerError(url, why, may_be_done=is_sent) from error


class Counted:
    """A file that says how much of it was read."""

    def __init__(self, file: BinaryIO, size: int, progress: Progress | None) -> None:
        self._file = file
        self._size = size
        self._done = 0
        self._progress = progress

    def read(self, most: int = -1) -> bytes:
        data = self._file.read(most)
        self._done += len(data)
        if data and self._progress is not None:
            self._progress(self._done, self._size)
        return data

    def seek(self, to: int, whence: int = 0) -> int:
        if to == 0 and whence == 0:
            self._done = 0
        return self._file.seek(to, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()


@contextlib.contextmanager
def form_of(path: str | Path, progress: Progress | None) -> Iterator[dict[str, Any]]:
    """The arguments that upload a file, piece by piece. Raises OSError."""
    source = Path(path)
    with source.open("rb") as file:
        counted = Counted(file, source.stat().st_size, progress)
        yield {
            "files": {"file": (source.name, counted, "application/octet-stream")},
            "timeout": httpx.Timeout(20.0, read=UPLOAD_SECONDS, write=60.0),
        }


def named_after(method: Any, ask: Callable[..., Any]) -> Any:
    """The method with name, words and arguments of what it asks, for help() and editors."""
    named: Any = wraps(ask)(method)
    wanted = inspect.signature(ask)
    mine = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    inner = str(wanted.return_annotation).removeprefix("Ask[").removesuffix("]")
    named.__signature__ = wanted.replace(
        parameters=[mine, *wanted.parameters.values()], return_annotation=inner
    )
    return named
