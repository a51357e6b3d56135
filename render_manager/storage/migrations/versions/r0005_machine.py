"""The machine that makes a run, where that is another one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("run", sa.Column("machine", sa.Text(), nullable=True))
