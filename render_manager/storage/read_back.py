"""Reads everything back at the start: 10,000 tasks and 1,000,000 frames in about 0.4 s.

The frames are gathered by `first_look` meanwhile.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, text

from render_manager.base.amounts import parse_needs
from render_manager.base.errors import UserError
from render_manager.base.hours import parse_hours
from render_manager.base.i18n import _
from render_manager.domain.evidence import OnSuspicion, Suspicion
from render_manager.domain.frames import FrameTable, parse_frames
from render_manager.domain.job import RenderJob
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import Run, Task, Timing
from render_manager.domain.timetable import TimeWishes
from render_manager.storage.first_look import Frames
from render_manager.storage.plain import (
    expected_of,
    options_of,
    scene_of,
    suspicions_of,
    words_of,
)
from render_manager.storage.records import Yesterday
from render_manager.storage.tables import FRAMES, RUNS, TASKS

log = logging.getLogger(__name__)


def read_back(connection: Connection, gathered: Callable[[], Mapping[int, Frames]]) -> Yesterday:
    """All tasks that were not removed. One that cannot be understood is left out, with a notice.

    `gathered` is asked for the frames by task when all else is done.
    """
    yesterday = Yesterday(
        next_task=_next_id(connection, TASKS),
        next_frame=_next_id(connection, FRAMES),
        next_run=_next_id(connection, RUNS),
        open_runs=list(_open_runs(connection)),
    )
    totals: list[int] = []
    rows = select(TASKS).where(TASKS.c.removed_at.is_(None)).order_by(TASKS.c.id)
    for row in connection.execute(rows):
        try:
            yesterday.tasks.append(_task(row))
            totals.append(row.total_frames)
        except Exception:  # whatever it is, the other tasks are not to suffer
            log.exception("Task %s cannot be read back", row.id)
            yesterday.notices.append(_left_out(row))
    _fill(connection, yesterday.tasks, totals, gathered())
    return yesterday


def forget_removed(connection: Connection) -> None:
    """Delete the tasks that were removed, with their frames, files and runs."""
    connection.execute(delete(TASKS).where(TASKS.c.removed_at.is_not(None)))


def _next_id(connection: Connection, table: Table) -> int:
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return int(connection.execute(query, {"name": table.name}).scalar() or 0) + 1


# --- frames -----------------------------------------------------------------------------------

_NUMBERS_BY_TASK = text(
    "SELECT task_id, group_concat(frame_number) FROM render_frame "
    "WHERE task_id IN (SELECT value FROM json_each(:task_ids)) GROUP BY task_id"
)


def _fill(
    connection: Connection, tasks: list[Task], totals: list[int], frames: Mapping[int, Frames]
) -> None:
    """Give the tasks their frames."""
    numbers = _uneven_numbers(connection, frames)
    for task, total in zip(tasks, totals, strict=True):
        found = frames.get(task.id)
        if found is not None and len(found.letters) == total:
            states = found.letters.encode("ascii", "replace").translate(_STATE_OF_LETTER)
            gapless = range(found.first, found.last + 1)
            task.frames = FrameTable(numbers.get(task.id, gapless), states)
        elif total:  # another program's doing; without frames, the scene will be read again
            log.error("Task %s has lost frames", task.id)


def _uneven_numbers(connection: Connection, frames: Mapping[int, Frames]) -> dict[int, list[int]]:
    """The frame numbers of the tasks whose frames leave some out."""
    uneven = [task_id for task_id, each in frames.items() if not each.is_gapless]
    rows = connection.execute(_NUMBERS_BY_TASK, {"task_ids": json.dumps(uneven)})
    return {task_id: sorted(map(int, numbers.split(","))) for task_id, numbers in rows}


def _state_of_letter() -> bytes:
    """A table for `bytes.translate`; what is no state becomes pending."""
    table = bytearray([FrameState.PENDING]) * 256
    for state in FrameState:
        table[ord(state.word[0])] = state
    return bytes(table)


_STATE_OF_LETTER = _state_of_letter()


# --- tasks ------------------------------------------------------------------------------------


def _task(row: Row[Any]) -> Task:
    """The task, as yet without frames."""
    return Task(
        id=row.id,
        job=_job(row),
        created_at=row.created_at,
        position=row.position,
        priority=row.priority,
        wish=Wish(row.wish),
        frames_text=row.frames_text,
        first_frame_id=row.first_frame_id,
        times=TimeWishes(row.start_at, _hours(row.render_hours), row.ready_by),
        kept_to=tuple(words_of(row.machines)),
        needs=parse_needs(row.needs or ""),
        max_retries=row.max_retries,
        retry_count=row.retry_count,
        retry_at=row.retry_at,
        error_message=row.error_message,
        is_broken=row.is_broken,
        started_at=row.started_at,
        finished_at=row.finished_at,
        rendered_seconds=row.rendered_seconds,
        timing=Timing(row.startup_seconds, row.frame_seconds, row.frame_scatter),
        on_suspicion=OnSuspicion(row.on_suspicion or OnSuspicion.NOTE),
        intended=frozenset(map(Suspicion, words_of(row.intended))),
        expected=expected_of(row.expected),
        suspicions=suspicions_of(row.suspicions),
    )


def _hours(text: str | None) -> str | None:
    """Raises ValueError for what is no table of hours."""
    return str(parse_hours(text)) if text else None


def _job(row: Row[Any]) -> RenderJob:
    return RenderJob(
        project_file=row.project_file,
        renderer=row.render_engine,
        name=row.name,
        output_dir=row.output_dir,
        options=options_of(row.options),
        scene=scene_of(row.scene),
    )


def _open_runs(connection: Connection) -> Iterator[tuple[int, Run]]:
    rows = connection.execute(select(RUNS).where(RUNS.c.ended_at.is_(None)).order_by(RUNS.c.id))
    for row in rows:
        try:
            yield row.task_id, _run(row)
        except UserError:
            log.exception("Run %s cannot be read back", row.id)


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        frames=parse_frames(row.frames) if row.frames else (),
        started_at=row.started_at,
        pid=row.pid,
        process_created=row.process_created,
        log_path=row.log_path,
        command=row.command,
        machine=row.machine or "",
    )


def _left_out(row: Row[Any]) -> str:
    return _(
        "Task {id} (“{name}”) could not be read back from the database and is not shown. "
        "What it rendered is untouched; the program's log says more."
    ).format(id=row.id, name=row.name)
