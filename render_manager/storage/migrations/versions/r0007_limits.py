"""What the runs of a task take of the named limits."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("render_task", sa.Column("needs", sa.Text(), nullable=True))
