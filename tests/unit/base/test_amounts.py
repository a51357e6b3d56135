"""Named limits and needs as text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.amounts import (
    MOST,
    NAME,
    NamedLimit,
    limits_text,
    needs_text,
    parse_limits,
    parse_needs,
    parse_renderer_needs,
    renderer_needs_text,
)

names = st.from_regex(NAME, fullmatch=True)
needs = st.dictionaries(names, st.integers(0, MOST), max_size=5)


def test_limits_are_read_as_they_are_written() -> None:
    limits = parse_limits(" maya_licence = 3,\ngpu_gb=24 / machine; x=1 ")
    assert limits == {
        "maya_licence": NamedLimit(3),
        "gpu_gb": NamedLimit(24, per_machine=True),
        "x": NamedLimit(1),
    }
    assert limits_text(limits) == "maya_licence=3, gpu_gb=24/machine, x=1"
    assert parse_limits("") == {}


def test_needs_are_one_where_none_is_said() -> None:
    assert parse_needs("gpu_gb=8, maya_licence") == {"gpu_gb": 8, "maya_licence": 1}
    assert parse_needs("gpu_gb: 8 maya_licence=0") == {"gpu_gb": 8, "maya_licence": 0}


def test_the_needs_of_renderers_go_on_until_the_next_renderer() -> None:
    read = parse_renderer_needs("maya = maya_licence:1 gpu_gb:8, x, blender=gpu_gb : 4")
    assert read == {"maya": {"maya_licence": 1, "gpu_gb": 8, "x": 1}, "blender": {"gpu_gb": 4}}


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (parse_limits, "maya_licence", "write “maya_licence” like maya_licence=3"),
        (parse_limits, "a=0", "from 1 to 1,000,000"),
        (parse_limits, "a=1.5", "whole number"),
        (parse_limits, "a=2000000", "whole number"),
        (parse_limits, "a=1/host", "gpu_gb=24/machine"),
        (parse_limits, "a=1, a=2", "a is there twice"),
        (parse_limits, "8=1", "write “8=1”"),
        (parse_needs, "gpu_gb=much", "write “gpu_gb=much” like gpu_gb=8"),
        (parse_needs, "a=1 a=2", "a is there twice"),
        (parse_needs, "a=-1", "write “a=-1”"),
        (parse_renderer_needs, "gpu_gb:8", "write “gpu_gb:8” like maya=maya_licence:1"),
        (parse_renderer_needs, "maya=gpu_gb=8", "like maya=maya_licence:1"),
        (parse_renderer_needs, "maya=a:1 a:2", "a is there twice"),
    ],
)
def test_what_cannot_be_read_is_said(read: Callable[[str], object], text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"write|twice") as refusal:
        read(text)
    assert said in str(refusal.value)


@given(st.dictionaries(names, st.builds(NamedLimit, st.integers(1, MOST), st.booleans())))
def test_limits_come_back(limits: dict[str, NamedLimit]) -> None:
    assert parse_limits(limits_text(limits)) == limits


@given(needs)
def test_needs_come_back(each: dict[str, int]) -> None:
    assert parse_needs(needs_text(each)) == each


@given(st.dictionaries(names, needs.filter(bool), max_size=4))
def test_needs_of_renderers_come_back(each: dict[str, dict[str, int]]) -> None:
    assert parse_renderer_needs(renderer_needs_text(each)) == each


@given(st.text("ab=:,/0 1machine；，：", max_size=30))
def test_anything_is_read_or_refused_with_a_sentence(text: str) -> None:
    for read in (parse_limits, parse_needs, parse_renderer_needs):
        try:
            read(text)
        except ValueError as error:
            assert "write" in str(error) or "twice" in str(error)
