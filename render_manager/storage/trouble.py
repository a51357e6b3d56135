"""What SQLite's errors mean: a damaged file, trouble outside the program, or a bug of ours.

SQLAlchemy wraps them; it need not be imported to look inside.
"""

from __future__ import annotations

import sqlite3

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_NOTADB}


def is_trouble(error: BaseException) -> bool:
    """Whether SQLite said it."""
    return isinstance(_said(error), sqlite3.Error)


def is_damage(error: BaseException) -> bool:
    """Whether the file is not what SQLite wrote."""
    return _code(error) in _DAMAGE


def is_disk_full(error: BaseException) -> bool:
    return _code(error) == sqlite3.SQLITE_FULL


def is_outside(error: BaseException) -> bool:
    """Whether disk, rights or another program is at fault, so that trying again may help."""
    return isinstance(_said(error), sqlite3.OperationalError) or is_damage(error)


def reason(error: BaseException) -> str:
    """What SQLite says, such as "database or disk is full"."""
    return str(_said(error))


def _said(error: BaseException) -> object:
    return getattr(error, "orig", error)


def _code(error: BaseException) -> int:
    # The upper bytes are details of the same error: https://www.sqlite.org/rescode.html
    return getattr(_said(error), "sqlite_errorcode", 0) & 0xFF
