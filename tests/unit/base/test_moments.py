"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.moments import LATEST, briefly, parse_moment, written

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 20, 0, tzinfo=BERLIN).timestamp()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("21:30", "2026-11-26 21:30"),
        ("19：00", "2026-11-27 19:00"),
        ("20:00", "2026-11-27 20:00"),
        ("Fr 8:00", "2026-11-27 08:00"),
        ("thursday 19:00", "2026-12-03 19:00"),
        ("周一 09:00", "2026-11-30 09:00"),
        ("2026-12-24 18:00", "2026-12-24 18:00"),
        ("2026-12-24T18:00:00+00:00", "2026-12-24 19:00"),
        ("2026-12-24", "2026-12-24 00:00"),
        ("+90m", "2026-11-26 21:30"),
        ("+ 1.5 h", "2026-11-26 21:30"),
        ("+2d", "2026-11-28 20:00"),
    ],
)
def test_how_it_may_be_written(text: str, moment: str) -> None:
    assert written(parse_moment(text, NOW, BERLIN), BERLIN) == moment


def test_a_time_of_day_keeps_to_the_wall_when_clocks_are_put_forward() -> None:
    evening = datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN).timestamp()
    assert parse_moment("08:00", evening, BERLIN) - evening == 9 * 3600


@pytest.mark.parametrize(
    "text",
    ["", "soon", "25:00", "19:60", "Xx 19:00", "2026-13-01", "+h", "9" * 400, "0001-01-01",
     "9999-12-31 23:59", "+999999d"],
)  # fmt: skip
def test_what_is_no_moment_is_refused_with_advice(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like|between 1970"):
        parse_moment(text, NOW, BERLIN)


@given(st.text(max_size=40))
def test_no_text_does_harm(text: str) -> None:
    try:
        assert 0 <= parse_moment(text, NOW) <= LATEST
    except ValueError as error:
        assert str(error)


@given(st.integers(0, 4_000_000_000))
def test_what_is_written_is_read_back(at: int) -> None:
    assert parse_moment(written(at, UTC), NOW, UTC) == at


def test_briefly_a_moment_of_today_has_no_date() -> None:
    assert briefly(NOW + 3600, NOW, BERLIN) == "21:00"
    assert briefly(NOW + 9 * 3600, NOW, BERLIN) == "05:00"
    assert briefly(NOW + 40 * 3600, NOW, BERLIN) == "2026-11-28 12:00"
