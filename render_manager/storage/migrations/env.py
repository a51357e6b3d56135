"""Alembic runs this file for every command; it works on the connection that it was handed."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import AutoString

from render_manager.storage.tables import METADATA, AnyText


def plain_types(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Revisions name SQLAlchemy's own types only: ours may change, what a revision did may not."""
    if kind == "type" and isinstance(item, AnyText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=plain_types,
    # SQLite can undo a change of tables like any other, if Alembic does not commit in between.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
