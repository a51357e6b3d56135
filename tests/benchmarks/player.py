"""Looking at frames: the player's real rate, stepping, and following the exposure slider."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio
from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from stand_in import Answers, StandIn

from render_manager.domain.events import FrameCompleted, FrameFile
from render_manager.domain.job import SceneInfo
from render_manager.domain.task import Task
from render_manager.gui.inspector.preview import Preview
from render_manager.gui.memory import WindowMemory
from render_manager.gui.window import MainWindow
from render_manager.images.decode import decode
from render_manager.images.pool import ImagePool
from render_manager.images.thumbnails import ThumbnailStore
from tests.benchmarks.program import application, settings_in
from tests.benchmarks.report import Figure, percentiles

Pixels = npt.NDArray[np.float32]

FRAMES = 48
RATE = 24.0
SECONDS = 6.0
STEPS = 7
DRAG_SECONDS = 3.0

LAYERS = ("Combined", "Diffuse", "Glossy", "Emission")
"""Of the 4K EXR: four RGBA layers and depth, 17 channels."""


def measure(folder: Path) -> list[Figure]:
    application()
    store = ThumbnailStore(folder / "thumbnails", 10**9)
    pool = ImagePool(workers=2, store=store)
    try:
        with _window(folder, pool) as (stand_in, window):
            return [
                *_playing(folder, store, stand_in, window),
                *_stepping(folder, store, stand_in, window),
                *_exposing(folder, store, stand_in, window),
            ]
    finally:
        pool.close()


@contextmanager
def _window(folder: Path, pool: ImagePool) -> Iterator[tuple[StandIn, MainWindow]]:
    """A window of 1920 × 1080 whose pictures are read by real workers."""
    stand_in = StandIn(settings_in(folder), pictures=pool)
    window = MainWindow(
        stand_in.service,
        stand_in.settings,
        memory=WindowMemory(folder / "window.ini"),
        dialogs=Answers(),
    )
    window.resize(1920, 1080)
    window.show()
    yield stand_in, window
    window.close()


# --- playing ----------------------------------------------------------------------------------


def _playing(
    folder: Path, store: ThumbnailStore, stand_in: StandIn, window: MainWindow
) -> list[Figure]:
    paths = [_picture(folder / f"play_{n:04}.png", 1920, 1080, n) for n in range(1, FRAMES + 1)]
    task = _task(stand_in, "play", paths, (1920, 1080), store)
    preview = _shown(window, task)
    figures = []
    window.details.enlarge(True)
    _settle(200)
    for temperature in ("cold", "warm"):
        if temperature == "warm":
            _until(lambda: len(preview.reel.rows) == FRAMES, 60)
        figures += _play(preview, temperature)
    window.details.enlarge(False)
    figures.append(Figure("frames at hand", f"{preview.reel.bytes / 1e6:.0f} MB for {FRAMES}"))
    return figures


def _play(preview: Preview, temperature: str) -> list[Figure]:
    """Play for some seconds, then go on in silence until all frames are at hand."""
    paints, heart = PaintWatch(preview), Heart()
    preview.setFocus()
    QTest.keyClick(preview.view, Qt.Key.Key_Home)
    _settle(500)
    paints.begin()
    heart.begin()
    QTest.keyClick(preview.view, Qt.Key.Key_Space)
    _settle(int(1000 * SECONDS))
    gaps, times = heart.gaps, paints.times
    rate = (len(times) - 1) / (times[-1] - times[0])
    late = sum(later - before > 1.5 / RATE for before, later in pairwise(times))
    if temperature == "cold":
        _until(lambda: len(preview.reel.rows) == FRAMES, 60)
    QTest.keyClick(preview.view, Qt.Key.Key_Space)
    paints.end()
    heart.end()
    what = f"player, 1080p PNG on 1920 × 1080, {temperature}"
    return [
        Figure(f"{what}: frames painted a second", f"{rate:.1f}", f"{RATE:g}"),
        Figure(f"{what}: frames painted late", f"{late} of {len(times)}"),
        Figure(
            f"{what}: gaps of the event loop",
            f"p99 {1000 * statistics.quantiles(gaps, n=100)[98]:.1f} ms, "
            f"longest {1000 * max(gaps):.1f} ms",
            "p99 ≤ 16.7 ms",
        ),
    ]


# --- stepping ---------------------------------------------------------------------------------


def _stepping(
    folder: Path, store: ThumbnailStore, stand_in: StandIn, window: MainWindow
) -> list[Figure]:
    png = [folder / f"play_{n:04}.png" for n in range(1, STEPS + 1)]
    exr = [_layered(folder / f"step_{n:04}.exr", 3840, 2160, n) for n in range(1, STEPS + 1)]
    figures = []
    for name, paths, size in (
        ("1080p PNG", png, (1920, 1080)),
        ("4K EXR, 17 channels", exr, (3840, 2160)),
    ):
        preview = _shown(window, _task(stand_in, name, paths, size, store))
        rough, whole = _step_through(preview)
        figures += [
            percentiles(f"next frame → thumbnail painted: {name}", rough),
            percentiles(f"next frame → whole picture painted: {name}", whole),
        ]
    return figures


def _step_through(preview: Preview) -> tuple[list[float], list[float]]:
    paints = PaintWatch(preview)
    QTest.keyClick(preview.view, Qt.Key.Key_Home)
    _until(lambda: preview.picture.looking.is_settled, 20)
    rough, whole = [], []
    for _step in range(STEPS - 1):
        paints.begin()
        began = time.perf_counter()
        QTest.keyClick(preview.view, Qt.Key.Key_Right)
        _until(lambda: preview.picture.looking.is_settled, 20)
        _settle(50)
        rough.append(paints.times[0] - began)
        whole.append(paints.times[-1] - began)
    paints.end()
    return rough, whole


# --- exposure ---------------------------------------------------------------------------------


def _exposing(
    folder: Path, store: ThumbnailStore, stand_in: StandIn, window: MainWindow
) -> list[Figure]:
    path = _layered(folder / "light_0001.exr", 1920, 1080, 1)
    preview = _shown(window, _task(stand_in, "light", [path], (1920, 1080), store))
    window.details.enlarge(True)
    QTest.keyClick(preview.view, Qt.Key.Key_1)
    _settle(300)
    _until(lambda: preview.picture.looking.is_settled, 20)
    paints, heart = PaintWatch(preview), Heart()
    paints.begin()
    heart.begin()
    slider = preview.picture.bar.exposure.slider
    drag = QTimer(interval=10)
    drag.timeout.connect(lambda: slider.setValue((slider.value() + 101) % 200 - 100))
    drag.start()
    _settle(int(1000 * DRAG_SECONDS))
    drag.stop()
    paints.end()
    heart.end()
    window.details.enlarge(False)
    times = paints.times
    return [
        Figure(
            "exposure drag, 1080p EXR at 1:1: redraws a second",
            f"{(len(times) - 1) / (times[-1] - times[0]):.0f}",
        ),
        Figure(
            "exposure drag, 1080p EXR at 1:1: longest gap of the event loop",
            f"{1000 * max(heart.gaps):.1f} ms",
        ),
    ]


# --- how it is measured -----------------------------------------------------------------------


class PaintWatch(QObject):
    """Notes when another picture was painted."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview)
        self._view = preview.view
        self._last = 0
        self._is_on = False
        self.times: list[float] = []
        self._view.installEventFilter(self)

    def begin(self) -> None:
        self.times = []
        self._last = self._key()
        self._is_on = True

    def end(self) -> None:
        self._is_on = False

    def _key(self) -> int:
        return self._view.planes[-1].image.cacheKey() if self._view.planes else 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._is_on and event.type() is QEvent.Type.Paint and self._key() != self._last:
            self._last = self._key()
            self.times.append(time.perf_counter())
        return super().eventFilter(watched, event)


