"""Making small, and noting what is suspicious: exact, in any division into strips."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.images.box_filter import BoxFilter
from render_manager.images.pixel_notes import PixelNotes

Pixels = npt.NDArray[np.float32]


def _reduced(picture: Pixels, side: int, strip: int = 32) -> Pixels:
    box = BoxFilter(picture.shape[1], picture.shape[0], side)
    for top in range(0, len(picture), strip):
        box.add(0, top, picture[top : top + strip])
    return box.result()


def _mean_of_areas(picture: Pixels, width: int, height: int) -> Pixels:
    """By brute force: enlarge to a common multiple, then take means of whole blocks."""
    large = picture.repeat(height, axis=0).repeat(width, axis=1)
    blocks = large.reshape(height, picture.shape[0], width, picture.shape[1], -1)
    mean: Pixels = blocks.mean(axis=(1, 3), dtype=np.float64).astype(np.float32)
    return mean


@settings(deadline=None, max_examples=40)
@given(
    width=st.integers(1, 70),
    height=st.integers(1, 70),
    side=st.integers(1, 40),
    strip=st.integers(1, 40),
    seed=st.integers(0, 100),
)
def test_every_pixel_is_the_mean_of_its_area(
    width: int, height: int, side: int, strip: int, seed: int
) -> None:
    picture = np.random.default_rng(seed).random((height, width, 2)).astype(np.float32)
    small = _reduced(picture, side, strip)
    assert max(small.shape[:2]) == min(side, max(width, height))
    expected = _mean_of_areas(picture, small.shape[1], small.shape[0])
    np.testing.assert_allclose(small, expected, atol=2e-5)


def test_a_lamp_leaves_no_dark_ring() -> None:
    picture = np.full((80, 80, 3), 0.2, np.float32)
    picture[40:44, 40:44] = 5000
    assert _reduced(picture, 20).min() == pytest.approx(0.2, rel=1e-5)


def test_what_lies_outside_the_window_is_cut_and_what_is_missing_is_zero() -> None:
    box = BoxFilter(10, 10, 10)
    box.add(-2, -1, np.ones((4, 5, 1), np.float32))
    expected = np.zeros((10, 10))
    expected[:3, :3] = 1
    np.testing.assert_array_equal(box.result()[..., 0], expected)


@pytest.mark.parametrize(("left", "top"), [(20, 0), (0, 20), (-20, 0), (0, -20)])
def test_rows_entirely_outside_leave_nothing(left: int, top: int) -> None:
    box = BoxFilter(10, 10, 5)
    box.add(left, top, np.ones((4, 5, 3), np.float32))
    assert not box.result().any()


def _notes(picture: Pixels, colours: int = 3) -> tuple[str, ...]:
    notes = PixelNotes(colours)
    for top in range(0, len(picture), 8):
        notes.add(picture[top : top + 8].copy())
    return notes.notes


def _grey(value: float, channels: int = 3) -> Pixels:
    return np.full((30, 20, channels), value, np.float32)


def _one_pixel(value: float, background: float = 0.0, channel: int = 1) -> Pixels:
    picture = _grey(background)
    picture[17, 3, channel] = value
    return picture


VARIED = np.random.default_rng(1).random((30, 20, 4)).astype(np.float32)
CLEAR = np.dstack([VARIED[..., :3], np.zeros((30, 20), np.float32)])


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (VARIED, ()),
        (_one_pixel(np.nan, 0.5), ("nan",)),
        (_one_pixel(np.inf, 0.5), ("inf",)),
        (_one_pixel(-np.inf, 0.5), ("inf",)),
        (_one_pixel(np.nan, 0.5) + _one_pixel(np.inf, 0.5, 2), ("nan", "inf")),
        (_one_pixel(3e38, 0.5), ()),
        (_grey(3e38), ("flat",)),
        (_grey(0.0), ("black",)),
        (_grey(-0.0), ("black",)),
        (_grey(0.5), ("flat",)),
        (_one_pixel(1e-30), ()),
        (_one_pixel(-1e-6), ()),
        (_grey(0.0, 4), ("black", "transparent")),
        (np.dstack([_grey(0.0), _grey(1.0, 1)]), ("black",)),
        (CLEAR, ("transparent",)),
        (np.full((1, 1, 3), 0.5, np.float32), ("flat",)),
    ],
)
def test_notes(picture: Pixels, expected: tuple[str, ...]) -> None:
    assert _notes(picture) == expected


def test_grey_pictures_are_noted_alike() -> None:
    assert _notes(_grey(0.0, 1), colours=1) == ("black",)
    assert _notes(_grey(0.5, 2), colours=1) == ("flat",)


def test_what_is_given_back_is_finite_and_otherwise_unchanged() -> None:
    picture = _one_pixel(np.nan, 0.5)
    picture[0, 0] = np.inf, -np.inf, 0.25
    cleaned = PixelNotes(3).add(picture.copy())
    assert np.isfinite(cleaned).all()
    untouched = np.isfinite(picture)
    np.testing.assert_array_equal(cleaned[untouched], picture[untouched])
