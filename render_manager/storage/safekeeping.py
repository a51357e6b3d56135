"""Nothing the user has is lost: copies before a change of the tables, damaged files set aside."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from glob import escape
from pathlib import Path

KEPT_COPIES = 3

_COMPANIONS = ("", "-wal", "-shm")
"""What SQLite appends to the name of a database for the files that belong to it."""


def copy_before_migration(driver: sqlite3.Connection, path: Path, version: str) -> Path:
    """A whole copy beside the database at `path`; the three newest are kept.

    It is made by SQLite, because what was written last may be in the WAL file only.
    Raises sqlite3.Error; then no copy is left.
    """
    copy = _free(path.with_name(f"{path.name}.copy-{version}-{_now()}"))
    try:
        with closing(sqlite3.connect(copy)) as target:
            driver.backup(target)
    except sqlite3.Error:
        copy.unlink(missing_ok=True)
        raise
    for old in sorted(path.parent.glob(f"{escape(path.name)}.copy-*"))[:-KEPT_COPIES]:
        old.unlink(missing_ok=True)
    return copy


def set_aside(path: Path) -> Path:
    """Rename a damaged database, with the files that belong to it; returns its new path."""
    aside = _free(path.with_name(f"{path.name}.damaged-{_now()}"))
    for companion in _COMPANIONS:
        part = path.with_name(path.name + companion)
        if part.exists():
            part.rename(aside.with_name(aside.name + companion))
    return aside


def _now() -> str:
    return time.strftime("%Y%m%d-%H%M%S")


def _free(path: Path) -> Path:
    """`path`, or with a number behind it if there is something of that name."""
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate
