"""A log of 100 MB, followed while it grows by 2,000 lines a second, scrolled and searched."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from stand_in import Answers, StandIn

from render_manager.domain.events import RunStarted
from render_manager.gui.inspector.log.document import LogDocument
from render_manager.gui.inspector.log_view import LogView
from render_manager.gui.memory import WindowMemory
from render_manager.gui.window import MainWindow
from tests.benchmarks.gaps import Gaps
from tests.benchmarks.program import application, settings_in
from tests.benchmarks.report import Figure

MEGABYTES = 100
LINES_A_SECOND = 2_000
SCROLLED_SECONDS = 10.0
QUIET_SECONDS = 2.0
GOAL = "p99 ≤ 16.7 ms"

WRITER = """
import os, sys, time
line = "Fra:{n} Mem:412.77M (Peak 530.10M) | Time:00:12.31 | Scene, ViewLayer | Sample {k}/128\\n"
number = 0
while os.getppid() == int(sys.argv[3]):
    with open(sys.argv[1], "a") as log:
        for _line in range(int(sys.argv[2]) // 50):
            number += 1
            log.write(line.format(n=900 + number // 4000, k=number % 128))
    time.sleep(0.02)
"""


def measure(folder: Path) -> list[Figure]:
    application()
    log = folder / "1.log"
    lines = _write(log, MEGABYTES * 1_000_000)
    window, begin = _window(folder, log)
    view = window.details.inspector.log
    rounds: list[Figure] = []
    with _growing(log):
        rounds += _first_look(view, begin)
        rounds += _scrolling(view)
        rounds += _searching(view)
        with Gaps() as quiet:
            _spin(lambda: False, QUIET_SECONDS)
        rounds.append(Figure("… being followed, all else done", str(quiet), GOAL))
    assert view.document.count > lines
    window.close()
    return [
        _named(f"a log of {MEGABYTES} MB, {LINES_A_SECOND:,} lines/s more", one) for one in rounds
    ]


def _first_look(view: LogView, begin: Callable[[], None]) -> list[Figure]:
    """From the moment that the page opens to the last line, and to the last problem."""
    gc.collect()
    before = _resident()
    painted = _Painted(view)
    began = time.perf_counter()
    with Gaps() as gaps:
        begin()
        _spin(lambda: painted.at is not None, 60)
        end_shown = (painted.at or time.perf_counter()) - began
        _spin(lambda: _is_looked_through(view.document), 300)
        looked_through = time.perf_counter() - began
    return [
        Figure("… until its end is shown", f"{end_shown:.2f} s"),
        Figure("… until problems and frames are known", f"{looked_through:.1f} s"),
        Figure("… gaps of the event loop meanwhile", str(gaps), GOAL),
        Figure("… resident memory added", f"{_resident() - before:.0f} MB"),
    ]


def _scrolling(view: LogView) -> list[Figure]:
    """With the wheel through a part of it, then by the bar through all of it."""
    end = time.perf_counter() + SCROLLED_SECONDS
    notches = 0

    def scroll() -> bool:
        nonlocal notches
        notches += 1
        if notches % 20:
            _wheel(view, 2 if notches % 400 < 200 else -2)
        else:
            bar = view.area.bar
            bar.setSliderPosition(bar.maximum() * (notches * 37 % 101) // 101)
        return time.perf_counter() > end

    with Gaps() as gaps:
        _spin(scroll, SCROLLED_SECONDS + 5)
    return [Figure("… being scrolled", str(gaps), GOAL)]


def _searching(view: LogView) -> list[Figure]:
    figures = []
    for wanted, kind in (("sample 99/", "some thousand hits"), ("不在", "none, not ASCII")):
        with Gaps() as gaps:
            began = time.perf_counter()
            view.find_bar.begin()
            view.find_bar.field.insert(wanted)
            _spin(lambda: _is_searched(view.document), 120)
            seconds = time.perf_counter() - began
        hits = len(view.document.hits)
        view.find_bar.end()
        figures.append(
            Figure(
                f"… searched to its end ({kind})", f"{seconds:.1f} s, {hits:,} hits; {gaps}", GOAL
            )
        )
    return figures


# --- what is measured -------------------------------------------------------------------------


class _Painted(QObject):
    """Notes when the last line was first painted."""

    def __init__(self, view: LogView) -> None:
        super().__init__(view)
        self._view = view
        self.at: float | None = None
        view.area.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self.at is None:
            document, area = self._view.document, self._view.area
            is_end = area.top + area.rows >= document.count
            if document.count and is_end and document.text(document.count - 1) is not None:
                self.at = time.perf_counter()
        return super().eventFilter(watched, event)


def _is_looked_through(document: LogDocument) -> bool:
    """Up to what was written in the last second."""
    return document.count > 0 and document.scanned > document.count - LINES_A_SECOND


def _is_searched(document: LogDocument) -> bool:
    return document.searched > document.count - LINES_A_SECOND


def _resident() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


# --- what it is measured on -------------------------------------------------------------------


def _window(folder: Path, log: Path) -> tuple[MainWindow, Callable[[], None]]:
    """The window with its log page open, and what makes the log appear."""
    settings = settings_in(folder)
    stand_in = StandIn(settings)
    memory = WindowMemory(folder / "window.ini")
    window = MainWindow(stand_in.service, settings, memory=memory, dialogs=Answers())
    window.resize(1280, 800)
    window.show()
    task = stand_in.add("shot", range(1, 2001), renderer="blender")
    run = stand_in.begin(task)
    window.table.select([task.id])
    _spin(lambda: window.details.task is task, 10)
    window.details.show_log()
    window.details.panes.setSizes([400, 880])
    _spin(lambda: window.details.inspector.log.area.viewport().width() > 400, 10)
    started = RunStarted(1, 0.0, "blender", str(log))
    return window, lambda: stand_in.report(run, started)


def _write(path: Path, size: int) -> int:
    """A log as Blender with our driver writes it, with a problem every few frames."""
    written = lines = frame = 0
    with path.open("w", encoding="utf-8") as log:
        while written < size:
            frame += 1
            part = list(_frame_lines(frame))
            written += log.write("".join(part))
            lines += len(part)
    return lines


def _frame_lines(frame: int) -> Iterator[str]:
    yield f'[render-manager] {{"event": "frame_started", "frame": {frame}}}\n'
    for sample in range(1025):
        left = f"{(1024 - sample) // 60:02}:{(1024 - sample) % 60:02}.{sample % 100:02}"
        yield (
            f"Fra:{frame} Mem:{400 + sample % 50}.{sample % 90 + 10}M (Peak 530.10M) | "
            f"Time:00:{sample // 60:02}.{sample % 100:02} | Remaining:{left} | "
            f"Mem:301.22M, Peak:310.00M | Scene, ViewLayer | Sample {sample}/1024\n"
        )
    if frame % 5 == 0:
        yield f"Warning: Image file '/shots/textures/{frame}.png' does not exist\n"
    yield f"Saved: '/renders/shot/shot_{frame:04}.png'\n"
    yield f'[render-manager] {{"event": "frame_finished", "frame": {frame}, "seconds": 41.2}}\n'


@contextmanager
def _growing(log: Path) -> Iterator[None]:
    """Another process writes on."""
    told = (str(log), str(LINES_A_SECOND), str(os.getpid()))
    writer = subprocess.Popen([sys.executable, "-c", WRITER, *told])
    try:
        yield
    finally:
        writer.kill()
        writer.wait()


def _wheel(view: LogView, notches: int) -> None:
    viewport = view.area.viewport()
    middle = viewport.rect().center()
    event = QWheelEvent(
        QPointF(middle),
        QPointF(viewport.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def _spin(is_done: Callable[[], bool], most_seconds: float) -> None:
    """Let Qt run until it is done, asking 60 times a second."""
    loop = QEventLoop()
    end = time.perf_counter() + most_seconds
    asking = QTimer(interval=16)
    asking.timeout.connect(lambda: loop.quit() if is_done() or time.perf_counter() > end else None)
    asking.start()
    loop.exec()
    asking.stop()


def _named(what: str, figure: Figure) -> Figure:
    return Figure(figure.what.replace("…", what, 1), figure.value, figure.goal)
