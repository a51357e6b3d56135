from __future__ import annotations

from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob
from render_manager.domain.limits import p95, run_limits
from render_manager.domain.patience import NO_LIMITS, RunLimits
from render_manager.domain.states import FrameState
from render_manager.domain.task import Task, Timing


def task_with(seconds: list[float]) -> Task:
    """A task whose frames took so long."""
    task = Task(1, RenderJob("a", "b", "c", "d"), 0.0, frames=FrameTable(range(100)))
    for index, each in enumerate(seconds):
        task.frames.move(index, FrameState.RENDERING)
        task.frames.move(index, FrameState.COMPLETED)
        task.timing.learn_frame(each)
    return task


def limits(
    task: Task, stall: float = 600, frame: float = 0, factor: float = 10, memory: int = 0
) -> RunLimits:
    return run_limits(
        task, stall_seconds=stall, frame_seconds=frame, frame_factor=factor, memory_mb=memory
    )


def test_a_new_task_has_only_the_limits_that_are_set() -> None:
    assert limits(task_with([])) == RunLimits(stall_seconds=600)
    assert limits(task_with([]), stall=0) == NO_LIMITS
    assert limits(task_with([]), memory=2).memory == 2 << 20


def test_a_task_with_long_silences_is_given_more_time() -> None:
    task = task_with([])
    task.timing.learn_silence(900)
    task.timing.learn_silence(5)
    assert limits(task).stall_seconds == 2700
    assert limits(task, stall=0).stall_seconds is None


def test_frames_are_held_against_the_others_once_enough_are_known() -> None:
    assert limits(task_with([100.0] * 4)).frame_seconds is None
    assert limits(task_with([100.0] * 5)).frame_seconds == 1000
    assert limits(task_with([1.0] * 5)).frame_seconds == 600, "no frame is too long that early"
    assert limits(task_with([100.0] * 5), factor=0).frame_seconds is None


def test_what_the_user_sets_counts_before_what_was_learned() -> None:
    assert limits(task_with([100.0] * 5), frame=42).frame_seconds == 42


def test_frames_that_scatter_have_a_higher_p95() -> None:
    assert p95(Timing(frame=100.0)) is None
    assert p95(Timing(frame=100.0, scatter=10.0)) == 120.6
