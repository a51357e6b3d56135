"""Which move in the queue a gesture stands for: pure, for keys and for dragging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from render_manager.domain.task import Task


class Move(NamedTuple):
    """`QueueService.reorder` these tasks in front of that one, or behind all of a priority."""

    task_ids: list[int]
    before: int | None
    priority: int


def one_place(tasks: Sequence[Task], chosen: set[int], step: int) -> Move | None:
    """The chosen tasks one place earlier (-1) or later (1) among those of the first's priority.

    `tasks` are those in sight, in turn. None if they are at the end already.
    """
    first = next((task for task in tasks if task.id in chosen), None)
    if first is None:
        return None
    peers = [task for task in tasks if task.priority == first.priority]
    places = [place for place, task in enumerate(peers) if task.id in chosen]
    ids = [peers[place].id for place in places]
    if step < 0:
        return Move(ids, peers[places[0] - 1].id, first.priority) if places[0] > 0 else None
    if places[-1] == len(peers) - 1:
        return None
    return Move(ids, _id_at(peers, places[-1] + 2), first.priority)


def to_row(tasks: Sequence[Task], chosen: set[int], row: int) -> Move | None:
    """The chosen tasks dropped in front of `row`, in their order; they take the priority there."""
    ids = [task.id for task in tasks if task.id in chosen]
    behind = next((task for task in tasks[row:] if task.id not in chosen), None)
    above = next((task for task in reversed(tasks[:row]) if task.id not in chosen), None)
    neighbour = behind or above
    if not ids or neighbour is None:
        return None
    return Move(ids, behind.id if behind else None, neighbour.priority)


def _id_at(tasks: Sequence[Task], place: int) -> int | None:
    return tasks[place].id if place < len(tasks) else None
