"""What a run of a task may take, from the settings and from what the task's runs have taught."""

from __future__ import annotations

from render_manager.base.sizes import MEGABYTE
from render_manager.domain.patience import RunLimits
from render_manager.domain.task import Task, Timing

SILENCES = 3.0
"""How many times as long as the longest silence so far one must be to be a stall."""

ENOUGH_FRAMES = 5
"""Frames after which it is known how long those of a task take."""

SHORTEST_FRAME_LIMIT = 600.0
"""Seconds that every frame may take: what is that short is worth no run."""

P95 = 2.06
"""Mean deviations above the mean, below which 95 of 100 frames lie if their times scatter by the
bell curve: 1.645 standard deviations of 1.253 mean deviations each."""


def run_limits(
    task: Task,
    *,
    stall_seconds: float,
    frame_seconds: float,
    frame_factor: float,
    memory_mb: int,
) -> RunLimits:
    """The limits of the task's next run. 0 is none, but `frame_seconds` 0 lets the task's own
    frames decide: `frame_factor` times their 95th percentile."""
    learned = _learned_limit(task, frame_factor)
    return RunLimits(
        stall_seconds=max(stall_seconds, SILENCES * task.timing.silence) if stall_seconds else None,
        frame_seconds=frame_seconds or learned,
        memory=memory_mb * MEGABYTE or None,
    )


def p95(timing: Timing) -> float | None:
    """The seconds that 95 of 100 frames stay below; None before the second frame."""
    if timing.frame is None or timing.scatter is None:
        return None
    return timing.frame + P95 * timing.scatter


def _learned_limit(task: Task, factor: float) -> float | None:
    slow = p95(task.timing)
    if not factor or slow is None or task.completed_frames < ENOUGH_FRAMES:
        return None
    return max(SHORTEST_FRAME_LIMIT, factor * slow)
