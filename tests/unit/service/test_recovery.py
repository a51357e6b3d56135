"""Runs of an earlier session: followed, judged, or ended."""

from __future__ import annotations

from typing import Any, cast

from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.task import Task
from render_manager.engine.order import LostRun
from render_manager.service import recovery
from render_manager.service.aftermath import Aftermath


class Deeds:
    """In the place of the dispatcher: remembers what it was told, in order."""

    def __init__(self) -> None:
        self.done: list[tuple[str, int]] = []

    def take_over(self, lost: LostRun) -> None:
        self.done.append(("take over", lost.order.run_id))

    def stop_runs(self, task: Task) -> None:
        self.done += [("stop", run_id) for run_id in task.runs]


def add_with_run(queue: Queue) -> tuple[int, int]:
    """A task with a run under way; the ids of both."""
    job = RenderJob("shot.fake", "fake", "shot", "out")
    task = queue.add(job, 0.0)
    queue.fill(task.id, job, [1, 2])
    return task.id, queue.start_run(task.id, (1, 2), 0.0).id


def test_the_living_are_followed_and_the_dead_are_judged() -> None:
    queue, deeds = Queue(), Deeds()
    runs = [add_with_run(queue)[1] for _ in range(3)]
    aftermath = recovery.take_over(
        queue, cast(Any, deeds), lambda lost: lost.order.run_id == runs[0]
    )
    assert aftermath == Aftermath(followed=1, ended=2)
    assert deeds.done == [("take over", run) for run in runs]


def test_runs_of_a_cancelled_task_are_taken_over_and_ended_at_once() -> None:
    queue, deeds = Queue(), Deeds()
    task, run = add_with_run(queue)
    queue.cancel(task)
    aftermath = recovery.take_over(queue, cast(Any, deeds), lambda _lost: True)
    assert aftermath == Aftermath(stopped=1)
    assert deeds.done == [("take over", run), ("stop", run)]
