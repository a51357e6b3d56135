"""Tasks, frames, files of frames, and runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_render_task()
    create_render_frame()
    create_run()
    create_frame_file()


def create_render_task() -> None:
    op.create_table(
        "render_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_file", sa.Text(), nullable=False),
        sa.Column("render_engine", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("total_frames", sa.Integer(), nullable=False),
        sa.Column("completed_frames", sa.Integer(), nullable=False),
        sa.Column("retry_count", sa.Integer(), nullable=False),
        sa.Column("max_retries", sa.Integer(), nullable=False),
        sa.Column("celery_task_id", sa.String(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("position", sa.Float(), nullable=False),
        sa.Column("frames_text", sa.Text(), nullable=True),
        sa.Column("output_dir", sa.Text(), nullable=False),
        sa.Column("options", sa.String(), nullable=False),
        sa.Column("scene", sa.String(), nullable=True),
        sa.Column("is_broken", sa.Boolean(), nullable=False),
        sa.Column("retry_at", sa.Float(), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("started_at", sa.Float(), nullable=True),
        sa.Column("finished_at", sa.Float(), nullable=True),
        sa.Column("rendered_seconds", sa.Float(), nullable=False),
        sa.Column("startup_seconds", sa.Float(), nullable=True),
        sa.Column("frame_seconds", sa.Float(), nullable=True),
        sa.Column("first_frame_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_render_task"),
        sqlite_autoincrement=True,
    )


def create_render_frame() -> None:
    op.create_table(
        "render_frame",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("frame_number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("output_path", sa.Text(), nullable=True),
        sa.Column("thumbnail_path", sa.Text(), nullable=True),
        sa.Column("render_time", sa.Float(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["render_task.id"], name="fk_render_frame_task_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_render_frame"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_render_frame_task_id", "render_frame", ["task_id", "frame_number", "status"]
    )


def create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("frames", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=True),
        sa.Column("process_created", sa.Float(), nullable=True),
        sa.Column("command", sa.Text(), nullable=True),
        sa.Column("log_path", sa.Text(), nullable=True),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["render_task.id"], name="fk_run_task_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_task_id", "run", ["task_id"])


def create_frame_file() -> None:
    op.create_table(
        "frame_file",
        sa.Column("frame_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("layers", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["frame_id"], ["render_frame.id"], name="fk_frame_file_frame_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("frame_id", "place", name="pk_frame_file"),
        sqlite_with_rowid=False,
    )
