"""Ten thousand tasks and a million frames: time to open, and size on disk."""

from __future__ import annotations

import time
from pathlib import Path

from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.storage.journal import Journal
from tests.benchmarks.report import Figure, percentiles

TASKS = 10_000
FRAMES_EACH = 100
ROUNDS = 3
COMMITS = 200


def measure(folder: Path) -> list[Figure]:
    path = folder / "big.sqlite3"
    fill_seconds, commits = _fill(path)
    size = path.stat().st_size / 1e6
    opened = sorted(_open(path) for _round in range(ROUNDS))
    what = f"{TASKS:,} tasks, {TASKS * FRAMES_EACH:,} frames"
    return [
        Figure(f"{what}: to open and read back", f"{opened[ROUNDS // 2]:.2f} s"),
        Figure(f"{what}: size on disk", f"{size:.0f} MB"),
        Figure(f"{what}: to write", f"{fill_seconds:.1f} s"),
        percentiles("a verb committed, in that database", commits),
    ]


def _fill(path: Path) -> tuple[float, list[float]]:
    journal = Journal(path)
    journal.open()
    queue = Queue()
    began = time.perf_counter()
    for number in range(TASKS):
        job = RenderJob(f"/s/{number}.blend", "blender", f"shot{number}", f"/out/{number}")
        queue.fill(queue.add(job, now=0.0).id, job, range(1, FRAMES_EACH + 1))
        if number % 100 == 99:
            journal.commit(queue.drain(), queue.tasks)
    seconds = time.perf_counter() - began
    commits = [_commit(journal, queue, number) for number in range(1, COMMITS + 1)]
    journal.close()
    return seconds, commits


def _commit(journal: Journal, queue: Queue, task_id: int) -> float:
    began = time.perf_counter()
    queue.set_priority(task_id, 7)
    journal.commit(queue.drain(), queue.tasks)
    return time.perf_counter() - began


def _open(path: Path) -> float:
    journal = Journal(path)
    began = time.perf_counter()
    yesterday = journal.open()
    seconds = time.perf_counter() - began
    assert len(yesterday.tasks) == TASKS
    journal.close()
    return seconds
