"""What is said when a database cannot be used: each a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _


def in_use(path: Path) -> UserError:
    return UserError(
        _(
            "The database {path} is already open in another Render Manager. "
            "Use that one, or close it first."
        ).format(path=path)
    )


def cannot_open(path: Path, why: str) -> UserError:
    return UserError(
        _(
            "The database {path} cannot be opened: {why}. See that its folder can be written to "
            "and the disk has room, or name another file in DATABASE_URL."
        ).format(path=path, why=why)
    )


def of_another_program(path: Path) -> UserError:
    return UserError(
        _("{path} is the database of another program. Choose another file in DATABASE_URL.").format(
            path=path
        )
    )


def too_new(path: Path, revision: str) -> UserError:
    return UserError(
        _(
            "The database {path} was written by a newer Render Manager (its tables are "
            "{revision}). Update this one, or choose another file in DATABASE_URL."
        ).format(path=path, revision=revision)
    )
