"""In which order the frames of a task are rendered: pure, in passes over its frames."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

from render_manager.base.i18n import N_

Pass = tuple[range, ...]
"""Places among a task's frames, ascending: all of them come before those of the next pass."""


class FrameOrder(StrEnum):
    """What a person wants to see first of a task."""

    NUMBERED = "numbered"
    ENDS_FIRST = "ends_first"
    """The first, the middle and the last one, then the others."""
    EVERY_4TH = "every_4th"
    EVERY_8TH = "every_8th"
    EVERY_16TH = "every_16th"
    EVERY_32ND = "every_32nd"
    """Every so manieth, then those in the middle between, and so on."""


CHOICES = {
    FrameOrder.NUMBERED: N_("As numbered"),
    FrameOrder.ENDS_FIRST: N_("First, middle and last, then the others"),
    FrameOrder.EVERY_4TH: N_("Every 4th, then finer"),
    FrameOrder.EVERY_8TH: N_("Every 8th, then finer"),
    FrameOrder.EVERY_16TH: N_("Every 16th, then finer"),
    FrameOrder.EVERY_32ND: N_("Every 32nd, then finer"),
}

_STEPS = {
    FrameOrder.EVERY_4TH: 4,
    FrameOrder.EVERY_8TH: 8,
    FrameOrder.EVERY_16TH: 16,
    FrameOrder.EVERY_32ND: 32,
}
"""Powers of 2, so that each pass is evenly spaced: renderers that take a range with a step start
once for many of its frames."""


def passes(order: FrameOrder, count: int) -> list[Pass]:
    """The places 0 to `count`, each in one pass."""
    if order is FrameOrder.ENDS_FIRST and count:
        marks = sorted({0, count // 2, count - 1})
        return [
            tuple(range(mark, mark + 1) for mark in marks),
            tuple(range(a + 1, b) for a, b in pairwise(marks)),
        ]
    step = _STEPS.get(order, 1)
    found: list[Pass] = [(range(0, count, step),)]
    while step > 1:
        found.append((range(step // 2, count, step),))
        step //= 2
    return found
