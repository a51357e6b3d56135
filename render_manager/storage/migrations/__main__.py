"""Writes a new revision: what differs between the newest one and `tables.py`."""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from pathlib import Path

from alembic import command

from render_manager.storage.database import Database
from render_manager.storage.migrations import config, revisions, upgrade


def main(message: str) -> None:
    """Compare with a new database at the newest revision."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(Path(folder) / "empty.sqlite3")) as database,
    ):
        upgrade(database.connection)
        settings = config(database.connection)
        settings.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
        number = f"{int(revisions()[-1]) + 1:04}"
        command.revision(settings, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
