"""The program is killed at any instant: what was committed is there, and the rest is consistent."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from render_manager.domain.states import FrameState
from render_manager.storage.journal import Journal

KILLED_AFTER = (1, 2, 7, 13, 29)
"""Tasks committed before each kill."""

WRITER = """
import sys
from pathlib import Path
from render_manager.domain.events import FrameCompleted, FrameFile, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.storage.journal import Journal

journal = Journal(Path(sys.argv[1]))
yesterday = journal.open()
queue = Queue(
    next_task=yesterday.next_task, next_frame=yesterday.next_frame, next_run=yesterday.next_run
)
job = RenderJob("a.blend", "blender", "a", "renders")
while True:
    task = queue.add(job, 1.0)
    queue.fill(task.id, job, range(300))
    journal.record(queue.drain(), queue.tasks)
    run = queue.start_run(task.id, tuple(range(300)), 2.0)
    for frame in range(20):
        file = FrameFile(f"{frame}.png", 1, 2, 3)
        queue.apply(RunReport(run.id, (FrameCompleted(frame, (file,)),)), 3.0, 60)
        journal.record(queue.drain(), queue.tasks)
    journal.commit(queue.drain(), queue.tasks)
    print(task.id, flush=True)
"""


def killed_writer(path: Path, after: int) -> list[int]:
    """The ids of the tasks whose commit returned before the writer was killed."""
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        committed = [int(writer.stdout.readline()) for _ in range(after)]
        writer.kill()
        rest = writer.stdout.read().split("\n")
    return committed + [int(line) for line in rest[:-1]]  # the last may be cut off


@pytest.mark.timeout(120)
def test_nothing_committed_is_lost_by_a_kill(path: Path) -> None:
    committed: set[int] = set()
    for after in KILLED_AFTER:
        committed.update(killed_writer(path, after))
        with closing(sqlite3.connect(path)) as driver:
            assert driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert driver.execute("PRAGMA foreign_key_check").fetchall() == []

    journal = Journal(path)
    yesterday = journal.open()
    assert yesterday.notices == []
    tasks = {task.id: task for task in yesterday.tasks}
    assert committed <= tasks.keys()
    for task_id in committed:
        assert tasks[task_id].frames.counts[FrameState.COMPLETED] == 20
        assert [bool(each.files) for each in journal.frame_details(task_id).result()] == (
            [True] * 20 + [False] * 280
        )
    assert len(tasks) - len(committed) <= len(KILLED_AFTER)
    journal.close()
