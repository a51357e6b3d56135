"""How the tables of an older version become those of this one (Alembic, one file per revision).

The program runs them by itself at the start. To make a new one, change `tables.py` and run

    python -m render_manager.storage.migrations "what changed"

then read what was written into `versions/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def revisions() -> list[str]:
    """All revisions, oldest first. They are counted, "0001" and so on, and name their files."""
    return sorted(path.name[1:5] for path in (FOLDER / "versions").glob("r*.py"))


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date, all or nothing. Importing Alembic takes 0.2 s (measured)."""
    from alembic import command

    command.upgrade(config(connection), "head")


def config(connection: Connection) -> Config:
    """What Alembic needs to know, with the connection that `env.py` is to use."""
    from alembic.config import Config

    chosen = Config(attributes={"connection": connection})
    # Alembic takes a percent sign for the beginning of a variable.
    chosen.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return chosen
