"""Buckets that were left out are found, and nothing that a picture may well show is taken for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from render_manager.images.decode import decode
from render_manager.images.missing_buckets import MissingBuckets

Pixels = npt.NDArray[np.float32]
WIDTH, HEIGHT = 640, 360


def textured(width: int = WIDTH, height: int = HEIGHT, channels: int = 4) -> Pixels:
    """A picture with grain, opaque if it has alpha."""
    pixels = np.random.default_rng(3).uniform(0.1, 0.9, (height, width, channels))
    pixels[..., 3:] = 1
    return pixels.astype(np.float32)


def lacks_buckets(pixels: Pixels, strip: int = 32) -> bool:
    height, width = pixels.shape[:2]
    found = MissingBuckets(width, height)
    for top in range(0, height, strip):
        found.add(top, pixels[top : top + strip])
    return found.are_there


def fill(pixels: Pixels, left: int, top: int, width: int, height: int, value: float = 0) -> Pixels:
    pixels[max(0, top) : top + height, left : left + width] = value
    return pixels


@pytest.mark.parametrize("tile", [16, 32, 64, 128, 256])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_missing_bucket_is_found(tile: int, channels: int) -> None:
    whole = textured(channels=channels)
    assert not lacks_buckets(whole)
    assert lacks_buckets(fill(whole, tile, 0 if tile == 256 else tile, tile, tile))


def test_buckets_counted_from_the_lower_edge_are_found() -> None:
    assert lacks_buckets(fill(textured(), 64, HEIGHT - 128, 64, 64))


@pytest.mark.parametrize(
    "place", [(0, 0, 64, 64), (576, 0, 64, 64), (320, 320, 64, 40), (576, 320, 64, 40)]
)
def test_buckets_at_an_edge_are_found(place: tuple[int, int, int, int]) -> None:
    assert lacks_buckets(fill(textured(), *place))


def test_several_buckets_in_any_shape_are_found() -> None:
    pixels = textured()
    for left, top in ((64, 64), (128, 64), (128, 128), (320, 192)):
        fill(pixels, left, top, 64, 64)
    assert lacks_buckets(pixels)


def test_a_bucket_of_one_colour_is_found() -> None:
    assert lacks_buckets(fill(textured(), 128, 64, 64, 64, 0.5))


def test_a_bucket_is_found_beside_bars_and_background() -> None:
    pixels = fill(fill(textured(), 0, 0, WIDTH, 40), 0, 320, WIDTH, 40)
    assert lacks_buckets(fill(pixels, 128, 128, 64, 64))


@pytest.mark.parametrize("bar", [16, 40, 48])
def test_bars_are_no_buckets(bar: int) -> None:
    above = fill(textured(), 0, 0, WIDTH, bar)
    assert not lacks_buckets(above)
    assert not lacks_buckets(fill(above, 0, HEIGHT - bar, WIDTH, bar))
    beside = fill(fill(textured(), 0, 0, bar, HEIGHT), WIDTH - bar, 0, bar, HEIGHT)
    assert not lacks_buckets(beside)
    around = fill(np.zeros_like(beside), bar, bar, 10, 10, 1)
    around[bar:-bar, bar:-bar] = textured()[bar:-bar, bar:-bar]
    assert not lacks_buckets(around)


def disc(radius: float, x: float = 320, y: float = 180) -> npt.NDArray[np.bool_]:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    inside: npt.NDArray[np.bool_] = (columns - x) ** 2 + (rows - y) ** 2 < radius**2
    return inside


@pytest.mark.parametrize("radius", [20, 33, 64, 100, 150, 250])
def test_backgrounds_and_holes_are_no_buckets(radius: int) -> None:
    pixels = textured()
    pixels[~disc(radius)] = 0
    assert not lacks_buckets(pixels)
    pixels = textured()
    pixels[disc(radius)] = 0
    assert not lacks_buckets(pixels)


def test_many_small_lamps_and_holes_are_no_buckets() -> None:
    pixels, places = textured(), np.random.default_rng(1)
    for _ in range(400):
        x, y, radius = places.uniform((0, 0, 8), (WIDTH, HEIGHT, 24))
        pixels[disc(radius, x, y)] = places.choice([0.0, 1.0])
    assert not lacks_buckets(pixels)


@pytest.mark.parametrize("seed", range(20))
def test_rectangles_off_the_grid_are_no_buckets(seed: int) -> None:
    pixels, places = textured(), np.random.default_rng(seed)
    for _ in range(5):
        left, top = places.integers(0, 500), places.integers(0, 250)
        fill(pixels, 16 * (left // 16) + 5, top, *places.integers(16, 100, 2))
    assert not lacks_buckets(pixels)


def test_drawings_of_flat_colour_are_no_buckets() -> None:
    colours = np.random.default_rng(5).uniform(0, 1, (HEIGHT // 8, WIDTH // 16, 3))
    pixels = np.repeat(np.repeat(colours, 8, axis=0), 16, axis=1).astype(np.float32)
    assert not lacks_buckets(pixels)
    window = np.full((HEIGHT, WIDTH, 3), 0.9, np.float32)
    fill(fill(fill(window, 32, 32, 128, 64, 0.2), 192, 32, 256, 256, 0.4), 224, 64, 64, 64, 0.1)
    assert not lacks_buckets(window)


def test_a_picture_in_a_flat_frame_is_no_bucket() -> None:
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    pixels[64:192, 128:384] = textured()[64:192, 128:384]
    assert not lacks_buckets(pixels)


def test_a_flat_sky_above_rough_hills_is_no_bucket() -> None:
    pixels = textured()
    hills = 150 + 30 * np.sin(np.arange(WIDTH) / 40)
    pixels[np.arange(HEIGHT)[:, None] < hills[None]] = (0.2, 0.4, 0.9, 1)
    assert not lacks_buckets(pixels)


def test_a_soft_edge_makes_it_no_bucket() -> None:
    pixels = fill(textured(), 64, 64, 64, 64)
    pixels[63, 70:90] = 0
    assert not lacks_buckets(pixels)


@pytest.mark.parametrize("shape", [(1, 1), (7, 300), (16, 16), (40, 40), (361, 643)])
def test_any_size_is_survived(shape: tuple[int, int]) -> None:
    assert not lacks_buckets(textured(shape[1], shape[0]))
    assert not lacks_buckets(np.zeros((*shape, 3), np.float32))


def test_strips_that_do_not_fit_are_survived() -> None:
    assert not lacks_buckets(fill(textured(), 64, 64, 64, 64), strip=20)


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("a.exr", "half", {}),
        ("b.exr", "half", {"tile": 64}),
        ("c.png", "uint8", {}),
        ("d.tif", "uint16", {}),
    ],
)
def test_it_is_found_in_a_file(
    tmp_path: Path, paint: Callable[..., Path], name: str, kind: str, options: dict[str, int]
) -> None:
    whole = paint(tmp_path / f"whole_{name}", textured(), kind, **options)
    assert not decode(whole, 256).lacks_buckets
    path = paint(tmp_path / name, fill(textured(), 128, 64, 64, 64), kind, **options)
    assert decode(path, 256).lacks_buckets


@pytest.mark.parametrize(
    ("name", "kind", "compression"), [("a.jpg", "uint8", "jpeg:90"), ("a.exr", "half", "dwaa:45")]
)
def test_the_blocks_of_a_compression_are_no_buckets(
    tmp_path: Path, paint: Callable[..., Path], name: str, kind: str, compression: str
) -> None:
    pixels = fill(textured(channels=3), 128, 64, 64, 64)
    path = paint(tmp_path / name, pixels, kind, attributes={"compression": compression})
    assert not decode(path, 256).lacks_buckets
