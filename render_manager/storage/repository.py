"""What is written of tasks, frames and runs, and how single ones are read back.

All functions run inside a transaction that the caller has begun.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Table,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from render_manager.base.amounts import needs_text
from render_manager.domain.after import after_text
from render_manager.domain.events import FrameFile, Outcome
from render_manager.domain.frames import format_frames
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail
from render_manager.storage.plain import (
    expected_text,
    options_text,
    scene_text,
    suspicions_text,
    words_of,
    words_text,
)
from render_manager.storage.records import FrameRecord, RunRecord
from render_manager.storage.tables import FILES, FRAMES, RUNS, TASKS
from render_manager.storage.task_change import TaskChange

LARGEST_ID = 2**63 - 1
"""What SQLite can count to."""

FILL_BATCH = 20_000
"""Frames per statement of a fill; making the text of so many numbers holds the GIL for 3 ms."""


def write(connection: Connection, changes: Collection[TaskChange]) -> None:
    """Put changes of tasks into the tables."""
    _many(connection, _PUT_TASK, [_task_row(change.columns) for change in changes])
    for change in changes:
        if change.new_numbers is not None:
            kept = _kept(connection, change)
            _fill(connection, change.columns, change.new_numbers)
            _write_frames(connection, kept)
        _write_frames(connection, change.frames)
        _many(connection, _PUT_RUN, [_run_row(run) for run in change.runs.values()])


def frame_details(connection: Connection, task_id: int) -> list[FrameDetail]:
    """What is known of each frame of a task, in order; empty if there is no such task."""
    return list(_details_by_id(connection, FRAMES.c.task_id == task_id).values())


def frame_span(connection: Connection, first_id: int, count: int) -> list[FrameDetail]:
    """What is known of the frames with these ids, in order."""
    last_id = first_id + count - 1
    files = _by_frame(map(_file, connection.execute(_FILES_OF_SPAN, _span(first_id, last_id))))
    rows = connection.execute(_FRAMES_OF_SPAN, _span(first_id, last_id))
    return [_detail(row, files) for row in rows]


def frame(connection: Connection, frame_id: int) -> FrameRecord | None:
    """A frame by its id, or None if there is none."""
    if abs(frame_id) > LARGEST_ID:
        return None
    row = connection.execute(select(FRAMES).where(FRAMES.c.id == frame_id)).one_or_none()
    if row is None:
        return None
    files = _files(connection, FRAMES.c.id == frame_id)
    return FrameRecord(row.task_id, row.frame_number, _detail(row, files))


def runs(connection: Connection, task_id: int) -> list[RunRecord]:
    """The runs of a task, newest first."""
    rows = connection.execute(
        select(RUNS).where(RUNS.c.task_id == task_id).order_by(RUNS.c.id.desc())
    ).mappings()
    return [RunRecord(**{**row, "outcome": _outcome(row["outcome"])}) for row in rows]


# --- writing ----------------------------------------------------------------------------------


def _many(
    connection: Connection, statement: Executable, rows: Sequence[Mapping[str, object]]
) -> None:
    if rows:
        connection.execute(statement, rows)


def _put(table: Table, *, keep: frozenset[str] = frozenset()) -> Executable:
    """Insert a row, or overwrite the one that has its id, except for the columns `keep`."""
    new = sqlite_insert(table)
    overwritten = {each.name for each in table.columns} - keep - {"id"}
    return new.on_conflict_do_update(
        index_elements=["id"], set_={name: new.excluded[name] for name in overwritten}
    )


_PUT_TASK = _put(TASKS, keep=frozenset({"celery_task_id"}))
_PUT_RUN = _put(RUNS)

_ADD_FRAMES = text(
    "INSERT INTO render_frame (id, task_id, frame_number, status) "
    "SELECT :first_id + key, :task_id, value, 'pending' FROM json_each(:numbers)"
)
"""One statement for many frames: SQLite makes the rows itself, while Python's other threads run."""

_SET_FRAME = update(FRAMES).where(FRAMES.c.id == bindparam("frame_id"))
_DROP_FILES = delete(FILES).where(FILES.c.frame_id == bindparam("of_frame"))


def _task_row(columns: Mapping[str, Any]) -> dict[str, object]:
    return {
        **columns,
        "options": options_text(columns["options"]),
        "scene": scene_text(columns["scene"]),
        "intended": words_text(sorted(columns["intended"])),
        "machines": words_text(columns["machines"]),
        "needs": needs_text(columns["needs"]) or None,
        "depends_on": after_text(columns["depends_on"]) or None,
        "expected": expected_text(columns["expected"]),
        "suspicions": suspicions_text(columns["suspicions"]),
    }


