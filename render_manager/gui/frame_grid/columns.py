"""All frames of a task in as many columns as there is room for."""

from __future__ import annotations

from dataclasses import dataclass

from render_manager.domain.states import FrameState

LEVELS = 16
"""How finely the completed share of a group is told apart."""


@dataclass(frozen=True, slots=True)
class Column:
    """Neighbouring columns that look the same, from x to x + width.

    `state` is the most urgent one of its frames: failed, then rendering; else completed, by how
    much of LEVELS, or pending.
    """

    x: int
    width: int
    state: FrameState
    level: int


def columns_of(states: bytes, width: int) -> list[Column]:
    """A byte of `states` is a frame. A frame as wide as a pixel or more has edges of its own."""
    count = len(states)
    if not count or width <= 0:
        return []
    groups = min(count, width)
    keys = [_key(states[i * count // groups : (i + 1) * count // groups]) for i in range(groups)]
    edges = [i * width // groups for i in range(groups + 1)]
    columns: list[Column] = []
    first = 0
    for i in range(1, groups + 1):
        if i == groups or keys[i] != keys[first]:
            x = edges[first]
            columns.append(Column(x, edges[i] - x, *keys[first]))
            first = i
    return columns


def _key(part: bytes) -> tuple[FrameState, int]:
    if FrameState.FAILED in part:
        return FrameState.FAILED, LEVELS
    if FrameState.RENDERING in part:
        return FrameState.RENDERING, LEVELS
    done = part.count(FrameState.COMPLETED)
    if not done:
        return FrameState.PENDING, 0
    return FrameState.COMPLETED, max(1, LEVELS * done // len(part))
