"""A farm of 100 workers that are simulated on this machine, and what it asks of the manager."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import house
import psutil
from broker import Redis, has_redis
from PySide6.QtCore import QEventLoop, QTimer

from render_manager.assembly import RenderManager
from render_manager.domain.states import TaskState
from render_manager.gui.window import MainWindow
from tests.benchmarks.gaps import Gaps
from tests.benchmarks.program import running
from tests.benchmarks.report import Figure

WORKERS, PROCESSES = 100, 2
FRAMES = 20_000
PATIENCE_MS = 300_000


def measure(folder: Path) -> list[Figure]:
    if not has_redis():
        return [Figure("a farm of 100 workers", "Redis is not installed")]
    redis = Redis(folder)
    os.environ |= {"FARM_ENABLED": "true", "BROKER_URL": redis.url}
    try:
        with running(folder) as manager, _workers(redis.url):
            _wait(lambda: len([m for m in manager.machines.elsewhere if m.is_here]) == WORKERS)
            manager.service.machines.drain(["local"])
            return _measure(manager, folder)
    finally:
        for name in ("FARM_ENABLED", "BROKER_URL"):
            os.environ.pop(name)
        redis.stop()


def _measure(manager: RenderManager, folder: Path) -> list[Figure]:
    window = MainWindow(manager.service, manager.settings)
    window.show()
    own = psutil.Process()
    scene = house.make_scene(folder / "farm", end=FRAMES)
    gaps, used, began = Gaps(), own.cpu_times(), time.perf_counter()
    with gaps:
        task = house.submit(manager, scene)
        house.wait_until(manager, lambda: task.completed_frames > 0, PATIENCE_MS)
        first = time.perf_counter()
        house.wait_for_end(manager, task, timeout_ms=PATIENCE_MS)
    seconds = time.perf_counter() - began
    spent = own.cpu_times()
    cpu = spent.user + spent.system - used.user - used.system
    assert task.state is TaskState.COMPLETED, task.error_message
    window.hide()
    title = f"{FRAMES:,} frames of 50 ms on {WORKERS} workers"
    return [
        Figure(f"{title}: frames a second", f"{FRAMES / seconds:.0f}"),
        Figure("… submitted → first frame", f"{1000 * (first - began):.0f} ms"),
        Figure("… the manager's processor", f"{100 * cpu / seconds:.0f} % of a core"),
        Figure("… of it for a frame", f"{1000 * cpu / FRAMES:.2f} ms"),
        Figure("… the manager's memory", f"{own.memory_info().rss / 1e6:.0f} MB"),
        Figure("… gaps of the window", str(gaps), "longest < 100 ms"),
    ]


def _wait(is_so: Callable[[], bool], seconds: float = 60) -> None:
    loop, until = QEventLoop(), time.monotonic() + seconds
    timer = QTimer(interval=50)
    timer.timeout.connect(lambda: loop.quit() if is_so() or time.monotonic() > until else None)
    timer.start()
    loop.exec()
    assert is_so()


@contextlib.contextmanager
def _workers(broker: str) -> Iterator[None]:
    program = str(Path(__file__).with_name("farm_process.py"))
    each = WORKERS // PROCESSES
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    started = [
        subprocess.Popen([sys.executable, program, broker, str(number * each), str(each)], env=env)
        for number in range(PROCESSES)
    ]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()
