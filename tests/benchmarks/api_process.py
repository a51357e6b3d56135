"""Render Manager with its window open, for the benchmark of the API: `python -m … HOME`.

Prints its address. The make-believe renders of four tasks report 50 frame events a second, and one
slot is free for what is posted. Ends when its input is closed.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))

import house
from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from render_manager.base.settings import load_settings
from render_manager.domain.events import FrameBegan, FrameProgress, RunReport
from render_manager.domain.states import TaskState
from render_manager.gui.window import MainWindow
from render_manager.http_api.door import HttpDoor

RENDERS = 4
EVENTS_PER_SECOND = 50


def main(home: str) -> None:
    os.environ["RENDER_MANAGER_HOME"] = home
    application = QApplication([])
    settings = load_settings(
        api_port=0, max_concurrent_runs=RENDERS + 4, min_free_memory_mb=0, min_free_disk_mb=0
    )
    manager = house.build(settings)
    queue = manager.service.queue
    door = HttpDoor(manager.service, must=True)
    window = MainWindow(manager.service, settings, remote=door)
    window.resize(1280, 800)
    window.show()
    door.open()
    waiting = [task for task in queue if task.state is TaskState.PENDING]
    for task in waiting:
        queue.pause(task.id)
    manager.start()
    for task in waiting[:RENDERS]:
        queue.resume(task.id)
    runs = [
        (queue.start_run(task.id, tuple(task.frames.numbers), time.time()).id, task)
        for task in waiting[:RENDERS]
    ]
    count = 0

    def report() -> None:
        nonlocal count
        count += 1
        run_id, task = runs[count % len(runs)]
        frame = task.frames.numbers[count // len(runs) % len(task.frames)]
        event = FrameBegan(frame) if count % 3 else FrameProgress(frame, count % 100)
        manager.dispatcher.reported.emit([RunReport(run_id, (event,))])

    timer = QTimer(interval=1000 // EVENTS_PER_SECOND)
    timer.timeout.connect(report)
    timer.start()
    print(door.url, flush=True)
    ended = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ended.activated.connect(application.quit)
    application.exec()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
