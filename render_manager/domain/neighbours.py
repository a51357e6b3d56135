"""Which frames stand out from those around them: in brightness, in file size, or as a copy.

A frame is held against the median of the frames before it and the median of those after it. What
lies between the two is a fade or a cut, and no more; what lies far outside both stands out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Generic, TypeVar

from render_manager.domain.evidence import Measure, Suspicion

REACH = 8
"""Frames further away tell nothing of a frame."""

SIDE = 4
"""So many on each side make a median, and `LEAST` must be there."""

LEAST = 3

LARGEST = 512
"""So many frames are remembered."""

USUAL_SCATTER = 6.0
"""Frames differ from their neighbours by this many times their usual difference now and then."""

LEAST_BRIGHTNESS = 0.03
"""Of 0–1; a smaller difference is hard to see."""

BRIGHTNESS_SHARE = 0.12

SIZE_FACTOR = 1.6
"""Files that differ by less are nothing to speak of."""

ONE_SIDED = 2.0
"""How much more it takes where there are frames on one side only."""

RHYTHM = 6
"""Of the frames within reach on a side so many tell, in spite of one or two damaged ones, whether
the shot repeats its frames."""

MOST_COPIES = 0.2
"""Where more than this share of the frames repeat the one before, that is how the shot is made."""


Detail = TypeVar("Detail")


@dataclass(frozen=True, slots=True)
class Conclusion(Generic[Detail]):
    """A frame that stands out, with what was noted of it."""

    index: int
    measure: Measure
    detail: Detail
    suspicions: tuple[Suspicion, ...]


class Neighbours(Generic[Detail]):
    """The newest frames of a task by their index, and which of them were held against others."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Measure, Detail]] = {}
        self._concluded: set[int] = set()

    def note(
        self, index: int, measure: Measure, detail: Detail, *, is_explained: bool = False
    ) -> None:
        """The frame was found whole. If what it shows is explained by itself (it is black), it need
        not be told that it differs from others, too."""
        self.forget(index)
        self._seen[index] = measure, detail
        if is_explained:
            self._concluded.add(index)
        while len(self._seen) > LARGEST:
            self.forget(next(iter(self._seen)))

    def forget(self, index: int) -> None:
        """The frame is no longer there, or is another one now."""
        self._seen.pop(index, None)
        self._concluded.discard(index)

    def conclude(self, index: int, total: int) -> Iterator[Conclusion[Detail]]:
        """The frames near `index` that stand out, each told once, when enough is known around it.

        `total` is how many frames the task has: near its ends there are none on one side.
        """
        for near in range(index - REACH, index + REACH + 1):
            # What is done about a conclusion may make the frame forgotten.
            if near in self._seen and near not in self._concluded:
                found = self._suspicions(near, total)
                if found is not None:
                    self._concluded.add(near)
                    if found:
                        yield Conclusion(near, *self._seen[near], found)

    def _suspicions(self, index: int, total: int) -> tuple[Suspicion, ...] | None:
        """None if too little is known as yet."""
        before = self._side(range(index - 1, index - REACH - 1, -1))
        after = self._side(range(index + 1, index + REACH + 1))
        if not (_is_enough(before, index) and _is_enough(after, total - 1 - index)):
            return None
        if self._is_copy(index) and not self._knows_rhythm(index, total):
            return None
        sides = [side for side in (before, after) if len(side) >= LEAST]
        if not sides:
            return ()
        measure = self._seen[index][0]
        found = {
            Suspicion.SAME_AS_NEIGHBOUR: self._is_odd_copy(index),
            Suspicion.BRIGHTNESS: _stands_out(measure, sides, _brightness, _least_brightness),
            Suspicion.FILE_SIZE: _stands_out(measure, sides, _log_size, _least_log_size),
        }
        return tuple(suspicion for suspicion, is_so in found.items() if is_so)

    def _side(self, indexes: range) -> list[Measure]:
        """The nearest frames on one side, the nearest first."""
        return [self._seen[each][0] for each in indexes if each in self._seen][:SIDE]

    def _knows_rhythm(self, index: int, total: int) -> bool:
        there = index, total - 1 - index
        return all(
            self._count(side) >= min(RHYTHM, frames * RHYTHM // REACH)
            for side, frames in zip(_sides(index), there, strict=True)
        )

    def _count(self, indexes: range) -> int:
        return sum(each in self._seen for each in indexes)

    def _is_odd_copy(self, index: int) -> bool:
        """Whether it repeats the frame before, where frames on neither side usually do that."""
        return self._is_copy(index) and all(map(self._has_few_copies, _sides(index)))

    def _has_few_copies(self, indexes: range) -> bool:
        pairs = [each for each in indexes if each in self._seen and each - 1 in self._seen]
        return sum(map(self._is_copy, pairs)) <= MOST_COPIES * len(pairs)

    def _is_copy(self, index: int) -> bool:
        before, this = self._seen.get(index - 1), self._seen.get(index)
        return bool(before and this and before[0].digest == this[0].digest)


def _sides(index: int) -> tuple[range, range]:
    """The indexes within reach before and after it."""
    return range(index - REACH, index), range(index + 1, index + REACH + 1)


def _is_enough(side: Sequence[Measure], frames_there: int) -> bool:
    return len(side) >= LEAST or frames_there < LEAST


def _stands_out(
    measure: Measure,
    sides: Sequence[Sequence[Measure]],
    value_of: Callable[[Measure], float],
    least_of: Callable[[float], float],
) -> bool:
    """Whether the value lies outside the medians of all sides by more than is usual here."""
    value = value_of(measure)
    levels = [[value_of(each) for each in side] for side in sides]
    medians = [median(level) for level in levels]
    distance = max(min(medians) - value, value - max(medians), 0.0)
    steps = [abs(a - b) for level in levels for a, b in pairwise(level)]
    most = max(least_of(median(medians)), USUAL_SCATTER * median(steps))
    return distance > most * (ONE_SIDED if len(sides) == 1 else 1.0)


def _brightness(measure: Measure) -> float:
    return measure.brightness


def _least_brightness(level: float) -> float:
    return max(LEAST_BRIGHTNESS, BRIGHTNESS_SHARE * level)


def _log_size(measure: Measure) -> float:
    return math.log(max(1, measure.size))


def _least_log_size(_level: float) -> float:
    return math.log(SIZE_FACTOR)
