from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.errors import UserError
from render_manager.domain.frames import (
    MAX_FRAMES,
    FrameTable,
    format_frames,
    names_frame,
    parse_frames,
)
from render_manager.domain.states import MOVES, FrameState

numbers = st.lists(st.integers(-5000, 5000), unique=True, max_size=200).map(sorted)


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("7", (7,)),
        ("1-5", (1, 2, 3, 4, 5)),
        ("1-10x4,150", (1, 5, 9, 150)),
        ("3,1, 2", (1, 2, 3)),
        ("-5--3", (-5, -4, -3)),
        ("-2-1", (-2, -1, 0, 1)),
        ("1–3", (1, 2, 3)),
    ],
)
def test_frames_are_read(text: str, frames: tuple[int, ...]) -> None:
    assert parse_frames(text) == frames


@pytest.mark.parametrize(
    ("text", "part_of_sentence"),
    [
        ("10-1", "run backwards. Write 1-10"),
        ("1-999999999", "at most 1,000,000"),
        ("1-500000,600000-1200001", "at most 1,000,000"),
        ("abc", "“abc” is not a frame range"),
        ("1-5x0", "step"),
        ("", "Name the frames"),
        ("99999999999", "out of range"),
        ("9" * 5000, "not a frame range"),
        ("1-2-3", "not a frame range"),
    ],
)
def test_nonsense_gets_a_sentence(text: str, part_of_sentence: str) -> None:
    with pytest.raises(UserError) as refusal:
        parse_frames(text)
    assert part_of_sentence in str(refusal.value)
    assert refusal.value.field == "frames"


@given(numbers.filter(bool))
def test_text_and_numbers_are_the_same(frames: list[int]) -> None:
    assert parse_frames(format_frames(frames)) == tuple(frames)


@given(st.text(max_size=30))
def test_any_text_gives_frames_or_a_sentence(text: str) -> None:
    try:
        frames = parse_frames(text)
    except UserError as refusal:
        assert str(refusal)
    else:
        assert 0 < len(frames) <= MAX_FRAMES


def test_a_million_even_frames_take_a_million_bytes() -> None:
    table = FrameTable(range(1, 2_000_001, 2))
    assert isinstance(table.numbers, range)
    assert len(table.states) == 1_000_000


@given(numbers, st.data())
def test_counts_always_add_up(frames: list[int], data: st.DataObject) -> None:
    table = FrameTable(frames)
    for _step in range(20 if frames else 0):
        index = data.draw(st.integers(0, len(frames) - 1))
        before, after = table.state(index), data.draw(st.sampled_from(FrameState))
        assert table.move(index, after) == (after in MOVES[before])
        assert table.state(index) == (after if after in MOVES[before] else before)
    assert table.counts == tuple(table.states.count(state) for state in FrameState)
    assert sum(table.counts) == len(frames)
    assert [table.index(number) for number in frames] == list(range(len(frames)))


@given(numbers.filter(bool), st.data())
def test_free_is_what_is_pending_and_was_given_to_no_run(
    frames: list[int], data: st.DataObject
) -> None:
    table, given_to_runs = FrameTable(frames), set[int]()
    for _step in range(20):
        some = data.draw(st.lists(st.sampled_from([*frames, 6000]), unique=True, max_size=9))
        if data.draw(st.booleans()):
            table.give(some)
            given_to_runs.update(some)
        else:
            table.take_back(some)
            given_to_runs.difference_update(some)
        index = data.draw(st.integers(0, len(frames) - 1))
        table.move(index, data.draw(st.sampled_from(FrameState)))
        pending = [i for i, state in enumerate(table.states) if state == FrameState.PENDING]
        free = [i for i in pending if frames[i] not in given_to_runs]
        assert list(table.indexes(FrameState.PENDING)) == pending
        assert (list(table.free()), table.free_count) == (free, len(free))
        assert table.counts == tuple(table.states.count(state) for state in FrameState)
        assert list(table.free(range(0, len(frames), 4))) == [i for i in free if i % 4 == 0]


def test_unknown_frames_have_no_index() -> None:
    assert FrameTable([1, 5, 6]).index(2) is None
    assert FrameTable([1, 2, 3]).index(4) is None


@given(numbers, st.integers(-5000, 5000))
def test_a_frame_is_named_if_it_is_among_them(numbers: list[int], frame: int) -> None:
    written = format_frames(numbers)
    assert names_frame(written, frame) is (frame in numbers)
    assert all(names_frame(written, number) for number in numbers)
