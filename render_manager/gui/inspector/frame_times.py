"""How long a task's frames took: on average, at least and at most."""

from __future__ import annotations

from collections.abc import Iterable

from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail


class FrameTimes:
    """Seconds by frame; of a frame that is rendered again the newest count."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}

    def take(self, details: Iterable[tuple[int, FrameDetail]]) -> None:
        """What is known of frames, by their place among the task's."""
        for place, detail in details:
            if detail.state is FrameState.COMPLETED and detail.seconds is not None:
                self._seconds[place] = detail.seconds
            else:
                self._seconds.pop(place, None)

    def take_older(self, details: Iterable[FrameDetail]) -> None:
        """What the journal knew of all frames; what was taken in since then is newer."""
        newer = self._seconds
        self._seconds = {}
        self.take(enumerate(details))
        self._seconds |= newer

    @property
    def summary(self) -> tuple[float, float, float] | None:
        """Average, shortest, longest; None if no time is known."""
        times = self._seconds.values()
        return (sum(times) / len(times), min(times), max(times)) if times else None
