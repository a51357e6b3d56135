"""How soon things happen: a task's process after it was submitted, a thumbnail after its file."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import house
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView

from render_manager.assembly import RenderManager
from render_manager.domain.events import FrameCompleted, RunReport, RunStarted
from render_manager.gui.frame_grid.thumbnails import Thumbnails
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
    thumbnails = window.details.findChild(Thumbnails)
    assert thumbnails is not None
    paints = PaintWatch(
        window.details.grid, lambda path: thumbnails.picture(path) is not None, saved
    )
    scene = house.make_scene(folder / "paint", end=FRAMES, width=1920, height=1080, seconds=0.3)
    task = house.submit(manager, scene)
    house.wait_until(manager, lambda: bool(task.frames))
    window.table.select([task.id])
    house.wait_for_end(manager, task)
    _settle(1000)
    manager.dispatcher.reported.disconnect(note)
    window.close()
    return [paints.painted[path] - at for path, at in saved.items() if path in paints.painted]


class PaintWatch(QObject):
    """Notes when a thumbnail was first at hand while the grid was painted."""

    def __init__(
        self, grid: QAbstractItemView, is_at_hand: Callable[[str], bool], paths: Mapping[str, float]
    ) -> None:
        super().__init__(grid)
        self._is_at_hand = is_at_hand
        self._paths = paths
        self.painted: dict[str, float] = {}
        grid.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            new = [path for path in self._paths if path not in self.painted]
            now = time.time()
            self.painted.update({path: now for path in new if self._is_at_hand(path)})
        return super().eventFilter(watched, event)


def _settle(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
