"""In which order frames are rendered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from render_manager.domain.frame_order import FrameOrder, passes
from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob
from render_manager.domain.patience import KILLS_TO_SET_ASIDE
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import Run, Task


def make(order: FrameOrder, count: int) -> Task:
    table = FrameTable(range(1, count + 1))
    return Task(1, RenderJob("/a", "fake", "a", "/o"), 0.0, frames=table, frame_order=order)


def chunks(task: Task, most: int) -> list[list[int]]:
    """What runs get, one after the other, each doing all of it."""
    found = []
    while chunk := task.unassigned(most):
        found.append(chunk)
        for frame in chunk:
            for state in (FrameState.RENDERING, FrameState.COMPLETED):
                assert task.frames.move(frame - 1, state)
    return found


@given(order=some.sampled_from(FrameOrder), count=some.integers(0, 300))
def test_every_frame_is_in_one_pass(order: FrameOrder, count: int) -> None:
    of_each = [[place for span in each for place in span] for each in passes(order, count)]
    assert sorted(place for each in of_each for place in each) == list(range(count))
    assert all(each == sorted(each) for each in of_each)


@given(
    order=some.sampled_from(FrameOrder),
    count=some.integers(1, 120),
    most=some.integers(1, 50),
    killers=some.sets(some.integers(1, 120), max_size=4),
)
def test_every_frame_is_handed_out_once(
    order: FrameOrder, count: int, most: int, killers: set[int]
) -> None:
    task = make(order, count)
    task.kills = dict.fromkeys(killers, KILLS_TO_SET_ASIDE)
    found = chunks(task, most)
    frames = [frame for chunk in found for frame in chunk]
    assert sorted(frames) == list(range(1, count + 1))
    last = [frame for frame in frames if frame in killers]
    assert not last or frames[-len(last) :] == last, "what ends the renderer comes last"
    assert all(chunk == sorted(chunk) and len(chunk) <= most for chunk in found)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (FrameOrder.NUMBERED, [[1, 2, 3, 4, 5], [6, 7, 8, 9]]),
        (FrameOrder.ENDS_FIRST, [[1, 5, 9], [2, 3, 4, 6, 7], [8]]),
        (FrameOrder.EVERY_4TH, [[1, 5, 9], [3, 7], [2, 4, 6, 8]]),
    ],
)
def test_what_comes_first(order: FrameOrder, told: list[list[int]]) -> None:
    assert chunks(make(order, 9), 5) == told


def test_frames_that_are_being_rendered_are_not_given_twice() -> None:
    task = make(FrameOrder.EVERY_8TH, 20)
    assert task.unassigned(2) == [1, 9]
    task.frames.move(0, FrameState.RENDERING)
    assert task.unassigned(9, lambda frame: frame > 9) == [17]


@given(
    order=some.sampled_from(FrameOrder),
    count=some.integers(1, 40),
    first=some.integers(1, 50),
    most=some.integers(1, 9),
)
def test_no_more_than_the_first_are_begun_before_they_are_approved(
    order: FrameOrder, count: int, first: int, most: int
) -> None:
    task, whole = make(order, count), make(order, count)
    task.approve_after = first
    rendered = [frame for chunk in chunks(task, most) for frame in chunk]
    wanted = [frame for chunk in chunks(whole, most) for frame in chunk][: min(first, count)]
    assert len(rendered) == len(wanted)
    assert task.awaits_approval == (first < count)
    task.approve_after = 0
    assert not task.awaits_approval
    assert len(rendered) + sum(map(len, chunks(task, most))) == count


def test_only_a_task_that_is_to_be_rendered_waits_for_approval() -> None:
    task = make(FrameOrder.NUMBERED, 9)
    task.approve_after = 2
    chunks(task, 9)
    assert task.awaits_approval
    for wish in (Wish.PAUSE, Wish.CANCEL):
        task.wish = wish
        assert not task.awaits_approval


def test_what_is_given_to_runs_counts_among_the_first() -> None:
    task = make(FrameOrder.NUMBERED, 9)
    task.approve_after = 4
    task.begin_run(Run(1, (1, 2, 3), 0.0))
    assert task.unassigned(9) == [4]
    assert not task.awaits_approval
