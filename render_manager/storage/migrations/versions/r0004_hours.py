"""When a task may run, and when it should be done."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("render_task", sa.Column("start_at", sa.Float(), nullable=True))
    op.add_column("render_task", sa.Column("render_hours", sa.String(), nullable=True))
    op.add_column("render_task", sa.Column("ready_by", sa.Float(), nullable=True))
