"""Why a task waits, in sentences."""

from __future__ import annotations

import pytest

from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob
from render_manager.domain.scheduling import Limits
from render_manager.domain.states import Wish
from render_manager.domain.task import Run, Task
from render_manager.domain.timetable import Timetable
from render_manager.domain.waiting import why_waiting

NOW = 1_000.0


def make(number: int, **facts: object) -> Task:
    job = RenderJob(f"/s/{number}.blend", "blender", f"shot{number}", "/out")
    task = Task(number, job, created_at=0.0, position=float(number), frames=FrameTable([1, 2]))
    for name, value in facts.items():
        setattr(task, name, value)
    return task


def busy(number: int) -> Task:
    return make(number, runs={number: Run(number, (1,), started_at=NOW)})


def why(task: Task, *others: Task, limits: Limits | None = None, is_open: bool = True) -> str:
    tasks = [task, *others]
    return " ".join(why_waiting(task, tasks, limits or Limits(), Timetable(NOW), is_open=is_open))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "about to start"),
        ({"wish": Wish.PAUSE}, "paused"),
        ({"wish": Wish.PAUSE, "error_message": "No camera."}, "No camera."),
        ({"frames": FrameTable()}, "still being read"),
        ({"retry_at": NOW + 60}, "tried again at"),
        ({"retry_at": NOW + 60, "waits_for_license_since": NOW - 60}, "no free licence since"),
    ],
)
def test_its_own_reason_is_told(facts: dict[str, object], said: str) -> None:
    assert said in why(make(1, **facts))


def test_full_slots_name_who_takes_them() -> None:
    assert why(make(9), busy(1)) == "The only slot is taken by shot1."
    two = why(make(9), busy(1), busy(2), limits=Limits(2))
    assert two == "All 2 slots are taken by shot1, shot2."


def test_the_limit_of_the_renderer_is_told() -> None:
    limits = Limits(4, {"blender": 1})
    said = why(make(9), busy(1), limits=limits)
    assert said == "Its renderer may have 1 run at once, taken by shot1."


def test_the_tasks_ahead_are_counted_and_the_next_named() -> None:
    ahead = [make(number) for number in (4, 3, 2, 1)]
    said = why(make(5), *ahead, make(6), make(7, wish=Wish.PAUSE, position=0.0))
    assert said == "4 tasks are ahead of it: shot1, shot2, shot3 …"


def test_a_program_that_winds_down_says_so() -> None:
    assert "No more runs" in why(make(1), is_open=False)


def test_one_more_sentence_is_told() -> None:
    task = make(1)
    assert why_waiting(task, [task], Limits(), Timetable(NOW), holdup="The disk is low.") == [
        "The disk is low."
    ]


def test_a_task_at_work_or_at_its_end_waits_for_nothing() -> None:
    assert why(busy(1)) == why(make(2, wish=Wish.CANCEL)) == ""
