"""The one connection to the database, and how SQLite is set up for it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, StaticPool, create_engine, event

from render_manager.storage.first_look import connect

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
    """An SQLite file. Belongs to the thread that made it. Raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self.driver = connect(path)
        self._engine = create_engine("sqlite://", creator=lambda: self.driver, poolclass=StaticPool)
        event.listen(self._engine, "begin", _begin)
        self.connection = self._engine.connect()

    def set_up(self) -> None:
        """Choose how SQLite works; the first of it changes the file."""
        for pragma in _PRAGMAS:
            self.driver.execute(f"PRAGMA {pragma}")

    def close(self) -> None:
        """Everything is in the one file afterwards: SQLite empties and deletes the WAL."""
        self.connection.close()
        self._engine.dispose()
        self.driver.close()


def _begin(connection: Connection) -> None:
    # Left alone, the driver would begin only before INSERT and the like, not before CREATE TABLE.
    connection.exec_driver_sql("BEGIN")
