"""How long the rest of a task takes: an honest range, from frames that scatter or agree."""

from __future__ import annotations

import random
from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.task import Task, Timing

SECONDS = st.floats(0.01, 1e5)


def taught(seconds: list[float]) -> Timing:
    timing = Timing()
    for each in seconds:
        timing.learn_frame(each)
    return timing


def test_before_the_first_frame_nothing_is_known() -> None:
    assert Timing().seconds_for(10) is None
    assert Task(1, RenderJob("a", "b", "c", "d"), 0.0).seconds_left() is None


@given(SECONDS, st.integers(1, 20), st.floats(0, 1e4))
def test_frames_that_agree_leave_no_doubt(each: float, count: int, frames: float) -> None:
    low, high = taught([each] * count).seconds_for(frames) or (0, 0)
    assert low == high == frames * each


@given(st.lists(SECONDS, min_size=2, max_size=50), st.floats(0, 1e5))
def test_the_range_lies_around_the_mean(seconds: list[float], frames: float) -> None:
    timing = taught(seconds)
    low, high = timing.seconds_for(frames) or (0, 0)
    assert timing.frame is not None
    assert 0 <= low <= frames * timing.frame <= high


@given(st.lists(SECONDS, min_size=2, max_size=50), st.floats(1, 1e5), st.floats(1, 1e5))
def test_of_more_frames_the_mean_is_known_better(
    seconds: list[float], few: float, many: float
) -> None:
    """The range is wider in seconds, and narrower as a share."""
    timing = taught(seconds)
    few, many = sorted((few, many))
    (low_few, high_few) = timing.seconds_for(few) or (0, 0)
    (low_many, high_many) = timing.seconds_for(many) or (0, 0)
    share = 1 + 1e-9
    assert (high_many - low_many) / many <= (high_few - low_few) / few * share
    assert (high_many - low_many) * share >= high_few - low_few


def test_four_in_five_estimates_hold() -> None:
    """Frame times by the bell curve, the estimate made after twenty of fifty."""
    dice = random.Random(4)
    held = 0
    for _task in range(2_000):
        seconds = [max(1.0, dice.gauss(60, 12)) for _frame in range(50)]
        low, high = taught(seconds[:20]).seconds_for(30) or (0, 0)
        held += low <= sum(seconds[20:]) <= high
    assert 0.72 < held / 2_000 < 0.88


def test_the_scatter_is_that_of_the_newer_frames() -> None:
    dice = random.Random(1)
    early = [dice.gauss(60, 20) for _frame in range(40)]
    timing = taught(early + [60.0] * 40)
    assert timing.scatter is not None and timing.scatter < 0.1
    assert timing.frame is not None and abs(timing.frame - fmean([60.0])) < 0.1


def test_runs_beside_each_other_share_the_rest() -> None:
    queue = Queue()
    job = RenderJob("a", "b", "c", "d")
    task = queue.add(job, 0.0)
    queue.fill(task.id, job, range(1, 11))
    task.timing = Timing(frame=10.0, scatter=2.0)
    alone = task.seconds_left() or (0, 0)
    queue.start_run(task.id, (1, 2), 0.0)
    queue.start_run(task.id, (3, 4), 0.0)
    low, high = task.seconds_left() or (0, 0)
    assert (low, high) == (alone[0] / 2, alone[1] / 2)
    assert low < 50 < high
