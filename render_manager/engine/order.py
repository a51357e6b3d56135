"""What an engine is asked for: a run to be made, or one of an earlier session to be followed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from render_manager.domain.evidence import Expectation
from render_manager.domain.job import RenderJob
from render_manager.domain.patience import NO_LIMITS, RunLimits


@dataclass(frozen=True, slots=True)
class RunOrder:
    """One run to be made: these frames of this job, its output going to `log_path`.

    `expected` is what the task's frames had so far, and `rejects` are files to put aside first.
    `machine` is who makes it, "" this one; `priority` is the task's.
    """

    run_id: int
    job: RenderJob
    frames: tuple[int, ...]
    log_path: Path
    limits: RunLimits = NO_LIMITS
    expected: Expectation = ()
    rejects: tuple[str, ...] = ()
    machine: str = ""
    priority: int = 5


@dataclass(frozen=True, slots=True)
class LostRun:
    """A run of an earlier session whose process may still be alive.

    `pid` is None if the program died before it was written down; the process is then looked for by
    its mark. `completed` are the frames of the order that have evidence already.
    """

    order: RunOrder
    pid: int | None
    process_created: float | None
    started_at: float
    completed: frozenset[int] = frozenset()
