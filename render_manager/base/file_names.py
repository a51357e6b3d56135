"""Names of files that others chose, made fit for every system."""

from __future__ import annotations

import re

LONGEST_STEM = 200
"""Bytes."""

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""What Windows keeps for devices, whatever comes behind the dot."""

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def plain_name(path: str) -> str:
    """The last part of a path of any system, as a name that leads nowhere else; empty if it can be
    none."""
    plain = _UNFIT.sub("_", re.split(r"[\\/]", path)[-1]).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    plain = f"{_short(stem)}.{suffix[:20]}" if dot else _short(plain)
    return "" if RESERVED.fullmatch(plain) else plain


def _short(name: str) -> str:
    return name.encode()[:LONGEST_STEM].decode("utf-8", "ignore").strip(" .")
