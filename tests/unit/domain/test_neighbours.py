"""Which frames stand out: every damaged one, and none that a film has anyway."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.evidence import Measure, Suspicion
from render_manager.domain.neighbours import Neighbours


def noisy(level: float, seed: int) -> float:
    return level * (1 + random.Random(seed).uniform(-0.01, 0.01))


def film(*levels: float) -> list[Measure]:
    """Frames as they come out of a renderer: a little noise, no two files quite the same."""
    return [
        Measure(noisy(level, i), round(noisy(1e6 * (0.5 + level), -i - 1)), f"frame {i}")
        for i, level in enumerate(levels)
    ]


def suspected(
    frames: list[Measure], order: list[int] | None = None
) -> dict[int, tuple[Suspicion, ...]]:
    neighbours: Neighbours[None] = Neighbours()
    found: dict[int, tuple[Suspicion, ...]] = {}
    for index in range(len(frames)) if order is None else order:
        neighbours.note(index, frames[index], None)
        for each in neighbours.conclude(index, len(frames)):
            assert each.index not in found
            found[each.index] = each.suspicions
    return found


@pytest.mark.parametrize(
    "levels",
    [
        [0.4] * 60,
        [0.2] * 30 + [0.7] * 30,
        [max(0.0, 0.8 - 0.02 * i) for i in range(60)],
        [0.0] * 20 + [0.02 * i for i in range(40)],
        [0.4 + 0.2 * math.sin(i / 4) for i in range(120)],
    ],
    ids=["still", "cut", "fade out", "fade in", "lights that swing"],
)
def test_a_film_as_films_are_accuses_no_frame(levels: list[float]) -> None:
    assert suspected(film(*levels)) == {}


@pytest.mark.parametrize("odd", [0, 1, 29, 58, 59])
def test_a_frame_that_is_too_dark_stands_out_wherever_it_is(odd: int) -> None:
    frames = film(*[0.4] * 60)
    frames[odd] = Measure(0.15, frames[odd].size, "odd")
    assert suspected(frames) == {odd: (Suspicion.BRIGHTNESS,)}


def test_a_file_half_as_large_stands_out() -> None:
    frames = film(*[0.4] * 60)
    frames[30] = Measure(frames[30].brightness, frames[30].size // 2, "odd")
    assert suspected(frames) == {30: (Suspicion.FILE_SIZE,)}


def test_a_copy_of_the_frame_before_stands_out_where_no_other_is_one() -> None:
    frames = film(*[0.4] * 60)
    frames[30] = frames[29]
    assert suspected(frames) == {30: (Suspicion.SAME_AS_NEIGHBOUR,)}


def test_a_shot_animated_on_twos_and_a_hold_accuse_no_frame() -> None:
    frames = film(*[0.4] * 60)
    assert suspected([frames[i // 2] for i in range(60)]) == {}
    assert suspected([*frames[:20], *[frames[20]] * 20, *frames[40:]]) == {}


@pytest.mark.parametrize("damaged", [1, 3, 5, 31, 33])
def test_a_damaged_frame_in_a_shot_on_twos_accuses_none_beside_it(damaged: int) -> None:
    frames = film(*[0.4] * 60)
    on_twos = [frames[i] if i < 30 else frames[i // 2 * 2] for i in range(60)]
    on_twos[damaged] = Measure(0.4, on_twos[damaged].size, "damaged")
    assert suspected(on_twos) == {}
    assert suspected([frames[i // 2] if i != damaged else on_twos[i] for i in range(60)]) == {}


@given(st.permutations(range(40)))
def test_the_order_in_which_frames_come_in_does_not_matter_once_all_are_there(
    order: list[int],
) -> None:
    """Frames may be judged with fewer neighbours than there will be, but the odd one is found."""
    frames = film(*[0.4] * 40)
    frames[20] = Measure(0.1, frames[20].size, "odd")
    assert suspected(frames, order) == {20: (Suspicion.BRIGHTNESS,)}


def test_nothing_is_concluded_before_enough_is_known() -> None:
    neighbours: Neighbours[None] = Neighbours()
    frames = film(*[0.4] * 60)
    frames[30] = Measure(0.1, frames[30].size, "odd")
    for index in range(33):
        neighbours.note(index, frames[index], None)
        assert list(neighbours.conclude(index, 60)) == []
    neighbours.note(33, frames[33], None)
    assert [each.index for each in neighbours.conclude(33, 60)] == [30]


def test_what_is_remembered_has_an_end() -> None:
    neighbours: Neighbours[None] = Neighbours()
    frame = Measure(0.5, 1000, "")
    for index in range(5000):
        neighbours.note(index, frame, None)
        list(neighbours.conclude(index, 5000))
    assert len(neighbours._seen) <= 512 and len(neighbours._concluded) <= 512
