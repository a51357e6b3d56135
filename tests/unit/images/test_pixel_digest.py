from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from render_manager.images.pixel_digest import PixelDigest


def digest(pixels: npt.NDArray[np.float32], strip: int = 32) -> str:
    made = PixelDigest()
    for top in range(0, len(pixels), strip):
        made.add(pixels[top : top + strip])
    return made.text


@pytest.mark.parametrize("shape", [(1, 1, 1), (33, 7, 3), (64, 50, 4)])
def test_the_same_pixels_have_the_same_digest_and_others_another(
    shape: tuple[int, int, int],
) -> None:
    pixels = np.random.default_rng(2).random(shape, np.float32)
    same = digest(pixels)
    assert digest(pixels.copy()) == same
    rng = np.random.default_rng(4)
    for _ in range(50):
        other = pixels.copy()
        place = tuple(rng.integers(0, shape))
        other[place] = np.nextafter(other[place], np.float32(2))
        assert digest(other) != same


def test_the_order_of_pixels_counts() -> None:
    pixels = np.random.default_rng(2).random((64, 50, 4), np.float32)
    assert len({digest(pixels), digest(pixels[::-1]), digest(pixels[:, ::-1])}) == 3
    assert digest(np.zeros((32, 8, 4), np.float32)) != digest(np.zeros((33, 8, 4), np.float32))
