from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.machine_hours import machine_hours_text, parse_machine_hours

names = st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True)
tables = st.sampled_from(
    ["Mo-Fr 19:00-08:00, Sa-Su all day", "daily 20:00-24:00", "Mo 08:00-09:00"]
)


def test_rows_are_read() -> None:
    found = parse_machine_hours(
        "pc12 = mon-fri 19-8, Sa-Su all day; local=always;\n b = 20:00-6:00 "
    )
    assert set(found) == {"pc12", "b"}
    assert found["pc12"] == "Mo-Fr 19:00-08:00, Sa-Su all day"
    assert parse_machine_hours("") == {}


@given(st.dictionaries(names, tables, max_size=5))
def test_what_is_written_is_read_again(asked: dict[str, str]) -> None:
    known = parse_machine_hours(machine_hours_text(asked))
    assert parse_machine_hours(machine_hours_text(known)) == known
    assert set(known) == set(asked)


@pytest.mark.parametrize(
    ("text", "part_of_sentence"),
    [
        ("pc 12 = always", "write “pc 12 = always” like render03 = "),
        ("pc12", "write “pc12” like"),
        ("a = 19-8; a = always", "a is there twice"),
        ("a = some day", "some"),
        ("a =", "Mo-Fr 19:00-08:00"),
    ],
)
def test_nonsense_gets_a_sentence(text: str, part_of_sentence: str) -> None:
    with pytest.raises(ValueError, match=part_of_sentence):
        parse_machine_hours(text)


@given(st.text(max_size=40))
def test_any_text_gives_tables_or_a_sentence(text: str) -> None:
    try:
        parse_machine_hours(text)
    except ValueError as refusal:
        assert str(refusal)
