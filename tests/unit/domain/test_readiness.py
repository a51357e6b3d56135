"""When tasks will be done, on a clock that stands at noon."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.base.amounts import NamedLimit
from render_manager.base.hours import parse_hours
from render_manager.domain.after import After
from render_manager.domain.calendar import Calendar
from render_manager.domain.job import RenderJob
from render_manager.domain.needs import Supply
from render_manager.domain.queue import Queue
from render_manager.domain.readiness import Plan, Ready, Seat, Verdict, foresee, frames_by
from render_manager.domain.scheduling import Limits
from render_manager.domain.states import Wish
from render_manager.domain.task import Task, Timing
from render_manager.domain.timetable import TimeWishes

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600.0


def at(hour: int, minute: int = 0, day: int = 26) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN).timestamp()


NOON = at(12)


def add(queue: Queue, frames: int, seconds: float | None, **facts: object) -> Task:
    renderer = str(facts.pop("renderer", "blender"))
    job = RenderJob("/s/a", renderer, f"shot{len(queue.tasks)}", "/out")
    timing = Timing(0.0, seconds, facts.pop("scatter", 0.0))  # type: ignore[arg-type]
    task = queue.add(job, 0.0, timing=timing, **facts)
    queue.fill(task.id, job, range(1, frames + 1))
    return task


def plan(
    queue: Queue,
    hours: str | None = None,
    limits: Limits | None = None,
    seats: list[Seat] | None = None,
) -> Plan:
    return Plan.of(queue, limits or Limits(), NOON, hours, BERLIN, seats)


def test_tasks_are_done_one_after_the_other() -> None:
    queue = Queue()
    a, b, c = add(queue, 10, 360), add(queue, 20, 360), add(queue, 10, 360, priority=10)
    found = foresee(plan(queue))
    assert found[c.id] == Ready(at(13), at(13))
    assert found[a.id] == Ready(at(14), at(14))
    assert found[b.id] == Ready(at(16), at(16))


def test_two_slots_are_shared_as_the_scheduler_does() -> None:
    queue = Queue()
    a, b = add(queue, 1, HOUR), add(queue, 4, HOUR)
    found = foresee(plan(queue, limits=Limits(2)))
    assert found[a.id].latest == at(13)
    assert found[b.id].latest == at(14, 30)


def test_the_limit_of_a_renderer_leaves_slots_to_others() -> None:
    queue = Queue()
    a, b = add(queue, 4, HOUR), add(queue, 2, HOUR, renderer="maya")
    found = foresee(plan(queue, limits=Limits(2, {"blender": 1})))
    assert (found[a.id].latest, found[b.id].latest) == (at(16), at(14))


def test_a_named_limit_leaves_slots_to_others() -> None:
    queue = Queue()
    a, b = add(queue, 4, HOUR, renderer="maya"), add(queue, 2, HOUR)
    never = add(queue, 1, HOUR, needs={"licence": 2})
    supply = Supply({"licence": NamedLimit(1)}, {"maya": {"licence": 1}})
    found = foresee(plan(queue, limits=Limits(2, supply=supply)))
    assert (found[a.id].latest, found[b.id].latest) == (at(16), at(14))
    assert found[never.id] == Ready()


def test_the_hours_are_counted_for_whoever_has_them() -> None:
    queue = Queue()
    a = add(queue, 14, HOUR)
    b = add(queue, 3, HOUR, times=TimeWishes(hours="always"))
    found = foresee(plan(queue, "19:00-08:00"))
    assert found[b.id].latest == at(15)
    assert found[a.id].latest == at(20, day=27)


def test_rendered_first_it_goes_with_what_it_waits_for() -> None:
    queue = Queue()
    a, b, c = add(queue, 4, HOUR), add(queue, 2, HOUR), add(queue, 1, HOUR)
    d = add(queue, 1, HOUR, after=(After(c.id),))
    c.after = (After(b.id, by_frame=True),)
    as_it_is = plan(queue)
    assert foresee(as_it_is)[d.id].latest == at(20)
    first = as_it_is.with_first(d)
    assert [task.id for task in first.tasks] == [b.id, c.id, d.id, a.id]
    assert foresee(first)[d.id].latest == at(16)


def test_all_machines_are_counted_with_their_speed() -> None:
    queue = Queue()
    task = add(queue, 40, HOUR)
    farm = [Seat(slots=1), Seat("a", 2, speed=1.5)]
    assert foresee(plan(queue, seats=farm))[task.id] == Ready(at(22), at(22))


def test_a_machine_counts_in_its_hours() -> None:
    queue = Queue()
    task = add(queue, 24, HOUR)
    farm = [Seat(slots=1), Seat("pc12", 2, hours="Mo-Fr 18:00-08:00")]
    assert foresee(plan(queue, seats=farm))[task.id] == Ready(at(0, day=27), at(0, day=27))


def test_a_task_goes_to_the_machines_that_suit_it() -> None:
    queue = Queue()
    kept = add(queue, 4, HOUR, kept_to=("gpu",))
    maya = add(queue, 4, HOUR, renderer="maya")
    nowhere = add(queue, 1, HOUR, kept_to=("gone",))
    other = add(queue, 2, HOUR)
    farm = [
        Seat("local", 0),
        Seat("a", 2, pools=("gpu",), renderers=("blender",)),
        Seat("b", 1, renderers=("maya", "blender")),
    ]
    found = foresee(plan(queue, seats=farm))
    assert found[kept.id] == Ready(at(14), at(14))
    assert found[maya.id] == Ready(at(16), at(16))
    assert found[nowhere.id] == Ready(None, None)
    assert found[other.id] == Ready(at(15), at(15))


def test_a_limit_that_each_machine_has_is_counted_on_each() -> None:
    queue = Queue()
    supply = Supply({"gpu": NamedLimit(1, per_machine=True)}, {"blender": {"gpu": 1}})
    task = add(queue, 4, HOUR)
    farm = [Seat(slots=2), Seat("a", 2)]
    found = foresee(plan(queue, limits=Limits(2, supply=supply), seats=farm))
    assert found[task.id] == Ready(at(14), at(14))


def test_nothing_begins_before_its_start() -> None:
    queue = Queue()
    late = add(queue, 1, HOUR, times=TimeWishes(start_at=at(18)))
    other = add(queue, 7, HOUR)
    found = foresee(plan(queue))
    assert found[late.id].latest == at(19)
    assert found[other.id].latest == at(20)


def test_frames_that_scatter_make_a_range() -> None:
    queue = Queue()
    task = add(queue, 10, 360, scatter=60.0)
    ready = foresee(plan(queue))[task.id]
    assert ready.earliest is not None and ready.latest is not None
    assert NOON < ready.earliest < at(13) < ready.latest
    assert ready.verdict(ready.latest) is Verdict.WILL
    assert ready.verdict(at(13)) is Verdict.MAY
    assert ready.verdict(NOON) is Verdict.WILL_NOT


def test_what_is_behind_a_task_of_which_nothing_is_known_is_not_known() -> None:
    queue = Queue()
    before, new, behind = add(queue, 1, HOUR), add(queue, 9, None), add(queue, 1, HOUR)
    found = foresee(plan(queue))
    assert found[before.id].latest == at(13)
    assert found[new.id].unknown is new
    assert found[behind.id].unknown is new
    assert found[behind.id].verdict(at(23)) is None
    found = foresee(plan(queue, limits=Limits(2, {"blender": 64})))
    assert found[before.id].latest == at(13)


def test_what_does_not_run_is_left_out() -> None:
    queue = Queue()
    paused, task = add(queue, 9, HOUR, wish=Wish.PAUSE), add(queue, 1, HOUR)
    assert foresee(plan(queue)) == {task.id: Ready(at(13), at(13))}
    assert paused.id not in foresee(plan(queue))


def test_what_would_help() -> None:
    queue = Queue()
    add(queue, 5, HOUR)
    task = add(queue, 4, HOUR)
    as_it_is = plan(queue, "13:00-15:00")
    assert foresee(as_it_is)[task.id].latest == at(14, day=30)
    assert foresee(as_it_is.with_first(task))[task.id].latest == at(15, day=27)
    assert foresee(as_it_is.without_hours(task))[task.id].latest == at(18)
    assert foresee(as_it_is.with_first(task).without_hours(task))[task.id].latest == at(16)
    assert frames_by(as_it_is.with_first(task), task, at(14)) == 1
    assert frames_by(as_it_is, task, at(14)) == 0


def test_more_than_two_months_is_no_foreseeable_time() -> None:
    queue = Queue()
    task = add(queue, 1000, 100 * HOUR)
    assert foresee(plan(queue))[task.id] == Ready()


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.none() | st.floats(0.001, 5_000), st.floats(0, 900)),
        max_size=8,
    ),
    st.integers(1, 4),
    st.sampled_from([None, "19:00-08:00", "Mo 00:00-00:01", "always"]),
)
def test_it_is_never_done_before_now_and_quick_is_not_after_slow(
    tasks: list[tuple[int, float | None, float]], slots: int, hours: str | None
) -> None:
    queue = Queue()
    for frames, seconds, scatter in tasks:
        add(queue, frames, seconds, scatter=scatter)
    found = foresee(plan(queue, hours, Limits(slots)))
    assert found.keys() == queue.tasks.keys()
    for ready in found.values():
        if ready.earliest is not None:
            assert ready.earliest >= NOON
        if ready.latest is not None:
            assert ready.earliest is not None
            assert slots > 1 or ready.earliest <= ready.latest + 1


def test_the_calendar_says_the_same_as_the_table() -> None:
    text = "Mo-Fr 19:00-08:00, Su 01:30-02:30"
    calendar, hours = Calendar(NOON, BERLIN), parse_hours(text)
    for step in range(0, 20 * 86_400, 7_919):
        assert calendar.is_open(text, NOON + step) is hours.allowed(NOON + step, BERLIN)
        assert calendar.next_change(text, NOON + step) == hours.next_change(NOON + step, BERLIN)
