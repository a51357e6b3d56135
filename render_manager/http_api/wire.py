"""A reply as it goes over the wire, where QtHttpServer does not write it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from render_manager.http_api.message import Reply

SAFETY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Connection": "close",
}
"""With every reply. One request a connection, so that each can be given to who serves it best."""


def head_text(status: int, headers: Mapping[str, str]) -> bytes:
    """Status line and headers, with the empty line behind them."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in {**SAFETY, **headers}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def written(reply: Reply, *, without_body: bool = False) -> bytes:
    headers = {
        "Content-Type": reply.kind,
        "Content-Length": str(len(reply.body)),
        "Cache-Control": "no-store",
        **reply.headers,
    }
    return head_text(reply.status, headers) + (b"" if without_body else reply.body)
