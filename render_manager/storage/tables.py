"""The tables. Names of tables and columns are the specification's, times are epoch seconds.

`wish` and the frames' states are what is read back; `status`, `total_frames` and `completed_frames`
of a task follow from them and are written for readers. Ids are never used twice, so every table
counts with AUTOINCREMENT. The ids of a task's frames follow each other from `first_frame_id`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Dialect, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Index, SQLModel

from render_manager.storage.plain import text_of

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_NEVER_TWICE = {"sqlite_autoincrement": True}


class AnyText(TypeDecorator[str]):
    """Text that may hold lone surrogates, as names of files on Linux and JSON of clients may.

    They are not valid Unicode, so such a text (and no other) is stored as bytes.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        if value is None or value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        return text_of(value) if isinstance(value, bytes) else value


class Row(SQLModel):
    """What all tables share."""

    metadata: ClassVar[MetaData] = METADATA


class RenderTask(Row, table=True):
    """One scene to render. `status` is one of pending, running, paused, completed, failed,
    cancelled; `wish` one of run, pause, cancel; `on_suspicion` one of note, retry, fail; `options`,
    `scene`, `machines`, `intended`, `expected` and `suspicions` (frames by kind) are JSON."""

    __tablename__ = "render_task"
    __table_args__ = _NEVER_TWICE

    id: int | None = Field(default=None, primary_key=True)
    project_file: str = Field(sa_type=AnyText)
    render_engine: str = Field(sa_type=AnyText)
    status: str
    priority: int
    total_frames: int
    completed_frames: int
    retry_count: int
    max_retries: int
    celery_task_id: str | None = None
    error_message: str | None = Field(default=None, sa_type=AnyText)
    name: str = Field(sa_type=AnyText)
    wish: str
    position: float
    frames_text: str | None = Field(default=None, sa_type=AnyText)
    output_dir: str = Field(sa_type=AnyText)
    options: str
    scene: str | None = None
    is_broken: bool
    retry_at: float | None = None
    created_at: float
    started_at: float | None = None
    finished_at: float | None = None
    rendered_seconds: float
    startup_seconds: float | None = None
    frame_seconds: float | None = None
    frame_scatter: float | None = None
    on_suspicion: str | None = None
    intended: str | None = Field(default=None, sa_type=Text)
    expected: str | None = Field(default=None, sa_type=AnyText)
    suspicions: str | None = Field(default=None, sa_type=Text)
    start_at: float | None = None
    render_hours: str | None = None
    ready_by: float | None = None
    machines: str | None = Field(default=None, sa_type=Text)
    needs: str | None = Field(default=None, sa_type=Text)
    depends_on: str | None = Field(default=None, sa_type=Text)
    frame_order: str | None = None
    approve_after: int | None = None
    first_frame_id: int
    removed_at: float | None = None


class RenderFrame(Row, table=True):
    """One frame of a task. `status` is one of pending, rendering, completed, failed.

    The index holds all that is read at the start, so that a million frames with long paths are
    read from its 25 MB and not from the table's 180 (measured).
    """

    __tablename__ = "render_frame"
    __table_args__ = (
        Index("ix_render_frame_task_id", "task_id", "frame_number", "status"),
        _NEVER_TWICE,
    )

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="render_task.id", ondelete="CASCADE")
    frame_number: int
    status: str
    output_path: str | None = Field(default=None, sa_type=AnyText)
    thumbnail_path: str | None = Field(default=None, sa_type=AnyText)
    render_time: float | None = None
    error_message: str | None = Field(default=None, sa_type=AnyText)


class FrameFile(Row, table=True):
    """One output file of a frame, the main one at place 0. `layers` and `notes` are JSON lists."""

    __tablename__ = "frame_file"
    __table_args__: ClassVar[Any] = {"sqlite_with_rowid": False}

    frame_id: int = Field(foreign_key="render_frame.id", ondelete="CASCADE", primary_key=True)
    place: int = Field(primary_key=True)
    path: str = Field(sa_type=AnyText)
    size: int
    width: int
    height: int
    layers: str | None = None
    notes: str | None = None


class Run(Row, table=True):
    """One renderer process and the frames it was given. It is under way until `ended_at` is set;
    `machine` is null for this one."""

    __tablename__ = "run"
    __table_args__ = _NEVER_TWICE

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="render_task.id", ondelete="CASCADE", index=True)
    frames: str
    pid: int | None = None
    process_created: float | None = None
    command: str | None = Field(default=None, sa_type=AnyText)
    log_path: str | None = Field(default=None, sa_type=AnyText)
    started_at: float
    ended_at: float | None = None
    exit_code: int | None = None
    outcome: str | None = None
    reason: str | None = Field(default=None, sa_type=AnyText)
    machine: str | None = Field(default=None, sa_type=AnyText)


TASKS: Table = METADATA.tables["render_task"]
FRAMES: Table = METADATA.tables["render_frame"]
FILES: Table = METADATA.tables["frame_file"]
RUNS: Table = METADATA.tables["run"]
