"""The contact sheet: every picture in its cell, even margins, and sentences for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render_manager.base.errors import UserError
from render_manager.images.contact_sheet import contact_sheet

Paint = Callable[..., Path]
RED = (255, 0, 0)


@pytest.fixture
def frames(tmp_path: Path, paint: Paint) -> list[tuple[str, Path]]:
    pixels = np.tile(np.array(RED, np.float32) / 255, (360, 640, 1))
    return [
        (f"{number:04}", paint(tmp_path / f"f_{number:04}.exr", pixels, "half"))
        for number in range(1, 6)
    ]


def _sheet(frames: list[tuple[str, Path]], out: Path, columns: int | None = None) -> Image.Image:
    contact_sheet(frames, out, title="shot_010", columns=columns)
    with Image.open(out) as image:
        return image.convert("RGB")


def _red(sheet: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    red: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = (np.asarray(sheet) == RED).all(axis=2)
    return red


def _runs(line: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Where the stretches of True begin and end."""
    steps = np.flatnonzero(np.diff(np.concatenate([[0], line, [0]])))
    return [(int(a), int(b)) for a, b in zip(steps[::2], steps[1::2], strict=True)]


def test_pictures_lie_in_a_grid_with_even_margins(
    frames: list[tuple[str, Path]], tmp_path: Path
) -> None:
    sheet = _sheet(frames, tmp_path / "sheet.png")
    red = _red(sheet)
    across = _runs(red.any(axis=0))
    assert [end - start for start, end in across] == [320] * 3
    assert across[0][0] == sheet.width - across[-1][1]
    assert across[1][0] - across[0][1] == across[2][0] - across[1][1]
    assert [end - start for start, end in _runs(red.any(axis=1))] == [180] * 2


@pytest.mark.parametrize("columns", [1, 2, 5, 9])
def test_the_number_of_columns_can_be_chosen(
    columns: int, frames: list[tuple[str, Path]], tmp_path: Path
) -> None:
    red = _red(_sheet(frames, tmp_path / "sheet.png", columns))
    assert len(_runs(red.any(axis=0))) == min(columns, 5)


def test_what_cannot_be_read_leaves_an_empty_cell(
    frames: list[tuple[str, Path]], tmp_path: Path
) -> None:
    frames[0][1].write_bytes(b"")
    frames[1] = "0002", tmp_path / "missing.exr"
    red = _red(_sheet(frames, tmp_path / "sheet.png", columns=5))
    assert len(_runs(red.any(axis=0))) == 3


def test_many_columns_make_small_cells(frames: list[tuple[str, Path]], tmp_path: Path) -> None:
    sheet = _sheet(frames[:1] * 60, tmp_path / "sheet.png", columns=60)
    assert sheet.width < 10_000


def test_small_pictures_are_not_blown_up(tmp_path: Path, paint: Paint) -> None:
    path = paint(tmp_path / "a.png", np.ones((45, 80, 3), np.float32))
    sheet = _sheet([("1", path)], tmp_path / "sheet.png")
    assert sheet.width == 80 + 2 * 40


@pytest.mark.parametrize("title", ["shot_010", "镜头 010", "Café", ""])
def test_any_title_can_be_drawn(title: str, frames: list[tuple[str, Path]], tmp_path: Path) -> None:
    contact_sheet(frames[:1], tmp_path / "sub" / "sheet.jpg", title=title)
    assert (tmp_path / "sub" / "sheet.jpg").stat().st_size > 0


def test_no_pictures_no_sheet(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no frame yet"):
        contact_sheet([], tmp_path / "sheet.png", title="")


@pytest.mark.parametrize("name", ["sheet", "sheet.nonsense"])
def test_a_name_without_a_format_is_told(
    name: str, frames: list[tuple[str, Path]], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"end in \.png or \.jpg"):
        contact_sheet(frames[:1], tmp_path / name, title="")


def test_a_place_that_cannot_be_written_is_told(
    frames: list[tuple[str, Path]], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        contact_sheet(frames[:1], tmp_path / "file" / "sheet.png", title="")
