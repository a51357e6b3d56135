"""The one connection to the database, and how SQLite is set up for it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from render_manager.storage.first_look import connect

if TYPE_CHECKING:
    from sqlalchemy import Connection

# A commit takes 0.15 ms (measured), because it does not wait for the disk. A program that is killed
# loses nothing; after a power cut the last commits may be missing, but what is there is whole.
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    f"journal_size_limit = {16 * 2**20}",
    f"cache_size = -{16 * 2**10}",
)


class Database:
    """An SQLite file. Belongs to the thread that made it. Raises sqlite3.Error.

    `driver` is the plain connection; `connection` is the same one through SQLAlchemy, which is
    imported when it is first asked for, as that takes 0.3 s.
    """

    def __init__(self, path: Path) -> None:
        self.driver = connect(path)

    @cached_property
    def connection(self) -> Connection:
        from sqlalchemy import StaticPool, create_engine, event

        engine = create_engine("sqlite://", creator=lambda: self.driver, poolclass=StaticPool)
        event.listen(engine, "begin", _begin)
        return engine.connect()

    def set_up(self) -> None:
        """Choose how SQLite works; the first of it changes the file."""
        for pragma in _PRAGMAS:
            self.driver.execute(f"PRAGMA {pragma}")

    def close(self) -> None:
        """Everything is in the one file afterwards: SQLite empties and deletes the WAL."""
        if "connection" in self.__dict__:
            self.connection.close()
            self.connection.engine.dispose()
        self.driver.close()


def _begin(connection: Connection) -> None:
    # Left alone, the driver would begin only before INSERT and the like, not before CREATE TABLE.
    connection.exec_driver_sql("BEGIN")
