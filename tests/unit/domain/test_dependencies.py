"""Tasks that wait for others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from render_manager.domain.after import After, after_text, parse_after
from render_manager.domain.dependencies import Dependencies, circle
from render_manager.domain.events import FrameCompleted, Outcome, RunEnded, RunEvent, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.readiness import Plan, foresee
from render_manager.domain.scheduling import Limits, next_chunk
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task, Timing
from render_manager.domain.timetable import Timetable
from render_manager.domain.waiting import why_waiting

NOW = 1000.0


class House:
    def __init__(self) -> None:
        self.queue = Queue()

    def add(self, name: str, frames: int = 3, *after: After) -> Task:
        job = RenderJob(f"/p/{name}.fake", "fake", name, f"/out/{name}")
        task = self.queue.add(job, NOW, after=after)
        self.queue.fill(task.id, job, range(1, frames + 1))
        return task

    @property
    def dependencies(self) -> Dependencies:
        return Dependencies(self.queue.tasks)

    def chunk(self, slots: int = 9) -> tuple[str, tuple[int, ...]] | None:
        """Who would get which frames."""
        dependencies = self.dependencies
        tasks = [each for each in self.queue if each.runs or not dependencies.holds(each)]
        limits = Limits(slots)
        found = next_chunk(tasks, limits, NOW, dependencies=dependencies)
        return None if found is None else (self.queue.task(found.task_id).job.name, found.frames)

    def render(self, task: Task, *frames: int, outcome: Outcome = Outcome.FINISHED) -> None:
        numbers = frames or tuple(task.frames.numbers)
        run = self.queue.start_run(task.id, numbers, NOW)
        done: list[RunEvent] = []
        if outcome is not Outcome.FAILED:
            done += [FrameCompleted(each, (), 1.0) for each in numbers]
        missing = numbers if outcome is Outcome.FAILED else ()
        events = (*done, RunEnded(outcome, 0, "It broke.", missing))
        self.queue.apply(RunReport(run.id, events), NOW, 0.0, 99)

    def why(self, task: Task) -> list[str]:
        return why_waiting(task, self.queue, Limits(9), Timetable(NOW))


@pytest.fixture
def house() -> House:
    return House()


def test_a_task_waits_for_all_of_another(house: House) -> None:
    first = house.add("first")
    second = house.add("second", 3, After(first.id))
    house.render(first, 1, 2)
    assert house.dependencies.holds(second)
    assert house.why(second) == [
        "It starts when first is completed.",
        "1 task is ahead of it: first",
    ]
    house.render(first, 3)
    assert not house.dependencies.holds(second)
    assert house.chunk() == ("second", (1,))


def test_a_task_waits_frame_by_frame(house: House) -> None:
    first = house.add("first", 4)
    second = house.add("second", 6, After(first.id, by_frame=True))
    second.priority = 10
    assert house.chunk(1) == ("second", (5, 6)), "these are none of the first one's"
    house.render(second, 5, 6)
    assert house.chunk(1) == ("first", (1, 2, 3, 4))
    assert house.why(second)[0] == "Each of its frames waits for the same frame of first."
    house.render(first, 2, 3)
    assert house.chunk(1) == ("second", (2, 3))


def test_nothing_of_a_scene_that_was_not_read_yet_is_free(house: House) -> None:
    job = RenderJob("/p/unread.fake", "fake", "unread", "/out/unread")
    unread = house.queue.add(job, NOW)
    second = house.add("second", 3, After(unread.id, by_frame=True))
    assert house.dependencies.holds(second)


def test_one_that_was_removed_holds_nobody_up(house: House) -> None:
    first = house.add("first")
    second = house.add("second", 3, After(first.id), After(99))
    house.queue.remove(first.id)
    assert not house.dependencies.holds(second)


@pytest.mark.parametrize("way", ["failed", "cancelled"])
def test_one_that_ended_without_success_holds_and_says_what_to_do(house: House, way: str) -> None:
    first = house.add("first")
    second = house.add("second", 3, After(first.id))
    third = house.add("third", 3, After(second.id))
    assert not house.dependencies.is_stuck(third)
    if way == "failed":
        first.max_retries = 0
        house.render(first, outcome=Outcome.FAILED)
        assert first.state is TaskState.FAILED
    else:
        house.queue.cancel(first.id)
    assert house.dependencies.is_stuck(second) and house.dependencies.is_stuck(third)
    assert "Retry that one" in house.why(second)[0]
    assert house.why(third)[0] == "It starts when second is completed."


def test_when_it_will_be_done_counts_what_it_waits_for(house: House) -> None:
    first = house.add("first", 10)
    second = house.add("second", 10, After(first.id))
    for task in (first, second):
        task.timing = Timing(0.0, 60.0, 0.0)
    ready = foresee(Plan.of(house.queue, Limits(10), NOW))
    assert ready[first.id].earliest == NOW + 60, "all of its frames at once"
    assert ready[second.id].earliest == NOW + 120
    house.queue.cancel(first.id)
    assert second.id not in foresee(Plan.of(house.queue, Limits(9), NOW))


def test_who_would_wait_for_each_other(house: House) -> None:
    one = house.add("one")
    two = house.add("two", 3, After(one.id))
    three = house.add("three", 3, After(two.id, by_frame=True))
    tasks = house.queue.tasks
    assert [each.job.name for each in circle({one.id}, (After(three.id),), tasks)] == [
        "one",
        "three",
        "two",
    ]
    assert circle({one.id}, (After(one.id),), tasks) == [one]
    assert circle({three.id}, (After(one.id),), tasks) == []


@given(edges=some.lists(some.tuples(some.integers(1, 7), some.integers(1, 7)), max_size=25))
def test_what_is_let_in_never_waits_for_ever(edges: list[tuple[int, int]]) -> None:
    """However tasks are hung behind each other: without circles all of them get done."""
    house = House()
    tasks = [house.add(f"t{number}", 2) for number in range(1, 8)]
    for later, earlier in edges:
        after = (
            *house.queue.task(later).after,
            After(earlier, by_frame=(later + earlier) % 2 == 0),
        )
        if not circle({later}, after, house.queue.tasks):
            house.queue.task(later).after = after
    for _step in range(len(tasks) * 2):
        if (chunk := house.chunk()) is not None:
            name, frames = chunk
            house.render(next(each for each in tasks if each.job.name == name), *frames)
    assert all(each.state is TaskState.COMPLETED for each in tasks)


@given(
    after=some.lists(
        some.builds(After, some.integers(0, 10**18 - 1), some.booleans()),
        unique_by=lambda each: each.task_id,
        max_size=9,
    )
)
def test_what_is_written_is_read_again(after: list[After]) -> None:
    assert list(parse_after(after_text(after))) == after


@pytest.mark.parametrize(
    "text", ["x", "3/", "-1", "3 frames", "1" * 19, ",".join(map(str, range(101)))]
)
def test_nonsense_is_no_list_of_tasks(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_after(text)
