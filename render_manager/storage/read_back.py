"""Reads everything back at the start: 10,000 tasks and 1,000,000 frames in about 0.4 s.

The frames are gathered by `first_look` meanwhile. It does without SQLAlchemy, which the window would
have to wait for; the columns are those of `tables`.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from render_manager.base.amounts import parse_needs
from render_manager.base.errors import UserError
from render_manager.base.hours import parse_hours
from render_manager.base.i18n import _
from render_manager.domain.after import parse_after
from render_manager.domain.evidence import OnSuspicion, Suspicion
from render_manager.domain.frame_order import FrameOrder
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
    text_of,
    words_of,
)
from render_manager.storage.records import Yesterday

log = logging.getLogger(__name__)


def read_back(
    driver: sqlite3.Connection, gathered: Callable[[], Mapping[int, Frames]]
) -> Yesterday:
    """All tasks that were not removed. One that cannot be understood is left out, with a notice.

    `gathered` is asked for the frames by task when all else is done.
    """
    with _one_state(driver):
        yesterday = Yesterday(
            next_task=_next_id(driver, "render_task"),
            next_frame=_next_id(driver, "render_frame"),
            next_run=_next_id(driver, "run"),
            open_runs=list(_open_runs(driver)),
        )
        totals: list[int] = []
        for row in _rows(driver, "SELECT * FROM render_task WHERE removed_at IS NULL ORDER BY id"):
            try:
                yesterday.tasks.append(_task(row))
                totals.append(row.total_frames)
            except Exception:  # whatever it is, the other tasks are not to suffer
                log.exception("Task %s cannot be read back", row.id)
                yesterday.notices.append(_left_out(row))
        _fill(driver, yesterday.tasks, totals, gathered())
    return yesterday


def forget_removed(driver: sqlite3.Connection) -> None:
    """Delete the tasks that were removed, with their frames, files and runs."""
    driver.execute("DELETE FROM render_task WHERE removed_at IS NOT NULL")


@contextmanager
def _one_state(driver: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is of one moment."""
    driver.execute("BEGIN")
    try:
        yield
    finally:
        driver.execute("ROLLBACK")


def _rows(driver: sqlite3.Connection, query: str) -> Iterator[Any]:
    """With the columns as attributes."""
    cursor = driver.execute(query)
    kind = namedtuple("Row", [name for name, *_of_no_use in cursor.description])  # type: ignore[misc]
    for row in cursor:
        yield kind._make(text_of(cell) if isinstance(cell, bytes) else cell for cell in row)


def _next_id(driver: sqlite3.Connection, table: str) -> int:
    found = driver.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return (int(found[0] or 0) if found else 0) + 1


# --- frames -----------------------------------------------------------------------------------

_NUMBERS_BY_TASK = (
    "SELECT task_id, group_concat(frame_number) FROM render_frame "
    "WHERE task_id IN (SELECT value FROM json_each(?)) GROUP BY task_id"
)


def _fill(
    driver: sqlite3.Connection, tasks: list[Task], totals: list[int], frames: Mapping[int, Frames]
) -> None:
    """Give the tasks their frames."""
    numbers = _uneven_numbers(driver, frames)
    for task, total in zip(tasks, totals, strict=True):
        found = frames.get(task.id)
        if found is not None and len(found.letters) == total:
            states = found.letters.encode("ascii", "replace").translate(_STATE_OF_LETTER)
            gapless = range(found.first, found.last + 1)
            task.frames = FrameTable(numbers.get(task.id, gapless), states)
        elif total:  # another program's doing; without frames, the scene will be read again
            log.error("Task %s has lost frames", task.id)


def _uneven_numbers(
    driver: sqlite3.Connection, frames: Mapping[int, Frames]
) -> dict[int, list[int]]:
    """The frame numbers of the tasks whose frames leave some out."""
    uneven = [task_id for task_id, each in frames.items() if not each.is_gapless]
    rows = driver.execute(_NUMBERS_BY_TASK, (json.dumps(uneven),))
    return {task_id: sorted(map(int, numbers.split(","))) for task_id, numbers in rows}


def _state_of_letter() -> bytes:
    """A table for `bytes.translate`; what is no state becomes pending."""
    table = bytearray([FrameState.PENDING]) * 256
    for state in FrameState:
        table[ord(state.word[0])] = state
    return bytes(table)


_STATE_OF_LETTER = _state_of_letter()


# --- tasks ------------------------------------------------------------------------------------


def _task(row: Any) -> Task:
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
        after=parse_after(row.depends_on or ""),
        approve_after=row.approve_after or 0,
        frame_order=FrameOrder(row.frame_order or FrameOrder.NUMBERED),
        max_retries=row.max_retries,
        retry_count=row.retry_count,
        retry_at=row.retry_at,
        error_message=row.error_message,
        is_broken=bool(row.is_broken),
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


def _job(row: Any) -> RenderJob:
    return RenderJob(
        project_file=row.project_file,
        renderer=row.render_engine,
        name=row.name,
        output_dir=row.output_dir,
        options=options_of(row.options),
        scene=scene_of(row.scene),
    )


def _open_runs(driver: sqlite3.Connection) -> Iterator[tuple[int, Run]]:
    for row in _rows(driver, "SELECT * FROM run WHERE ended_at IS NULL ORDER BY id"):
        try:
            yield row.task_id, _run(row)
        except UserError:
            log.exception("Run %s cannot be read back", row.id)


def _run(row: Any) -> Run:
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


def _left_out(row: Any) -> str:
    return _(
        "Task {id} (“{name}”) could not be read back from the database and is not shown. "
        "What it rendered is untouched; the program's log says more."
    ).format(id=row.id, name=row.name)
