"""The frame grid with 10,000 thumbnails while frames land, and a task of 1,000,000 frames."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from itertools import count, cycle
from pathlib import Path

import house
import numpy as np
import psutil
from PIL import Image
from PySide6.QtCore import QEventLoop, Qt, QTimer

from render_manager.assembly import RenderManager
from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameFile,
    Outcome,
    RunEnded,
    RunReport,
)
from render_manager.domain.job import RenderJob
from render_manager.domain.task import Run, Task
from render_manager.gui.frame_grid.geometry import SIZES
from render_manager.gui.frame_grid.thumbnails import Thumbnails
from render_manager.gui.window import MainWindow
from tests.benchmarks.gaps import Gaps
from tests.benchmarks.program import application, settings_in
from tests.benchmarks.report import Figure

FRAMES = 10_000
LANDED = 7_500
DISTINCT = 500
MANY = 1_000_000
SCROLL_SECONDS = 10
EVENTS_PER_SECOND = 200
EACH = 10
"""Frames that land together."""
ROUNDS = 50
SIZE_OF_WINDOW = (1920, 1200)


def measure(folder: Path) -> list[Figure]:
    application()
    pictures = _pictures(folder / "pictures")
    manager = house.build(settings_in(folder))
    manager.garbage.start()
    try:
        window = _window(manager, folder)
        return [*_ten_thousand(manager, window, pictures), *_million(manager, window)]
    finally:
        _end_runs(manager)
        window.close()
        manager.stop()


def _window(manager: RenderManager, folder: Path) -> MainWindow:
    window = MainWindow(manager.service, settings_in(folder))
    window.resize(*SIZE_OF_WINDOW)
    window.show()
    window.halves.setSizes([SIZE_OF_WINDOW[1] // 3, 2 * SIZE_OF_WINDOW[1] // 3])
    _spin(0.3)
    return window


# --- ten thousand frames ----------------------------------------------------------------------


def _ten_thousand(manager: RenderManager, window: MainWindow, pictures: list[str]) -> list[Figure]:
    task, run = _task(manager, FRAMES)
    for first in range(0, LANDED, 500):
        _land(manager, run, pictures, range(first, first + 500))
    before = _megabytes()
    began = time.perf_counter()
    _show(window, task)
    _wait(lambda: _without_picture(window) == 0)
    filled = time.perf_counter() - began
    figures = [Figure(f"{FRAMES:,} frames with thumbnails: to a filled grid", f"{filled:.2f} s")]
    figures.append(_scroll(manager, window, task, run, pictures, 128))
    figures.append(_scroll(manager, window, task, run, pictures, 24))
    figures.append(_scroll(manager, window, task, run, pictures, 512))
    figures.append(_strip(window, FRAMES))
    figures.append(
        Figure(f"{FRAMES:,} frames: memory", f"{before:.0f} → {_megabytes():.0f} MB", "≤ 350 MB")
    )
    return figures


def _scroll(
    manager: RenderManager, window: MainWindow, task: Task, run: Run, pictures: list[str], size: int
) -> Figure:
    """Scroll down from the top at the speed of a good swing of the wheel, frames landing."""
    grid = window.details.grid
    grid.resize_cells(SIZES.index(size))
    bar = grid.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    lacking: list[float] = []
    moves = count()
    elsewhere = iter(cycle(range(LANDED, FRAMES)))

    def move() -> None:
        bar.setValue((bar.value() + 31) % max(1, bar.maximum() * 3 // 4))
        first, last = grid.places_in_sight()
        if next(moves) % 10 == 0:
            lacking.append(_without_picture(window) / (last - first + 1))

    def land() -> None:
        """Half of them in sight, so that cells change and pictures fade in."""
        first, last = grid.places_in_sight()
        in_sight = range(first, min(last, first + EACH // 2) + 1)
        rows = [*in_sight, *(next(elsewhere) for _n in range(EACH - len(in_sight)))]
        _land_again(manager, task, run, pictures, rows)

    gaps = Gaps()
    timers = [_every(16, move), _every(1000 * EACH // EVENTS_PER_SECOND, land)]
    gaps.start()
    _spin(SCROLL_SECONDS)
    gaps.stop()
    for timer in timers:
        timer.stop()
    empty = 100 * sum(lacking) / len(lacking)
    value = f"{gaps}; {empty:.1f} % of cells still empty"
    return Figure(
        f"scrolling {len(task.frames):,} frames at {size} px, {EVENTS_PER_SECOND} events/s: gaps",
        value,
        "p99 ≤ 16.7 ms",
    )


def _strip(window: MainWindow, count: int) -> Figure:
    """The main thread's own time for everything afresh, and once more unchanged."""
    strip = window.details.frame_pane.strip
    seconds: list[list[float]] = [[], []]
    for _round in range(ROUNDS):
        for times, change in zip(seconds, (strip.refresh, strip.update), strict=True):
            began = time.thread_time()
            change()
            strip.repaint()
            times.append(1000 * (time.thread_time() - began))
    afresh, again = (sorted(times)[ROUNDS // 2] for times in seconds)
    what = f"strip of {count:,} frames in {strip.width()} pixels: changed / unchanged"
    return Figure(what, f"{afresh:.2f} ms / {again:.2f} ms", "≤ 2 ms")


# --- a million --------------------------------------------------------------------------------


def _million(manager: RenderManager, window: MainWindow) -> list[Figure]:
    task, run = _task(manager, MANY)
    states = np.random.default_rng(7).choice(4, MANY, p=[0.2, 0.0001, 0.799, 0.0009])
    task.frames = type(task.frames)(task.frames.numbers, states.astype(np.uint8).tobytes())
    window.table.select([])
    _spin(0.3)
    before = _megabytes()
    gaps = Gaps()
    gaps.start()
    began = time.perf_counter()
    _show(window, task)
    _wait(lambda: window.details.frames.detail(0) is not None)
    opened = time.perf_counter() - began
    gaps.stop()
    what = f"a task of {MANY:,} frames"
    figures = [
        Figure(f"{what}: to open", f"{opened:.2f} s, longest gap {gaps.longest:.1f} ms"),
        _strip(window, MANY),
        _scroll(manager, window, task, run, [], 24),
    ]
    return [*figures, Figure(f"{what}: memory", f"{before:.0f} → {_megabytes():.0f} MB")]


# --- what is needed ---------------------------------------------------------------------------


def _task(manager: RenderManager, count: int) -> tuple[Task, Run]:
    queue = manager.service.queue
    job = RenderJob(f"/s/{count}.fake", "fake", f"shot{count}", f"/out/{count}")
    task = queue.add(job, 0.0)
    queue.fill(task.id, job, range(1, count + 1))
    run = queue.start_run(task.id, (), 0.0)
    manager.dispatcher.dispatched.emit()
    return task, run


def _end_runs(manager: RenderManager) -> None:
    """Or the window would ask before it closes."""
    runs = [run_id for task in manager.service.queue for run_id in task.runs]
    ended = (RunEnded(Outcome.CANCELLED),)
    manager.dispatcher.reported.emit([RunReport(run_id, ended) for run_id in runs])


def _land(manager: RenderManager, run: Run, pictures: list[str], rows: Iterable[int]) -> None:
    events: list[FrameBegan | FrameCompleted] = []
    for row in rows:
        path = pictures[row % len(pictures)] if pictures else None
        file = FrameFile(f"/out/shot.{row + 1:04}.exr", 1, 1920, 1080)
        events += [FrameBegan(row + 1), FrameCompleted(row + 1, (file,), 3.0, path)]
    manager.dispatcher.reported.emit([RunReport(run.id, tuple(events))])


def _land_again(
    manager: RenderManager, task: Task, run: Run, pictures: list[str], rows: list[int]
) -> None:
    manager.service.queue.retry_frames(task.id, [row + 1 for row in rows])
    _land(manager, run, pictures, rows)


def _pictures(folder: Path) -> list[str]:
    """A name for each frame, 500 pictures behind them."""
    folder.mkdir()
    y, x = np.mgrid[0:144, 0:256].astype(np.float32)
    grain = np.random.default_rng(7).normal(0, 6, (144, 256, 3))
    paths = [folder / f"{number}.jpg" for number in range(FRAMES)]
    for number, path in enumerate(paths[:DISTINCT]):
        wave = 127 + 100 * np.sin((x + number) / 23) * np.cos(y / (11 + number % 7))
        pixels = (wave[..., None] + grain).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(path, quality=80)
    for number, path in enumerate(paths[DISTINCT:]):
        os.link(paths[number % DISTINCT], path)
    return [str(path) for path in paths]


def _show(window: MainWindow, task: Task) -> None:
    window.table.select([task.id])
    _wait(lambda: window.details.task is task)


def _without_picture(window: MainWindow) -> int:
    """Completed cells in sight that are painted without their pictures."""
    grid, frames = window.details.grid, window.details.frames
    thumbnails = window.details.findChild(Thumbnails)
    assert thumbnails is not None
    if grid.geometry_of_cells.is_square:
        return 0
    cells = [frames.cell(row) for row in grid.shown.rows(*grid.places_in_sight())]
    paths = [cell.thumbnail_path for cell in cells if cell.thumbnail_path]
    return sum(thumbnails.picture(path) is None for path in paths) + (frames.detail(0) is None)


def _every(milliseconds: int, do: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(do)
    timer.start(milliseconds)
    return timer


def _wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.perf_counter() + seconds
    while not condition():
        assert time.perf_counter() < end
        _spin(0.005)


def _spin(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def _megabytes() -> float:
    return psutil.Process().memory_info().rss / 1e6
