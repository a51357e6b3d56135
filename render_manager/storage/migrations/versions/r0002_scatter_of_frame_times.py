"""How far a task's frame times scatter."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("render_task", sa.Column("frame_scatter", sa.Float(), nullable=True))
