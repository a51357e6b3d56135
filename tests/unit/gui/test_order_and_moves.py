"""Rows without Qt: sorted, moved by gestures, found by typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.job import RenderJob
from render_manager.domain.task import Task
from render_manager.gui.task_table.moving import Move, one_place, to_row
from render_manager.gui.task_table.order import TaskOrder
from render_manager.gui.task_table.type_ahead import TypeAhead


def task(task_id: int, priority: int = 5, name: str = "") -> Task:
    name = name or f"t{task_id}"
    made = Task(task_id, RenderJob(f"/{name}", "fake", name, f"/out/{name}"), 0.0)
    made.priority = priority
    return made


def by_priority(each: Task) -> int:
    return each.priority


def by_name(each: Task) -> str:
    return each.job.name


@given(st.data())
def test_rows_are_always_sorted(data: st.DataObject) -> None:
    """Whatever is changed, filtered and sorted, in any order."""
    tasks = {n: task(n, data.draw(st.integers(0, 3))) for n in range(1, 9)}
    key: Callable[[Task], Any] = by_priority
    is_descending = False
    order = TaskOrder(key)
    order.fill(tasks.values())
    shown = set(tasks)
    for _step in range(data.draw(st.integers(1, 12))):
        match data.draw(st.sampled_from(["change", "filter", "sort"])):
            case "change":
                ids = data.draw(st.sets(st.sampled_from(list(tasks)), max_size=4))
                for each in ids:
                    tasks[each].priority = data.draw(st.integers(0, 3))
                order.forget(ids)
                order.move(order.strays([tasks[each] for each in ids & shown]))
            case "filter":
                shown = data.draw(st.sets(st.sampled_from(list(tasks))))
                order.fill([tasks[each] for each in sorted(shown, reverse=True)])
            case "sort":
                key = data.draw(st.sampled_from([by_priority, by_name]))
                is_descending = data.draw(st.booleans())
                order.sort(key, is_descending=is_descending)
        expected = sorted(shown, key=lambda each: (key(tasks[each]), each), reverse=is_descending)
        assert [order.id_at(row) for row in range(len(order))] == expected
        assert [order.row(each) for each in expected] == list(range(len(expected)))


QUEUE = [task(1, 9), task(2), task(3), task(4), task(5, 2)]


@pytest.mark.parametrize(
    ("chosen", "step", "move"),
    [
        ({3}, -1, Move([3], 2, 5)),
        ({3}, 1, Move([3], None, 5)),
        ({2}, 1, Move([2], 4, 5)),
        ({2, 4}, -1, None),
        ({2, 4}, 1, None),
        ({3, 4}, -1, Move([3, 4], 2, 5)),
        ({1}, 1, None),
        ({1, 3}, -1, None),
        (set(), 1, None),
    ],
)
def test_one_place_up_or_down(chosen: set[int], step: int, move: Move | None) -> None:
    assert one_place(QUEUE, chosen, step) == move


@pytest.mark.parametrize(
    ("chosen", "row", "move"),
    [
        ({4}, 1, Move([4], 2, 5)),
        ({4}, 0, Move([4], 1, 9)),
        ({1, 4}, 5, Move([1, 4], None, 2)),
        ({2, 3}, 2, Move([2, 3], 4, 5)),
        ({1, 2, 3, 4, 5}, 2, None),
        (set(), 2, None),
    ],
)
def test_dropped_in_front_of_a_row(chosen: set[int], row: int, move: Move | None) -> None:
    assert to_row(QUEUE, chosen, row) == move


NAMES = ["Shot", "sheet", "sh010", "Äpfel", "车库"]


@pytest.mark.parametrize(
    ("keys", "current", "row"),
    [("s", 0, 1), ("sh0", 0, 2), ("ss", 0, 2), ("sss", 0, 0), ("ä", 0, 3), ("车", 0, 4),
     ("x", 0, None), ("s", -1, 0)],
)  # fmt: skip
def test_typing_finds_a_name(keys: str, current: int, row: int | None) -> None:
    ahead = TypeAhead(1.0, clock=lambda: 10.0)
    found: int | None = None
    for key in keys:
        found = ahead.find(key, NAMES, current)
        current = current if found is None else found
    assert found == row


def test_after_a_pause_a_new_word_begins() -> None:
    times = iter([0.0, 5.0])
    ahead = TypeAhead(1.0, clock=lambda: next(times))
    assert ahead.find("ä", NAMES, 0) == 3
    assert ahead.find("s", NAMES, 3) == 0
