"""The web page, its parts and the description of the API, all from inside the program."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from render_manager.http_api.message import Head, Reply, fault

FOLDER = Path(__file__).with_name("web")

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Nothing from elsewhere, and nothing that stands in the page itself."""


def page(head: Head) -> Reply:
    """A file of the page. Only names that are there are answered, so no path leads elsewhere."""
    if head.method not in ("GET", "HEAD"):
        return fault(405, "Use GET here.", Allow="GET, HEAD")
    if head.path == "/openapi.json":
        from render_manager.http_api.openapi import openapi_json

        return Reply(200, openapi_json())
    name = {"/": "index.html", "/docs": "docs.html", "/docs/": "docs.html"}.get(
        head.path, head.path.removeprefix("/web/") if head.path.startswith("/web/") else ""
    )
    found = files().get(name)
    if found is None:
        return fault(404, f"There is nothing at {head.path}.")
    body, etag = found
    if head.header("if-none-match") == etag:
        return Reply(304, kind=KINDS[Path(name).suffix], headers={"ETag": etag})
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY}
    return Reply(200, body, KINDS[Path(name).suffix], headers)


@cache
def files() -> dict[str, tuple[bytes, str]]:
    """The files of the page by name, with their tags."""
    found = {path.name: path.read_bytes() for path in FOLDER.glob("*") if path.suffix in KINDS}
    return {
        name: (data, f'"{hashlib.sha256(data).hexdigest()[:20]}"') for name, data in found.items()
    }
