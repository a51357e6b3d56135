"""Opens the database: its tables are brought up to date, it is checked.

A damaged file is set aside and a new one begun. A file that cannot be used for another reason is
left exactly as it is, and a UserError says why.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.storage import refusals
from render_manager.storage.database import Database
from render_manager.storage.first_look import FirstLook, Frames, gather_frames
from render_manager.storage.migrations import revisions, upgrade
from render_manager.storage.read_back import read_back
from render_manager.storage.records import Yesterday
from render_manager.storage.safekeeping import copy_before_migration, set_aside
from render_manager.storage.trouble import is_damage, is_trouble, reason

log = logging.getLogger(__name__)


class _DamagedError(Exception):
    """The file is not what SQLite wrote."""


def open_database(path: Path, look: FirstLook) -> tuple[Database, Yesterday]:
    """The database at `path`, that `look` was begun at, and what is in it. Raises UserError."""
    if path.is_dir():
        raise UserError(
            _("{path} is a folder. Name a file for the database in DATABASE_URL.").format(path=path)
        )
    try:
        return _open(path, look)
    except _DamagedError as error:
        look.end()
        notice = _put_out_of_the_way(path, error)
    database, yesterday = _open(path, look)
    yesterday.notices.insert(0, notice)
    return database, yesterday


def _open(path: Path, look: FirstLook) -> tuple[Database, Yesterday]:
    with _in_words(path):
        database = Database(path)
        try:
            return database, _begin_with(database, path, look)
        except BaseException:
            database.close()
            raise


def _begin_with(database: Database, path: Path, look: FirstLook) -> Yesterday:
    revision = _revision(database.driver, path)
    if revision == revisions()[-1]:
        database.set_up()
        return _read_and_check(database, look)
    look.end()
    if revision is not None:
        _check(look)
        copy_before_migration(database.driver, path, revision)
    # Before foreign keys are watched over: Alembic replaces tables, and that would drop their rows.
    upgrade(database.connection)
    database.set_up()
    return _read(database, partial(gather_frames, path))


def _read_and_check(database: Database, look: FirstLook) -> Yesterday:
    try:
        return _read(database, look.frames)
    finally:
        _check(look)  # damage explains whatever else went wrong


def _read(database: Database, gathered: Callable[[], Mapping[int, Frames]]) -> Yesterday:
    return read_back(database.driver, gathered)


def _check(look: FirstLook) -> None:
    verdict = look.verdict()
    if verdict != "ok":
        raise _DamagedError(verdict)


def _revision(driver: sqlite3.Connection, path: Path) -> str | None:
    """The revision of its tables, or None if it has none yet. Raises UserError."""
    names = {name for (name,) in driver.execute("SELECT name FROM sqlite_master")}
    if not names:
        return None
    row = None
    if {"alembic_version", "render_task"} <= names:
        row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise refusals.of_another_program(path)
    if row[0] not in revisions():
        raise refusals.too_new(path, row[0])
    return str(row[0])


def _put_out_of_the_way(path: Path, error: _DamagedError) -> str:
    log.error("The database %s is damaged: %s", path, error)
    try:
        aside = set_aside(path)
    except OSError as failure:
        raise UserError(
            _(
                "The database {path} is damaged and cannot be renamed ({why}). "
                "Rename it, and start again."
            ).format(path=path, why=failure.strerror)
        ) from failure
    return _(
        "The list of tasks could not be read, because the database is damaged. It was kept as "
        "{name}, and a new list was begun. Rendered files are untouched."
    ).format(name=aside.name)


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into _DamagedError or UserError."""
    try:
        yield
    except Exception as error:
        if not is_trouble(error):
            raise
        if is_damage(error):
            raise _DamagedError(reason(error)) from error
        raise refusals.cannot_open(path, reason(error)) from error
