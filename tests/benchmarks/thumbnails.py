"""Evidence and thumbnail of one picture, by us and by the readers that others use."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImageReader

from render_manager.images.pool import ImagePool
from render_manager.images.reading import FrameRequest, read_frame
from render_manager.images.thumbnails import ThumbnailStore
from tests.benchmarks.program import application
from tests.benchmarks.report import Figure, ratio

ROUNDS = 8
PICTURES = 24


def measure(folder: Path) -> list[Figure]:
    application()
    png = make_picture(folder / "p.png", 1920, 1080, "uint8")
    exr = make_picture(folder / "p.exr", 3840, 2160, "half")
    store = ThumbnailStore(folder / "thumbnails", 10**9)
    our_png, pillow, qt = _in_turns(
        lambda: read_frame(FrameRequest((str(png),), None, None), store),
        lambda: _pillow(png, folder / "pillow.jpg"),
        lambda: _qt(png, folder / "qt.jpg"),
    )
    (our_exr,) = _in_turns(lambda: read_frame(FrameRequest((str(exr),), None, None), store))
    return [
        ratio("1080p PNG with evidence: ours / Pillow's thumbnail", our_png, pillow),
        ratio("1080p PNG with evidence: ours / Qt's reader", our_png, qt),
        _rate("1080p PNG, one core", our_png),
        _rate("4K EXR (Pillow and Qt cannot read it), one core", our_exr),
        _pool("1080p PNG", png, folder),
        _pool("4K EXR", exr, folder),
    ]


def make_picture(path: Path, width: int, height: int, kind: str) -> Path:
    """A picture with soft shapes and grain, so that it compresses like a render."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    base = 0.5 + 0.4 * np.sin(x / 97) * np.cos(y / 71)
    grain = np.random.default_rng(7).normal(0, 0.02, (height, width)).astype(np.float32)
    pixels = np.stack([base + grain, base * 0.8, 1 - base, np.ones_like(base)], axis=-1)
    channels = 4 if kind == "half" else 3
    spec = oiio.ImageSpec(width, height, channels, kind)
    spec.attribute("compression", "zip")
    picture = oiio.ImageBuf(spec)
    picture.set_pixels(oiio.ROI(), np.ascontiguousarray(pixels[:, :, :channels].clip(0, 1)))
    picture.write(str(path))
    return path


def _in_turns(*acts: Callable[[], object]) -> list[list[float]]:
    seconds: list[list[float]] = [[] for _act in acts]
    for number in range(ROUNDS + 1):
        for place, act in enumerate(acts):
            began = time.perf_counter()
            act()
            if number:
                seconds[place].append(time.perf_counter() - began)
    return seconds


def _pillow(path: Path, out: Path) -> None:
    with Image.open(path) as picture:
        picture.draft("RGB", (256, 256))
        picture.thumbnail((256, 256), reducing_gap=2.0)
        picture.convert("RGB").save(out, quality=80)


def _qt(path: Path, out: Path) -> None:
    reader = QImageReader(str(path))
    size = reader.size().scaled(QSize(256, 256), Qt.AspectRatioMode.KeepAspectRatio)
    reader.setScaledSize(size)
    reader.read().save(str(out), quality=80)


def _rate(what: str, seconds: list[float]) -> Figure:
    middle = sorted(seconds)[len(seconds) // 2]
    return Figure(
        f"thumbnails with evidence: {what}", f"{1 / middle:.1f}/s ({1000 * middle:.0f} ms)"
    )


def _pool(what: str, path: Path, folder: Path) -> Figure:
    """How many a second two worker processes read, against one."""
    rates = []
    for workers in (1, 2):
        pool = ImagePool(workers=workers, store=ThumbnailStore(folder / "pool", 10**9))
        wait([pool.submit(FrameRequest((str(path),), None, None)) for _warm in range(2 * workers)])
        began = time.perf_counter()
        wait([pool.submit(FrameRequest((str(path),), None, None)) for _n in range(PICTURES)])
        rates.append(PICTURES / (time.perf_counter() - began))
        pool.close()
    return Figure(f"{what}: two workers / one", f"{rates[1] / rates[0]:.2f}  ({rates[1]:.1f}/s)")
