"""Names of machines and pools as users write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from render_manager.base.errors import UserError
from render_manager.service.kept_to import MOST, kept_to, named

NAMES = some.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True)


def test_nothing_said_leaves_what_was() -> None:
    assert kept_to(("a",), None) == ("a",)
    assert kept_to(("a",), ()) == ()
    assert kept_to(("a",), " ") == ()


@given(
    names=some.lists(NAMES, unique=True), between=some.sampled_from([",", ", ", " ", "; ", "，"])
)
def test_names_come_back_from_a_list_and_from_text(names: list[str], between: str) -> None:
    assert named(names) == named(between.join(names)) == tuple(names)


def test_each_is_named_once() -> None:
    assert kept_to((), ["gpu", " a ", "gpu"]) == ("gpu", "a")


TOO_MANY = [f"m{number}" for number in range(MOST + 1)]


@pytest.mark.parametrize("wrong", [["a b"], ["x" * 61], ["机器"], ["a/b"], TOO_MANY])
def test_what_is_no_name_is_refused(wrong: list[str]) -> None:
    with pytest.raises(UserError) as refusal:
        kept_to((), wrong)
    assert refusal.value.field == "machines"
