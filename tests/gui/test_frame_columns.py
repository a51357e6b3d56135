"""All frames in a strip: what each column says, and that a change is as good as a fresh start."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.states import FrameState
from render_manager.gui.frame_grid.columns import (
    EDGE,
    FAILED,
    LEVELS,
    PENDING,
    RENDERING,
    RENDERING_ODD,
    Columns,
)
from render_manager.gui.frame_grid.strip_image import BARS, image_of
from render_manager.gui.theme import DARK

STATES = st.lists(st.sampled_from(FrameState), max_size=60).map(bytes)
WIDTHS = st.integers(0, 90)


@given(STATES, WIDTHS)
def test_every_frame_is_in_exactly_one_column(states: bytes, width: int) -> None:
    columns = Columns(states, width)
    shown = [columns.frames_at(x) for x in range(width)]
    if states and width:
        assert set().union(*shown) == set(range(len(states)))
        assert [part.start for part in shown] == sorted(part.start for part in shown)
    else:
        assert not any(shown)


@given(STATES, WIDTHS)
def test_a_column_says_the_worst_of_its_frames(states: bytes, width: int) -> None:
    columns = Columns(states, width)
    pixels = columns.pixels()
    assert len(pixels) == width
    for x, code in enumerate(pixels):
        part = {FrameState(states[index]) for index in columns.frames_at(x)}
        if code == EDGE or not part:
            continue
        if FrameState.FAILED in part:
            assert code == FAILED
        elif FrameState.RENDERING in part:
            assert code in (RENDERING, RENDERING_ODD)
        elif FrameState.COMPLETED in part:
            assert PENDING < code <= LEVELS
            assert (code == LEVELS) == (part == {FrameState.COMPLETED})
        else:
            assert code == PENDING


@given(STATES.filter(bool), WIDTHS, st.data())
def test_a_change_of_some_is_as_good_as_a_fresh_start(
    states: bytes, width: int, data: st.DataObject
) -> None:
    columns = Columns(states, width)
    ends = st.integers(0, len(states) - 1)
    first, last = sorted((data.draw(ends), data.draw(ends)))
    changed = data.draw(st.sampled_from(FrameState))
    after = states[:first] + bytes([changed]) * (last + 1 - first) + states[last + 1 :]
    whole = data.draw(st.booleans())
    indexes = range(first, last + 1)
    columns.change(after, indexes if whole else list(indexes))
    assert columns.pixels() == Columns(after, width).pixels()


def test_each_state_has_a_height_of_its_own() -> None:
    """So that nobody needs to tell the colours apart."""
    image = image_of(bytes([PENDING, LEVELS, RENDERING, FAILED]), DARK)
    ground = image.pixel(0, 0)
    rows = [
        tuple(y for y in range(BARS) if image.pixel(x, y) != ground) for x in range(image.width())
    ]
    assert len(set(rows)) == 4
    assert len(rows[0]) < len(rows[1]) < len(rows[3])
    assert rows[3][-1] - rows[3][0] + 1 > len(rows[3])  # the notch
