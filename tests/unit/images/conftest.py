"""Pictures to read, made on the spot, and ways to reach into an image worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio
import pytest

from render_manager.images.thumbnails import ThumbnailStore

Pixels = npt.NDArray[np.float32]
Paint = Callable[..., Path]


@pytest.fixture
def store(tmp_path: Path) -> ThumbnailStore:
    return ThumbnailStore(tmp_path / "thumbnails", 10 << 20)


@pytest.fixture(scope="session")
def scene() -> Callable[..., Pixels]:
    """A smooth picture with a lamp in it: `scene(width, height, channels)`; alpha is 1."""

    def make(width: int = 160, height: int = 90, channels: int = 3) -> Pixels:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        waves = [0.5 + 0.4 * np.sin(x / (9 + 4 * c)) * np.cos(y / (7 + 5 * c)) for c in range(3)]
        picture = np.stack(waves, axis=-1).astype(np.float32)
        if channels == 4:
            picture = np.dstack([picture, np.ones((height, width), np.float32)])
        chosen: Pixels = picture[..., :channels]
        return chosen

    return make


@pytest.fixture(scope="session")
def paint() -> Paint:
    """Write pixels to a file: `paint(path, pixels, "half", compression="zip", window=(x, y, w, h))`.

    `window` is the display window; `names` are channel names.
    """

    def write(
        path: Path,
        pixels: Pixels,
        kind: str = "uint8",
        *,
        names: Sequence[str] = (),
        window: tuple[int, int, int, int] | None = None,
        tile: int = 0,
        attributes: dict[str, Any] | None = None,
    ) -> Path:
        spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], kind)
        spec.tile_width = spec.tile_height = tile
        if names:
            spec.channelnames = tuple(names)
        if window:
            spec.full_x, spec.full_y, spec.full_width, spec.full_height = window
        for key, value in (attributes or {}).items():
            spec.attribute(key, value)
        _write_parts(path, [(spec, pixels)])
        return path

    return write


@pytest.fixture(scope="session")
def paint_parts() -> Callable[..., Path]:
    """Write a multi-part EXR: `paint_parts(path, {"rgba": ("RGBA", pixels), …}, compression)`."""

    def write(
        path: Path, parts: dict[str, tuple[Sequence[str], Pixels]], compression: str = "zip"
    ) -> Path:
        written = []
        for name, (channels, pixels) in parts.items():
            spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], len(channels), "half")
            spec.channelnames = tuple(channels)
            spec.attribute("oiio:subimagename", name)
            spec.attribute("compression", compression)
            written.append((spec, pixels))
        _write_parts(path, written)
        return path

    return write


def _write_parts(path: Path, parts: list[tuple[Any, Pixels]]) -> None:
    output = oiio.ImageOutput.create(str(path))
    assert output is not None, oiio.geterror()
    specs = [spec for spec, _ in parts]
    assert output.open(str(path), specs if len(specs) > 1 else specs[0]), output.geterror()
    for index, (spec, pixels) in enumerate(parts):
        if index:
            assert output.open(str(path), spec, "AppendSubimage"), output.geterror()
        write = output.write_tiles if spec.tile_width else None
        if write is not None:
            height, width = pixels.shape[:2]
            assert write(0, width, 0, height, 0, 1, pixels), output.geterror()
        else:
            assert output.write_image(pixels), output.geterror()
    assert output.close()


@pytest.fixture(scope="session")
def paint_deep() -> Callable[[Path], Path]:
    """Write a deep EXR of 40 × 30 pixels, with 0, 1 or 2 half-transparent samples each."""

    def write(path: Path) -> Path:
        kinds = [oiio.HALF] * 4 + [oiio.FLOAT]
        spec = oiio.ImageSpec(40, 30, 5, "half")
        spec.channelnames, spec.channelformats = ("R", "G", "B", "A", "Z"), tuple(kinds)
        spec.deep = True
        deep = oiio.DeepData()
        deep.init(40 * 30, 5, kinds, list(spec.channelnames))
        for pixel in range(40 * 30):
            deep.set_samples(pixel, pixel % 3)
            for sample in range(pixel % 3):
                for channel, value in enumerate((0.5, 0.2, 0.1, 0.5, sample + 1.0)):
                    deep.set_deep_value(pixel, channel, sample, value)
        output = oiio.ImageOutput.create(str(path))
        assert output is not None, oiio.geterror()
        assert output.open(str(path), spec) and output.write_deep_image(deep), output.geterror()
        assert output.close()
        return path

    return write


@dataclass(frozen=True)
class _InWorker:
    expression: str

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, (self.expression,)

    def __fspath__(self) -> str:
        return "evaluated.exr"


@pytest.fixture(scope="session")
def in_worker() -> Callable[[str], str]:
    """A path that the worker gets by evaluating an expression, when it unpickles the request."""
    return lambda expression: cast(str, _InWorker(expression))
