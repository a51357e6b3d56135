"""A weekly table of hours: its grammar, midnight, and clocks that are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.base.hours import DAY, Hours, Rule, on_the_wall, parse_hours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = "Mo-Fr 19:00-08:00, Sa-Su all day"


def at(text: str, tz: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=tz).timestamp()


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


SPANS = st.tuples(st.integers(0, DAY - 1), st.integers(0, DAY))
RULES = st.builds(
    Rule,
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.lists(SPANS, min_size=1, max_size=3).map(tuple),
)
TABLES = st.lists(RULES, min_size=1, max_size=3).map(lambda rules: Hours(tuple(rules)))
ZONES = st.sampled_from(
    [ZoneInfo(z) for z in ("UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns")]
)
TIMES = st.floats(utc("2026-01-01"), utc("2027-01-01"))


@given(TABLES)
def test_what_is_printed_is_read_back(hours: Hours) -> None:
    again = parse_hours(str(hours))
    assert str(again) == str(hours)
    assert again == hours or hours.is_always


@settings(max_examples=60)
@given(TABLES, ZONES, TIMES)
def test_between_now_and_the_next_change_nothing_changes(
    hours: Hours, tz: ZoneInfo, now: float
) -> None:
    change = hours.next_change(now, tz)
    is_open = hours.allowed(now, tz)
    if change is None:
        assert hours.is_always
        change = now + 8 * 86_400
    else:
        assert change > now
        assert hours.allowed(change + 0.001, tz) is not is_open
    for step in range(1, 40):
        between = now + (change - now) * step / 40
        if between < change - 0.001:
            assert hours.allowed(between, tz) is is_open


def test_a_night_goes_past_midnight() -> None:
    hours = parse_hours(NIGHTS)
    assert not hours.allowed(at("2026-11-26 18:59:59"), BERLIN)
    assert hours.allowed(at("2026-11-26 19:00"), BERLIN)
    assert hours.allowed(at("2026-11-27 00:00"), BERLIN)
    assert hours.allowed(at("2026-11-27 07:59:59"), BERLIN)
    assert not hours.allowed(at("2026-11-27 08:00"), BERLIN)
    assert hours.next_change(at("2026-11-26 12:00"), BERLIN) == at("2026-11-26 19:00")
    assert hours.next_change(at("2026-11-26 23:00"), BERLIN) == at("2026-11-27 08:00")


def test_a_night_and_a_weekend_are_one_stretch_over_the_end_of_the_week() -> None:
    hours = parse_hours("Fr-Su 19:00-08:00, Sa-Su all day")
    assert hours.next_change(at("2026-11-27 20:00"), BERLIN) == at("2026-11-30 08:00")


def test_the_night_when_clocks_go_forward_is_an_hour_shorter() -> None:
    hours = parse_hours("19:00-08:00")
    end = hours.next_change(at("2026-03-28 19:00"), BERLIN)
    assert end == at("2026-03-29 08:00")
    assert end - at("2026-03-28 19:00") == 12 * 3600


def test_the_night_when_clocks_go_back_is_an_hour_longer() -> None:
    end = parse_hours("19:00-08:00").next_change(at("2026-10-24 19:00"), BERLIN)
    assert end == at("2026-10-25 08:00")
    assert end - at("2026-10-24 19:00") == 14 * 3600


def test_hours_that_begin_in_the_hour_left_out_begin_when_the_clock_has_jumped() -> None:
    hours = parse_hours("02:30-05:00")
    assert hours.next_change(at("2026-03-29 01:00"), BERLIN) == utc("2026-03-29 01:00")


def test_hours_in_the_hour_that_comes_twice_come_twice() -> None:
    hours = parse_hours("02:15-02:45")
    found, now = [], at("2026-10-25 00:00")
    for _step in range(4):
        now = hours.next_change(now, BERLIN) or 0
        found.append(on_the_wall(now, ZoneInfo("UTC")).strftime("%H:%M"))
    assert found == ["00:15", "00:45", "01:15", "01:45"]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (NIGHTS, NIGHTS),
        ("mon-fri 19 - 8; sat-sun all day", NIGHTS),
        ("周一-周五 19：00-08：00，周六-周日 全天", NIGHTS),
        ("19:00-08:00", "19:00-08:00"),
        ("Mo We Fr 20:00-24:00", "Mo We Fr 20:00-24:00"),
        ("Fr-Mo all day", "Mo Fr-Su all day"),
        ("Mo-Fr 00:00-08:00 19:00-24:00", "Mo-Fr 00:00-08:00 19:00-24:00"),
        ("Always", "always"),
        ("all day", "always"),
        ("Mo-Su 12:00-12:00", "always"),
    ],
)
def test_how_it_may_be_written(text: str, printed: str) -> None:
    assert str(parse_hours(text)) == printed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "write it like"),
        (" , ;", "write it like"),
        ("Mo-Fr", "has no times"),
        ("Mo-Xx 19:00-08:00", "neither a day"),
        ("Mo-Tu-We 19:00-08:00", "neither a day"),
        ("25:00-08:00", "no time of day"),
        ("24:00-08:00", "no time of day"),
        ("19:60-08:00", "no time of day"),
        ("x" * 501, "500 characters"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_hours(text)


@given(st.text(max_size=60))
def test_no_text_does_harm(text: str) -> None:
    try:
        str(parse_hours(text))
    except ValueError as error:
        assert str(error)


def test_without_a_zone_it_is_the_clock_of_this_machine() -> None:
    now = datetime(2026, 11, 26, 12, 0).timestamp()
    change = parse_hours("19:00-08:00").next_change(now)
    assert change == datetime(2026, 11, 26, 19, 0).timestamp()
