"""Codes of links that let one browser in."""

from __future__ import annotations

import secrets
import time

SECONDS = 600
"""So long a code is good."""


class Pairings:
    """Codes that were given out, each good for one use."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def new(self) -> str:
        now = time.monotonic()
        self._until = {code: until for code, until in self._until.items() if until > now}
        code = secrets.token_urlsafe(16)
        self._until[code] = now + SECONDS
        return code

    def use(self, code: str) -> bool:
        """Whether it was good, which it no longer is."""
        return self._until.pop(code, 0.0) >= time.monotonic()