class Heart(QObject):
    """Beats every 2 ms while the event loop is free."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=2, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        self.gaps, self._last = [], time.perf_counter()
        self._timer.start()

    def end(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now


def _task(
    stand_in: StandIn, name: str, paths: list[Path], size: tuple[int, int], store: ThumbnailStore
) -> Task:
    """A task whose frames are these files."""
    scene = SceneInfo("fake", fps=RATE, width=size[0], height=size[1])
    task = stand_in.add(name, range(1, len(paths) + 1), scene=scene)
    frames = [
        FrameCompleted(
            number,
            (FrameFile(str(path), path.stat().st_size, *size),),
            1.0,
            str(store.put(decode(path, 256).small)),
        )
        for number, path in enumerate(paths, start=1)
    ]
    stand_in.report(stand_in.begin(task), *frames)
    return task


def _shown(window: MainWindow, task: Task) -> Preview:
    window.table.select([task.id])
    preview = window.details.inspector.preview
    _until(lambda: window.details.task is task and preview.picture.looking.view is not None, 20)
    _until(lambda: preview.picture.looking.is_settled, 20)
    return preview


def _picture(path: Path, width: int, height: int, number: int) -> Path:
    pixels = (_colours(width, height, number)[..., :3] * 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, compress_level=1)
    return path


def _layered(path: Path, width: int, height: int, number: int) -> Path:
    colours = _colours(width, height, number)
    spec = oiio.ImageSpec(width, height, 4 * len(LAYERS) + 1, "half")
    names = [f"ViewLayer.{layer}.{channel}" for layer in LAYERS for channel in "RGBA"]
    spec.channelnames = (*names, "ViewLayer.Depth.Z")
    spec.attribute("compression", "zip")
    picture = oiio.ImageBuf(spec)
    picture.set_pixels(oiio.ROI(), np.dstack([colours] * len(LAYERS) + [colours[..., :1] * 100]))
    picture.write(str(path))
    return path


def _colours(width: int, height: int, number: int) -> Pixels:
    """Soft shapes with grain, so that they compress like a render."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    base = 0.5 + 0.4 * np.sin((x + 20 * number) / 97) * np.cos(y / 71)
    base += np.random.default_rng(number).normal(0, 0.02, (height, width)).astype(np.float32)
    colours: Pixels = np.stack([base, base * 0.8, 1 - base, np.ones_like(base)], axis=-1)
    return colours.clip(0, 1)


def _settle(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.perf_counter() + seconds
    while not condition() and time.perf_counter() < end:
        _settle(2)
    assert condition(), "what was waited for did not come"
