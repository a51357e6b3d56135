"""All frames of a task in as many columns as there is room for, as one byte for each column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from render_manager.domain.states import FrameState

LEVELS = 16
"""How finely the completed share of a group is told apart."""

PENDING = 0
"""From here to LEVELS: that much of the group is completed and the rest is pending."""

RENDERING, RENDERING_ODD, FAILED, EDGE = range(LEVELS + 1, LEVELS + 5)
"""Some of the group is in work (every other pixel has a code of its own, for a hatching); some of
it failed, which matters more; between two frames."""

LEAST_APART = 4
"""Frames of fewer pixels have no edges."""

_FAILED, _RENDERING, _COMPLETED = (
    bytes([state]) for state in (FrameState.FAILED, FrameState.RENDERING, FrameState.COMPLETED)
)


class Columns:
    """The frames in a line of `width` pixels: a group is a frame, or neighbours if they are many."""

    def __init__(self, states: bytes, width: int) -> None:
        """A byte of `states` is a frame."""
        self._count, self._width = len(states), width
        self._groups = max(0, min(self._count, width))
        self._codes = bytearray(self._groups)
        places = range(self._groups + 1) if self._groups else ()
        self._edges = [place * self._count // self._groups for place in places]
        self.change(states, range(self._count))

    def change(self, states: bytes, frames: Sequence[int]) -> None:
        """The frames with these indexes may have changed."""
        codes, edges = self._codes, self._edges
        for group in self._groups_of(frames) if self._groups else ():
            codes[group] = _code(states[edges[group] : edges[group + 1]])

    def frames_at(self, x: int) -> range:
        """The indexes of the frames in the column at x, or in the nearest one."""
        if not self._groups:
            return range(0)
        within = max(0, min(x, self._width - 1))
        group = ((within + 1) * self._groups - 1) // self._width
        return range(self._edges[group], self._edges[group + 1])

    def pixels(self) -> bytes:
        """A code for each of `width` pixels."""
        if not self._groups:
            return bytes(max(0, self._width))
        pixels = self._codes if self._groups == self._width else self._widened()
        pixels[1::2] = pixels[1::2].replace(bytes([RENDERING]), bytes([RENDERING_ODD]))
        return bytes(pixels)

    def _widened(self) -> bytearray:
        width, groups = self._width, self._groups
        edge = bytes([EDGE]) if width >= LEAST_APART * groups else b""
        pixels = bytearray()
        for group, code in enumerate(self._codes):
            wide = (group + 1) * width // groups - len(pixels) - len(edge)
            pixels += bytes([code]) * wide + edge
        return pixels

    def _groups_of(self, frames: Sequence[int]) -> Iterable[int]:
        if isinstance(frames, range) and len(frames):
            return range(self._group_of(frames[0]), self._group_of(frames[-1]) + 1)
        return {self._group_of(index) for index in frames}

    def _group_of(self, index: int) -> int:
        return ((index + 1) * self._groups - 1) // self._count


def _code(part: bytes) -> int:
    if _FAILED in part:
        return FAILED
    if _RENDERING in part:
        return RENDERING
    done = part.count(_COMPLETED)
    return max(1, LEVELS * done // len(part)) if done else PENDING