def _run_row(columns: Mapping[str, Any]) -> dict[str, object]:
    return {**columns, "frames": format_frames(columns["frames"])}


def _fill(connection: Connection, columns: Mapping[str, Any], numbers: Sequence[int]) -> None:
    """Replace the frames of a task, with their files, by pending ones."""
    connection.execute(delete(FRAMES).where(FRAMES.c.task_id == columns["id"]))
    for start in range(0, len(numbers), FILL_BATCH):
        batch = list(numbers[start : start + FILL_BATCH])
        first_id = columns["first_frame_id"] + start
        values = {"task_id": columns["id"], "first_id": first_id, "numbers": json.dumps(batch)}
        connection.execute(_ADD_FRAMES, values)


def _kept(connection: Connection, change: TaskChange) -> dict[int, FrameDetail]:
    """By new id, the details of frames that stay. A change that is written twice finds them there."""
    if not change.kept:
        return {}
    found = _details_by_id(connection, FRAMES.c.task_id == change.columns["id"])
    details = {new: found.get(old) or found.get(new) for old, new in change.kept.items()}
    return {new: detail for new, detail in details.items() if detail not in (None, _PENDING)}


def _write_frames(connection: Connection, details: Mapping[int, FrameDetail]) -> None:
    _many(connection, _SET_FRAME, [_frame_row(*each) for each in details.items()])
    _many(connection, _DROP_FILES, [{"of_frame": frame_id} for frame_id in details])
    files = [
        _file_row(frame_id, place, file)
        for frame_id, detail in details.items()
        for place, file in enumerate(detail.files)
    ]
    _many(connection, insert(FILES), files)


def _frame_row(frame_id: int, detail: FrameDetail) -> dict[str, object]:
    return {
        "frame_id": frame_id,
        "status": detail.state.word,
        "output_path": detail.output_path,
        "thumbnail_path": detail.thumbnail_path,
        "render_time": detail.seconds,
        "error_message": detail.error_message,
    }


def _file_row(frame_id: int, place: int, file: FrameFile) -> dict[str, object]:
    return {
        "frame_id": frame_id,
        "place": place,
        "path": file.path,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "layers": words_text(file.layers),
        "notes": words_text(file.notes),
    }


# --- reading ----------------------------------------------------------------------------------

_STATES = {state.word: state for state in FrameState}

_PENDING = FrameDetail(FrameState.PENDING)


def _detail(row: Row[Any], files: Mapping[int, tuple[FrameFile, ...]]) -> FrameDetail:
    if row.status == "pending" and row.error_message is None:
        return _PENDING
    return FrameDetail(
        _STATES.get(row.status, FrameState.PENDING),
        files.get(row.id, ()),
        row.thumbnail_path,
        row.render_time,
        row.error_message,
    )


def _details_by_id(connection: Connection, frames: ColumnElement[bool]) -> dict[int, FrameDetail]:
    """What is known of some frames, in the order of their numbers."""
    files = _files(connection, frames)
    rows = connection.execute(select(FRAMES).where(frames).order_by(FRAMES.c.frame_number))
    return {row.id: _detail(row, files) for row in rows}


_FRAMES_OF_SPAN = (
    select(FRAMES)
    .where(FRAMES.c.id.between(bindparam("first"), bindparam("last")))
    .order_by(FRAMES.c.id)
)
_FILES_OF_SPAN = (
    select(FILES)
    .where(FILES.c.frame_id.between(bindparam("first"), bindparam("last")))
    .order_by(FILES.c.frame_id, FILES.c.place)
)


def _span(first: int, last: int) -> dict[str, int]:
    return {"first": first, "last": last}


def _files(connection: Connection, frames: ColumnElement[bool]) -> dict[int, tuple[FrameFile, ...]]:
    """The files of some frames, by frame id, the main one first."""
    rows = connection.execute(
        select(FILES).join(FRAMES).where(frames).order_by(FILES.c.frame_id, FILES.c.place)
    )
    return _by_frame(map(_file, rows))


def _file(row: Row[Any]) -> tuple[int, FrameFile]:
    layers, notes = words_of(row.layers), words_of(row.notes)
    return row.frame_id, FrameFile(row.path, row.size, row.width, row.height, layers, notes)


def _by_frame(files: Iterable[tuple[int, FrameFile]]) -> dict[int, tuple[FrameFile, ...]]:
    found: defaultdict[int, list[FrameFile]] = defaultdict(list)
    for frame_id, file in files:
        found[frame_id].append(file)
    return {frame_id: tuple(each) for frame_id, each in found.items()}


def _outcome(word: str | None) -> Outcome | None:
    return None if word is None else Outcome(word)
