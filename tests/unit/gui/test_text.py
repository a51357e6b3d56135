from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.sizes import bytes_text
from render_manager.gui.text import duration, duration_range


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (245, 245, "4:05"),
        (3845, 3845, "1:04:05"),
        (0, 0, "0:00"),
        (40.2, 55.4, "40–55 s"),
        (12.2 * 60, 18.4 * 60, "12–18 min"),
        (725, 735, "12:10"),
        (1.5 * 3600, 2.25 * 3600, "1.5–2.2 h"),
        (9.2 * 3600, 12.4 * 3600, "9–12 h"),
        (30 * 3600, 41 * 3600, "30–41 h"),
    ],
)
def test_a_range_is_short(low: float, high: float, written: str) -> None:
    assert duration_range(low, high) == written


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_the_figures_of_a_range_ascend(one: float, other: float) -> None:
    low, high = sorted((one, other))
    written = duration_range(low, high)
    found = re.fullmatch(r"([\d.]+)–([\d.]+) (?:s|min|h)", written)
    if found:
        assert float(found[1]) < float(found[2])
    else:
        assert written == duration((low + high) / 2)
    assert len(written) <= 14


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0.0 MB"), (512 << 20, "512 MB"), (9 << 30, "9.0 GB"), (218 << 30, "218 GB"),
     (3 << 39, "1.5 TB")],
)  # fmt: skip
def test_sizes_have_few_figures(size: int, written: str) -> None:
    assert bytes_text(size) == written
