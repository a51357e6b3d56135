"""The order in which a task's frames are rendered."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("render_task", sa.Column("frame_order", sa.String(), nullable=True))
