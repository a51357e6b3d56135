"""What the desk remembers is what there is."""

from __future__ import annotations

import json
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.task import Task, in_turn
from render_manager.http_api.desk import FRESH_SECONDS, Desk
from render_manager.service.task_service import TaskService


class Service:
    """A queue, as far as the desk asks for it."""

    def __init__(self) -> None:
        self.queue = Queue()

    def tasks(self) -> list[Task]:
        return in_turn(list(self.queue))

    def add(self, name: str = "shot") -> Task:
        job = RenderJob(f"/{name}.fake", "fake", name, f"/out/{name}")
        task = self.queue.add(job, now=0.0)
        self.queue.fill(task.id, job, range(1, 4))
        return task


def desk_of(service: Service, clock: list[float]) -> Desk:
    return Desk(cast("TaskService", service), lambda: clock[0])


DEEDS = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "priority", "position"]), st.integers(0, 9)),
    max_size=12,
)


@given(DEEDS)
def test_the_order_is_that_of_the_queue(deeds: list[tuple[str, int]]) -> None:
    service = Service()
    desk = desk_of(service, [0.0])
    for deed, number in deeds:
        tasks = service.tasks()
        if deed == "add" or not tasks:
            service.add()
        else:
            task = tasks[number % len(tasks)]
            match deed:
                case "remove":
                    service.queue.remove(task.id)
                case "priority":
                    service.queue.set_priority(task.id, number)
                case _:
                    service.queue.set_position(task.id, float(number))
        desk.changed(service.queue.drain())
        assert desk.tasks() == service.tasks()
        for task in desk.tasks():
            assert desk.frame(task.first_frame_id + 1) == (task, 1)
            assert json.loads(desk.text_of(task))["priority"] == task.priority


def test_time_goes_on_while_a_task_is_rendered() -> None:
    service, clock = Service(), [100.0]
    desk = desk_of(service, clock)
    task = service.add()
    service.queue.start_run(task.id, (1,), 100.0)
    assert json.loads(desk.text_of(task))["elapsed_seconds"] == 0
    clock[0] += 2 * FRESH_SECONDS
    assert json.loads(desk.text_of(task))["elapsed_seconds"] == 0.2
