"""The tasks that a task waits for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("render_task", sa.Column("depends_on", sa.Text(), nullable=True))
