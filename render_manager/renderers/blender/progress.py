"""How far a frame is, from the status lines that Blender writes while it renders."""

from __future__ import annotations

import re

_SAMPLE = re.compile(r"Sample (\d{1,9})/(\d{1,9})|Rendering (\d{1,9}) / (\d{1,9}) samples")
_TILE = re.compile(r"Rendered (\d{1,9})/(\d{1,9}) Tiles")
_REMAINING = re.compile(r"Remaining:\s?(?:(\d{1,6}):)?(\d{1,6}):(\d{1,6}(?:\.\d{1,6})?)")


class FrameProgress:
    """The percent of one frame after another; never falls within a frame.

    A frame takes `passes`: one for each view layer and stereo view. Blender counts each from 0 and
    does not say which it is at, so a fall of the count means the next one. `percent` is negative
    before the first status.
    """

    def __init__(self) -> None:
        self.passes = 1
        self.restart()

    def restart(self) -> None:
        self.percent = -1.0
        self.seconds_left: float | None = None
        self._finished = 0
        self._fraction = 0.0

    def advance(self, status: str) -> bool:
        """Take a status line; say whether the frame is further than before."""
        fraction = _fraction(status)
        if fraction is None:
            return False
        if fraction < self._fraction:
            self._finished = min(self._finished + 1, self.passes - 1)
        self._fraction = fraction
        before = self.percent
        self.percent = max(before, 100 * (self._finished + fraction) / self.passes)
        self.seconds_left = _seconds_left(status) if self.passes == 1 else None
        return self.percent > before


def _fraction(status: str) -> float | None:
    """The part of the pass that is done, 0 to 1: of its samples, or of its tiles and samples."""
    sample = _SAMPLE.search(status)
    in_tile = _share(sample[1] or sample[3], sample[2] or sample[4]) if sample else None
    tile = _TILE.search(status)
    if tile is None:
        return in_tile
    return min(1.0, _share(tile[1], tile[2]) + (in_tile or 0.0) / max(1, int(tile[2])))


def _share(done: str, of: str) -> float:
    return min(1.0, int(done) / max(1, int(of)))


def _seconds_left(status: str) -> float | None:
    match = _REMAINING.search(status)
    if match is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return 3600 * hours + 60 * minutes + seconds
