"""Who may ask: token, host and origin. Pure; the same for every request, file and event stream."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Set
from dataclasses import dataclass, field

from render_manager.base.i18n import _
from render_manager.http_api.message import Head, Reply, fault

COOKIE = "render_manager"
OPEN_PATHS = frozenset({"/api/health"})
READING = frozenset({"GET", "HEAD"})
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Guard:
    """`token` is None where nobody has to show one. `hosts` are the names by which this machine may
    be called, in small letters and without a port; `origins` are web pages of others that may ask.
    """

    token: str | None
    owner_key: str = ""
    """What the user's own commands on this machine show; it may name any file."""
    hosts: Set[str] = LOOPBACK_NAMES
    origins: Set[str] = field(default_factory=frozenset)

    def refusal(self, head: Head, *, needs_token: bool = True) -> Reply | None:
        """Why the request is not answered; None if it may be.

        A page in the user's browser must reach nothing: by another name for this machine (Host), as
        a page of elsewhere (Origin), or with a cookie that the browser adds by itself.
        """
        host = host_name(head.header("host"))
        if host not in self.hosts:
            return fault(403, _("This server is not called “{host}”.").format(host=host))
        if not self._is_own_page(head):
            return fault(403, _("Pages of other sites may not ask this server."))
        if not needs_token or self._has_token(head):
            return None
        return fault(
            401,
            _("Send the token of this server: Authorization: Bearer …"),
            **{"WWW-Authenticate": "Bearer"},
        )

    def _is_own_page(self, head: Head) -> bool:
        origin = head.header("origin")
        if not origin:
            is_from_here = head.header("sec-fetch-site") in ("", "same-origin", "none")
            return is_from_here or (head.method in READING and not needs_token(head.path))
        own = {f"{scheme}://{head.header('host').lower()}" for scheme in ("http", "https")}
        return origin.lower() in own or origin.lower() in self.origins

    def for_page_of(self, head: Head) -> dict[str, str]:
        """What lets an allowed page of elsewhere read the answer; nothing for any other."""
        origin = head.header("origin")
        if origin.lower() not in self.origins:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "Content-Disposition, Content-Range, ETag, Location",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Vary": "Origin",
        }

    def to_preflight(self, head: Head) -> Reply | None:
        """The answer to a browser that asks whether such a page may ask."""
        allowed = self.for_page_of(head)
        if head.method != "OPTIONS" or not allowed:
            return None
        return Reply(
            204,
            headers={
                **allowed,
                "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
                "Access-Control-Allow-Headers": "Authorization, Content-Type, Range, If-Range, If-None-Match",
                "Access-Control-Max-Age": "600",
            },
        )

    def is_owner(self, head: Head) -> bool:
        """Whether it is the user of this machine, by a key that only he can read."""
        return bool(self.owner_key) and _same(_shown(head), self.owner_key)

    def _has_token(self, head: Head) -> bool:
        if self.token is None or self.is_owner(head):
            return True
        if _same(_shown(head), self.token):
            return True
        shown = head.cookie(COOKIE)
        return bool(shown) and _same(shown, cookie_value(self.token))


def needs_token(path: str) -> bool:
    """Whether what is there is for those alone who show the token."""
    return path.startswith("/api/") and path.rstrip("/") not in OPEN_PATHS


def cookie_value(token: str) -> str:
    """What a paired browser keeps: not the token itself, which opens more than a page."""
    return hmac.new(token.encode(), b"cookie", hashlib.sha256).hexdigest()


def host_name(header: str) -> str:
    """The name in a Host header, without the port: "[::1]:80" is "::1"."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(head: Head) -> str:
    kind, _space, token = head.header("authorization").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _same(shown: str, wanted: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(shown.encode("utf-8", "replace"), wanted.encode())
