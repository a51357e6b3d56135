"""The window with ten thousand tasks and a million frames: opened, scrolled, sorted, filtered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import FrameDetail
from render_manager.storage.journal import Journal
from tests.benchmarks.database import FRAMES_EACH, TASKS
from tests.benchmarks.report import Figure

ROOT = Path(__file__).parents[2]

GESTURES = ("nothing", "scrolling", "sorting", "filtering")


def measure(folder: Path) -> list[Figure]:
    fill(folder / "render-manager.sqlite3")
    found = _measured(folder)
    what = f"window with {TASKS:,} tasks"
    return [
        Figure(
            f"{what}: process started → filled and painted", f"{found['seconds']:.2f} s", "≤ 2 s"
        ),
        Figure(f"{what}: resident memory", f"{found['resident']:.0f} MB", "≤ 350 MB"),
        *(_gaps(f"{what}: {name}, 200 events/s", found[name]) for name in GESTURES),
        Figure(f"{what}: memory after that", f"{found['resident_after']:.0f} MB", "≤ 350 MB"),
    ]


def fill(path: Path) -> None:
    """A database with tasks in every state; most are completed, as in a studio's year."""
    journal = Journal(path)
    journal.open()
    queue = Queue()
    for number in range(TASKS):
        job = RenderJob(
            f"/shots/{number}.blend", "blender", f"shot{number:05}", f"/renders/{number}"
        )
        task = queue.add(job, now=0.0, priority=number % 11)
        queue.fill(task.id, job, range(1, FRAMES_EACH + 1))
        kind = number % 20
        done = FRAMES_EACH if kind > 3 else FRAMES_EACH // 2 if kind == 2 else 0
        for index in range(done):
            queue._mover.move_index(task, index, FrameDetail(FrameState.COMPLETED))
        if kind == 3:
            queue.set_wish(task.id, Wish.PAUSE)
        if number % 100 == 99:
            journal.commit(queue.drain(), queue.tasks)
    journal.commit(queue.drain(), queue.tasks)
    journal.close()


def _measured(home: Path) -> dict[str, Any]:
    environment = os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    module = "tests.benchmarks.window_process"
    command = [sys.executable, "-m", module, str(home), str(time.time())]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _gaps(what: str, found: dict[str, float]) -> Figure:
    value = f"p99 {found['p99']:.1f} ms, longest {found['longest']:.0f} ms"
    return Figure(f"{what}: gap of the event loop", value, "p99 ≤ 16.7 ms")
