"""The machines and pools that a task is kept to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("render_task", sa.Column("machines", sa.Text(), nullable=True))
