"""The order of the queue, moved about by hand as often as one likes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.base.settings import Settings
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.task import Task, in_turn
from render_manager.service.order import places


def queue_of(count: int) -> Queue:
    queue = Queue()
    for number in range(count):
        queue.add(RenderJob(f"/{number}", "fake", str(number), f"/out/{number}"), 0.0)
    return queue


def move(queue: Queue, ids: list[int], before: int | None) -> list[int]:
    """Move them as the service does, and return the ids in turn."""
    moving = [queue.task(task_id) for task_id in ids]
    others = [task for task in in_turn(list(queue)) if task not in moving]
    for task_id, (priority, position) in places(moving, others, before, 5).items():
        queue.set_priority(task_id, priority)
        queue.set_position(task_id, position)
    return [task.id for task in in_turn(list(queue))]


@settings(max_examples=50)
@given(st.data())
def test_tasks_stand_where_they_were_put(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 6))
    queue = queue_of(count)
    expected = list(range(1, count + 1))
    for _move in range(data.draw(st.integers(1, 12))):
        ids = data.draw(st.lists(st.sampled_from(expected), min_size=1, unique=True))
        others = [task_id for task_id in expected if task_id not in ids]
        before = data.draw(st.sampled_from([*others, None]))
        place = others.index(before) if before is not None else len(others)
        expected = others[:place] + ids + others[place:]
        assert move(queue, ids, before) == expected
    newest = queue.add(RenderJob("/new", "fake", "new", "/out/new"), 0.0)
    assert in_turn(list(queue))[-1] is newest


def test_there_is_always_room_between_two() -> None:
    """Each task is put behind the first, a thousand times: floats alone allow fifty."""
    queue = queue_of(4)
    for turn in range(1_000):
        last = in_turn(list(queue))[-1].id
        second = in_turn(list(queue))[1].id
        assert move(queue, [last], second)[1] == last, turn


def names(tasks: list[Task]) -> str:
    return "".join(task.job.name for task in tasks)


def test_moving_and_priority_can_be_undone(qtbot: QtBot, settings: Settings) -> None:
    stand_in = StandIn(settings)
    service = stand_in.service
    a, b, c = (stand_in.add(name) for name in "abc")
    service.reorder([c.id], before=a.id)
    assert names(service.tasks()) == "cab"
    service.set_priority([b.id, a.id], 9)
    assert names(service.tasks()) == "abc"
    service.set_priority([a.id], 9)  # it has it already: nothing to undo
    assert service.undo_text == "Change the priority of 2 tasks"
    service.undo()
    assert names(service.tasks()) == "cab"
    assert service.undo() == "Move 1 task"
    assert names(service.tasks()) == "abc"
    assert service.undo_text is None


def test_what_is_gone_by_then_is_no_trouble(qtbot: QtBot, settings: Settings) -> None:
    stand_in = StandIn(settings)
    gone, here = stand_in.add("a"), stand_in.add("b")
    stand_in.service.set_priority([gone.id, here.id], 9)
    stand_in.queue.remove(gone.id)
    stand_in.service.undo()
    assert (gone.priority, here.priority) == (9, 5)
