"""How long the queue has patience: pure functions from what a run reports to what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from render_manager.domain.events import Phase, RunEnded


@dataclass(frozen=True, slots=True)
class RunLimits:
    """When a run has had its chance. None never ends it.

    `stall_seconds` without any sign of life; `frame_seconds` in work on one frame; `memory` bytes
    of the whole process tree.
    """

    stall_seconds: float | None = None
    frame_seconds: float | None = None
    memory: int | None = None


NO_LIMITS = RunLimits()

PATIENCE_BY_PHASE = {Phase.LOADING: 3.0, Phase.COMPILING: 3.0, Phase.FINALIZING: 2.0}
"""How many times as long as while it renders a renderer may be without a sign of life. Unreal, whose
first start compiles for long, is given 30 minutes then by a farm that ends it after 10 or 20 while
it renders (unreal-render-farm)."""

STALLED, FRAME_TOO_LONG, OUT_OF_MEMORY = "stalled", "frame_too_long", "out_of_memory"
"""The codes of the problems for which a watchdog ends a run."""

ENDED_BY_WATCHDOG = frozenset({STALLED, FRAME_TOO_LONG, OUT_OF_MEMORY})

FIRST_LICENSE_PAUSE = 60.0
"""Seconds until a licence is asked for again, the first time that there was none."""

LONGEST_LICENSE_PAUSE = 900.0

KILLS_TO_SET_ASIDE = 2
"""A frame that ended the renderer so often is rendered last, and alone."""


def license_pause(refusals: int) -> float:
    """Seconds to wait after so many refusals in a row (from 1): doubling, up to a longest."""
    doublings = min(max(0, refusals - 1), 10)
    return min(LONGEST_LICENSE_PAUSE, FIRST_LICENSE_PAUSE * 2.0**doublings)


def blamed_frames(end: RunEnded, rejected: Iterable[int]) -> frozenset[int]:
    """The missing frames that a failed run is the fault of.

    They are those found bad, the one that the problem names, and the one in work at the end. The
    others were only in the same run.
    """
    named = (end.in_work, end.problem.frame if end.problem is not None else None)
    accused = {*rejected, *(frame for frame in named if frame is not None)}
    return frozenset(accused.intersection(end.missing))


def killer(end: RunEnded) -> int | None:
    """The frame that ended the renderer with an error, or for which it had to be ended."""
    was_ended = end.problem is not None and end.problem.code in ENDED_BY_WATCHDOG
    is_killer = (end.exit_code or was_ended) and end.in_work in end.missing
    return end.in_work if is_killer else None


def uses_retry(completed: int, failures: Iterable[int]) -> bool:
    """Whether a failed run uses up one of its task's retries.

    It does not if it completed frames, and not if a frame failed that had failed before: each
    frame has its own count. `failures` are the counts of the frames blamed, this time included.
    """
    return not completed and all(count < 2 for count in failures)
