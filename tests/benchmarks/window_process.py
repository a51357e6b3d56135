"""A window on a large database, as a process of its own: prints what was measured as JSON.

`python -m tests.benchmarks.window_process HOME BEGAN`: the data folder HOME holds the database that
`tests.benchmarks.window` has filled, BEGAN is when it started this process (the system knows that
to the second only). Its runs are make-believe: 200 frame events a second are
reported as the engine would report them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from render_manager.assembly import RenderManager, assemble
from render_manager.base.settings import load_settings
from render_manager.domain.events import FrameBegan, FrameProgress, RunReport
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui.task_table.columns import Field
from render_manager.gui.window import MainWindow
from tests.benchmarks.gaps import Gaps

SECONDS = 8.0
"""How long each gesture is kept up."""

EVENTS_PER_SECOND = 200
BATCH_MS = 40
SLOTS = 8


def main(home: str, began: float) -> None:
    os.environ["RENDER_MANAGER_HOME"] = home
    application = QApplication([])
    manager = assemble(load_settings())
    window = MainWindow(manager.service, manager.settings)
    window.resize(1280, 800)
    window.show()
    window.table.select([task.id for task in manager.service.tasks()[:1]])
    _spin(0.0)
    window.grab()
    usable = time.time() - began
    figures: dict[str, object] = {"seconds": usable, "resident": _resident()}
    manager.garbage.start()
    engine = MakeBelieveEngine(manager)
    for name, gesture in _gestures(window).items():
        figures[name] = _kept_up(gesture)
    figures["resident_after"] = _resident()
    figures["events"] = engine.count
    print(json.dumps(figures))
    manager.journal.close()
    application.quit()


class MakeBelieveEngine:
    """Runs that report progress, without processes."""

    def __init__(self, manager: RenderManager) -> None:
        self._manager = manager
        self.count = 0
        queue = manager.service.queue
        waiting = [task for task in queue if task.state is TaskState.PENDING][:SLOTS]
        self._runs = [
            (queue.start_run(task.id, tuple(task.frames.numbers), time.time()).id, task)
            for task in waiting
        ]
        self._timer = QTimer()
        self._timer.timeout.connect(self._report)
        self._timer.start(BATCH_MS)

    def _report(self) -> None:
        events = range(self.count, self.count + EVENTS_PER_SECOND * BATCH_MS // 1000)
        self._manager.dispatcher.reported.emit([self._event(number) for number in events])
        self.count = events.stop

    def _event(self, number: int) -> RunReport:
        run_id, task = self._runs[number % len(self._runs)]
        frame = self._frame(task, number)
        began = FrameBegan(frame) if number % 3 else FrameProgress(frame, number % 100)
        return RunReport(run_id, (began,))

    def _frame(self, task: Task, number: int) -> int:
        return task.frames.numbers[number // len(self._runs) % len(task.frames)]


def _gestures(window: MainWindow) -> dict[str, tuple[int, Callable[[int], None]]]:
    """Each with its pause in milliseconds; it is told how often it was made before."""
    table, header = window.table, window.table.horizontalHeader()
    sorted_by = (Field.NAME, Field.STATE, Field.PROGRESS, Field.FRAMES, Field.PRIORITY)
    words = "shot 12 render"

    def sort(number: int) -> None:
        section = sorted_by[number // 2 % len(sorted_by)]
        at = QPoint(header.sectionViewportPosition(section) + 12, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def type_filter(number: int) -> None:
        place = number % (len(words) + 1)
        if place == len(words):
            window.filter.clear()
        else:
            QTest.keyClicks(window.filter, words[place])

    return {
        "nothing": (1000, lambda _number: None),
        "scrolling": (
            16,
            lambda number: _wheel(table.viewport(), -120 if number % 400 < 300 else 360),
        ),
        "sorting": (400, sort),
        "filtering": (150, type_filter),
    }


def _kept_up(gesture: tuple[int, Callable[[int], None]]) -> dict[str, float]:
    pause, do = gesture
    count = 0

    def again() -> None:
        nonlocal count
        do(count)
        count += 1

    timer, gaps = QTimer(), Gaps()
    timer.timeout.connect(again)
    timer.start(pause)
    gaps.start()
    _spin(SECONDS)
    gaps.stop()
    timer.stop()
    return {"p99": gaps.p99, "longest": gaps.longest, "times": count}


def _wheel(target: QWidget, degrees: int) -> None:
    at = QPointF(target.rect().center())
    event = QWheelEvent(
        at,
        target.mapToGlobal(at),
        QPoint(),
        QPoint(0, degrees),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)


def _resident() -> float:
    """Megabytes of this process."""
    return float(psutil.Process().memory_info().rss) / 1e6


def _spin(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).absolute()), float(sys.argv[2]))
