"""How soon things happen: a task's process after it was submitted, a thumbnail after its file."""

from __future__ import annotations

import time
from pathlib import Path

import house
from PySide6.QtCore import QEventLoop, QTimer

from render_manager.assembly import RenderManager
from render_manager.domain.events import FrameCompleted, RunReport, RunStarted
from render_manager.gui.window import MainWindow
from tests.benchmarks.program import running, settings_in
from tests.benchmarks.report import Figure, percentiles

SUBMISSIONS = 40
FRAMES = 40


def measure(folder: Path) -> list[Figure]:
    with running(folder) as manager:
        return [
            percentiles(
                "submit → renderer process started",
                [_start(manager, folder, number) for number in range(SUBMISSIONS)],
                "p95 ≤ 100 ms",
            ),
            percentiles(
                "1080p frame saved → thumbnail painted",
                _paint(manager, folder),
                "p95 ≤ 400 ms",
            ),
        ]


def _start(manager: RenderManager, folder: Path, number: int) -> float:
    heard: list[float] = []

    def listen(reports: list[RunReport]) -> None:
        if any(isinstance(event, RunStarted) for report in reports for event in report.events):
            heard.append(time.perf_counter())

    scene = house.make_scene(folder / f"start{number}", end=1)
    manager.dispatcher.reported.connect(listen)
    began = time.perf_counter()
    task = house.submit(manager, scene)
    house.wait_for_end(manager, task)
    manager.dispatcher.reported.disconnect(listen)
    return heard[0] - began


def _paint(manager: RenderManager, folder: Path) -> list[float]:
    """From the file's time stamp to the paint of its cell, with the window open."""
    window = MainWindow(manager.service, settings_in(folder))
    window.resize(1280, 800)
    window.show()
    saved: dict[str, float] = {}

    def note(reports: list[RunReport]) -> None:
        for event in (event for report in reports for event in report.events):
            if isinstance(event, FrameCompleted) and event.thumbnail_path:
                written = Path(event.files[0].path).stat().st_mtime
                saved.setdefault(event.thumbnail_path, written)

    manager.dispatcher.reported.connect(note)
    painted: dict[str, float] = {}
    window.frame_grid.thumbnail_painted.connect(lambda path: painted.setdefault(path, time.time()))
    scene = house.make_scene(folder / "paint", end=FRAMES, width=1920, height=1080, seconds=0.3)
    task = house.submit(manager, scene)
    window.select_task(task.id)
    house.wait_for_end(manager, task)
    _settle(1000)
    manager.dispatcher.reported.disconnect(note)
    window.close()
    return [painted[path] - written for path, written in saved.items() if path in painted]


def _settle(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
