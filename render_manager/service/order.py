"""Places in the queue: the priority of a task, and its position among those of the same priority."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from render_manager.domain.task import Task

Places = dict[int, tuple[int, float]]
"""Priority and position by task id."""

NEAREST = 1e-6
"""Positions that would be nearer to each other are numbered anew, before floats run out."""


def places_of(tasks: Iterable[Task]) -> Places:
    return {task.id: (task.priority, task.position) for task in tasks}


def places(
    moving: Sequence[Task], others: Sequence[Task], before: int | None, priority: int
) -> Places:
    """Where `moving` come to stand in front of the task `before`, or behind all `others`.

    `others` are all other tasks of that priority in the order of their turn; only if there is no
    room between two of them do they get places too.
    """
    place = next((i for i, task in enumerate(others) if task.id == before), len(others))
    low = others[place - 1].position if place else others[0].position - 1 if others else 0.0
    # A new task's position is its id, so the last of the others must not come to stand behind it.
    high = others[place].position if place < len(others) else math.floor(low) + 1
    step = (high - low) / (len(moving) + 1)
    if step >= NEAREST:
        steps = enumerate(moving, start=1)
        return {task.id: (priority, low + number * step) for number, task in steps}
    return _numbered_anew([*others[:place], *moving, *others[place:]], others, priority)


def _numbered_anew(tasks: Sequence[Task], others: Sequence[Task], priority: int) -> Places:
    """Evenly between the first and the last, so that newer tasks still come behind them."""
    first, last = others[0].position, others[-1].position
    step = max((last - first) / len(tasks), 2 * NEAREST)
    return {task.id: (priority, first + number * step) for number, task in enumerate(tasks)}
