"""What the service needs of an engine: start a run, stop it, and hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import SignalInstance

from render_manager.domain.evidence import Expectation
from render_manager.domain.job import RenderJob
from render_manager.domain.patience import NO_LIMITS, RunLimits


@dataclass(frozen=True, slots=True)
class RunOrder:
    """One run to be made: these frames of this job, its output going to `log_path`.

    `expected` is what the task's frames had so far, and `rejects` are files to put aside first.
    """

    run_id: int
    job: RenderJob
    frames: tuple[int, ...]
    log_path: Path
    limits: RunLimits = NO_LIMITS
    expected: Expectation = ()
    rejects: tuple[str, ...] = ()


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


class Backend(Protocol):
    """Starts and stops runs. Every started run ends with exactly one RunEnded."""

    @property
    def reported(self) -> SignalInstance:
        """Emits `list[RunReport]` on the thread that the backend lives in."""
        ...

    def start(self, order: RunOrder) -> None:
        """Start a run. What goes wrong is reported, never raised."""
        ...

    def take_over(self, lost: LostRun) -> None:
        """Follow a run of an earlier session to its end, or judge what it left behind."""
        ...

    def stop(self, run_id: int) -> None:
        """End the run's whole process tree: notice, grace, kill."""
        ...

    def give_way(self, run_id: int) -> None:
        """Ask the run to stop at the next frame border."""
        ...

    def let_go(self) -> None:
        """Leave the renderers at work to the next session, which takes them over.

        Their runs are not reported on any more, so they have no RunEnded.
        """
        ...

    def close(self) -> None:
        """Stop what is under way and wait until it is gone."""
        ...
