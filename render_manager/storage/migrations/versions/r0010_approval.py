"""After how many of its first frames a task waits for approval."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("render_task", sa.Column("approve_after", sa.Integer(), nullable=True))
