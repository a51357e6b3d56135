"""A reply as it goes over the wire, where QtHttpServer does not write it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus

from render_manager.http_api.message import Reply

SAFETY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""With every reply."""

CLOSE: Mapping[str, str] = {"Connection": "close"}
"""With every reply that is the last of its connection."""

WITHOUT_BODY = frozenset({204, 304})
"""What has none, and so no length: that of a 304 would be the length of what is known already."""


def head_text(status: int, headers: Mapping[str, str]) -> bytes:
    """The head of a connection's last reply, with the empty line behind it."""
    return _lines(status, {**CLOSE, **headers}) + b"\r\n"


def written(reply: Reply, *, without_body: bool = False, is_last: bool = True) -> bytes:
    """The whole reply; after the last one the connection is closed."""
    head = _head(reply.status, reply.kind, tuple(reply.headers.items()), is_last)
    if reply.status in WITHOUT_BODY:
        return head + b"\r\n"
    body = b"" if without_body else reply.body
    return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(reply.body), body)


@lru_cache(maxsize=256)
def _head(status: int, kind: str, more: tuple[tuple[str, str], ...], is_last: bool) -> bytes:
    """All but the length; remembered, as it is the same for most replies."""
    said = {"Content-Type": kind, "Cache-Control": "no-store", **dict(more)}
    return _lines(status, {**(CLOSE if is_last else {}), **said})


def _lines(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in {**SAFETY, **headers}.items()]
    return ("\r\n".join(lines) + "\r\n").encode("latin-1", "replace")
