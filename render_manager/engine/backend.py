"""What the service needs of an engine: start a run, stop it, and hear of it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import SignalInstance

from render_manager.engine.order import LostRun, RunOrder


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
