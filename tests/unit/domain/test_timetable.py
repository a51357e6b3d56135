"""Which task may run when: what is started, what gives way, and what is said of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import Limits, next_chunk, runs_to_give_way
from render_manager.domain.task import Task
from render_manager.domain.timetable import Timetable, TimeWishes
from render_manager.domain.waiting import why_waiting

NIGHTS = "19:00-08:00"
NOON = datetime(2026, 11, 26, 12, 0)
GIVES_WAY = frozenset({"blender"})


def at(hour: int, minute: int = 0, day: int = 26) -> float:
    return datetime(2026, 11, day, hour, minute).timestamp()


def add(queue: Queue, priority: int = 5, frames: int = 9, renderer: str = "blender") -> Task:
    number = len(queue.tasks)
    job = RenderJob(f"/s/{number}", renderer, f"shot{number}", f"/out/{number}")
    task = queue.add(job, now=0.0, priority=priority)
    queue.fill(task.id, job, range(1, frames + 1))
    return task


def chosen(queue: Queue, now: float, hours: str | None = None) -> int | None:
    chunk = next_chunk(queue, Limits(), now, GIVES_WAY, timetable=Timetable(now, hours))
    return chunk.task_id if chunk else None


def leaving(queue: Queue, now: float, hours: str | None = None) -> list[int]:
    return runs_to_give_way(queue, Limits(), now, GIVES_WAY, timetable=Timetable(now, hours))


def test_nothing_starts_outside_the_hours() -> None:
    queue = Queue()
    task = add(queue)
    assert chosen(queue, at(12), NIGHTS) is None
    assert chosen(queue, at(19), NIGHTS) == task.id
    assert chosen(queue, at(7, 59, day=27), NIGHTS) == task.id
    assert chosen(queue, at(8, day=27), NIGHTS) is None


def test_hours_of_its_own_count_more_than_those_for_all() -> None:
    queue = Queue()
    add(queue, priority=9)
    urgent = add(queue)
    urgent.times = TimeWishes(hours="always")
    assert chosen(queue, at(12), NIGHTS) == urgent.id


def test_a_task_before_its_start_lets_others_go_first() -> None:
    queue = Queue()
    late, other = add(queue, priority=10), add(queue)
    late.times = TimeWishes(start_at=at(19))
    assert chosen(queue, at(12)) == other.id
    assert chosen(queue, at(19)) == late.id


def test_a_run_at_the_end_of_its_hours_is_asked_once_to_give_way() -> None:
    queue = Queue()
    task = add(queue)
    run = queue.start_run(task.id, (1, 2, 3), at(20))
    assert leaving(queue, at(7, 59, day=27), NIGHTS) == []
    assert leaving(queue, at(8, day=27), NIGHTS) == [run.id]
    queue.give_way(run.id)
    assert leaving(queue, at(8, day=27), NIGHTS) == []


def test_a_task_that_is_not_yet_to_start_takes_no_room_from_others() -> None:
    queue = Queue()
    low, high = add(queue, priority=1), add(queue, priority=10)
    queue.start_run(low.id, (1, 2), at(11))
    high.times = TimeWishes(start_at=at(19))
    assert leaving(queue, at(12)) == []
    assert leaving(queue, at(19)) == [1]


def test_a_renderer_that_cannot_give_way_gets_a_chunk_that_fits() -> None:
    queue = Queue()
    task = add(queue, frames=500, renderer="maya")
    task.timing.learn_startup(10.0)
    task.timing.learn_frame(1.0)
    now = at(7, 59, day=27)
    chunk = next_chunk(queue, Limits(), now, timetable=Timetable(now, NIGHTS))
    assert chunk is not None and len(chunk.frames) == 50
    chunk = next_chunk(queue, Limits(), at(20), timetable=Timetable(at(20), NIGHTS))
    assert chunk is not None and len(chunk.frames) > 50


@pytest.mark.parametrize(
    ("wishes", "hours", "said"),
    [
        (TimeWishes(start_at=at(19)), None, "Starts at 19:00."),
        (TimeWishes(), NIGHTS, "Starts at 19:00, when its hours begin (19:00-08:00)."),
        (TimeWishes(start_at=at(20)), NIGHTS, "Starts at 20:00."),
        (TimeWishes(start_at=at(13)), NIGHTS, "Starts at 19:00, when its hours begin"),
        (TimeWishes(hours="Sa all day"), None, "Starts at 2026-11-28 00:00, when its hours begin"),
    ],
)
def test_why_it_waits_says_when_it_starts(wishes: TimeWishes, hours: str | None, said: str) -> None:
    queue = Queue()
    task = add(queue)
    task.times = wishes
    (sentence,) = why_waiting(task, queue, Limits(), Timetable(at(12), hours))
    assert sentence.startswith(said)


def test_a_task_that_is_not_yet_to_start_is_not_ahead_of_others() -> None:
    queue = Queue()
    late, other = add(queue, priority=10), add(queue)
    late.times = TimeWishes(start_at=at(19))
    assert why_waiting(other, queue, Limits(), Timetable(at(12))) == ["It is about to start."]


@settings(max_examples=60)
@given(
    st.integers(0, 14 * 1440),
    st.sampled_from([None, NIGHTS, "Mo-Fr 09:00-17:00", "Sa 23:30-00:30", "always"]),
    st.none() | st.integers(0, 14 * 1440),
)
def test_what_opens_when_it_is_said_to_open(now: int, hours: str | None, start: int | None) -> None:
    moment = (NOON + timedelta(minutes=now)).timestamp()
    queue = Queue()
    task = add(queue)
    begin = None if start is None else (NOON + timedelta(minutes=start)).timestamp()
    task.times = TimeWishes(start_at=begin)
    opens = Timetable(moment, hours).opens_at(task)
    assert opens is not None and opens >= moment
    assert Timetable(opens, hours).is_open(task)
    assert Timetable(moment, hours).is_open(task) is (opens == moment)
    if opens > moment:
        assert not Timetable(opens - 1, hours).is_open(task)


def test_the_next_change_is_the_earliest_of_all() -> None:
    queue = Queue()
    for wishes in (TimeWishes(start_at=at(13)), TimeWishes(hours="12:30-18:00"), TimeWishes()):
        add(queue).times = wishes
    assert Timetable(at(12), NIGHTS).next_change(queue) == at(12, 30)
    assert Timetable(at(12, 45), NIGHTS).next_change(queue) == at(13)
    assert Timetable(at(12)).next_change([]) is None
