"""What a task's frames should have, what is suspicious about them, and what is done about that."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("render_task", sa.Column("on_suspicion", sa.String(), nullable=True))
    for name in ("intended", "expected", "suspicions"):
        op.add_column("render_task", sa.Column(name, sa.Text(), nullable=True))
