"""Bytes that a program wrote, as text."""

from __future__ import annotations

import locale


def decode(line: bytes) -> str:
    """A line as text: UTF-8, else the system's code page, else with replacement marks."""
    for encoding in ("utf-8", locale.getpreferredencoding(False)):
        try:
            return line.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return line.decode("utf-8", "replace")
