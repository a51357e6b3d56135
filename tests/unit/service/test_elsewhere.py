"""What other machines are given, and what their failures mean."""

from __future__ import annotations

import pytest

from render_manager.base.settings import Settings
from render_manager.domain.events import FrameCompleted, Outcome, Problem, RunEnded, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.machines import LOCAL, Machine, Machines
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import Limits
from render_manager.domain.task import Task
from render_manager.domain.timetable import Timetable
from render_manager.service.elsewhere import Elsewhere

JOB = RenderJob("/p/a.fake", "fake", "a", "/out")
NOW = 1000.0


class Roll:
    """A queue with one task, and two machines that see it."""

    def __init__(self, settings: Settings) -> None:
        self.queue = Queue()
        self.machines = Machines()
        self.task = self.add()
        for name in ("a", "b"):
            self.machines.join(Machine(name, 1, {"fake": ("1",)}), 0.0)
            self.machines.see(name, self.task.id, None, 0.0)
        self.elsewhere = Elsewhere(self.queue, settings, self.machines, None)

    def add(self, **properties: object) -> Task:
        task = self.queue.add(JOB, NOW, **properties)
        self.queue.fill(task.id, JOB, range(1, 13))
        return task

    def give(self) -> dict[str, tuple[int, ...]]:
        """Give away what there is, by machine."""
        given: dict[str, tuple[int, ...]] = {}
        for chunk, name in self.elsewhere.chunks(
            list(self.queue), Timetable(NOW), frozenset(), lambda _task: True, Limits()
        ):
            self.queue.start_run(chunk.task_id, chunk.frames, NOW, name)
            given[name] = chunk.frames
        return given

    def end(self, name: str, outcome: Outcome) -> RunEnded:
        run_id = next(run.id for run in self.task.runs.values() if run.machine == name)
        problem = Problem("cannot_start", "no scene", is_hopeless=True)
        end = RunEnded(outcome, None, "no scene", (1,), problem=problem)
        event = self.elsewhere.learn(RunReport(run_id, (end,)))[0].events[0]
        assert isinstance(event, RunEnded)
        return event


@pytest.fixture
def roll(settings: Settings) -> Roll:
    return Roll(settings)


def test_each_machine_gets_a_chunk_of_its_own(roll: Roll) -> None:
    given = roll.give()
    assert set(given) == {"a", "b"}
    assert not set(given["a"]) & set(given["b"])
    assert roll.give() == {}


def test_a_chunk_is_of_the_machines_own_measure(roll: Roll) -> None:
    roll.machines.note_frame("a", roll.task.id, 30.0)
    given = roll.give()
    assert len(given["a"]) == 1
    assert len(given["b"]) > 1


def test_one_that_cannot_start_it_is_not_asked_again_and_the_task_goes_on(roll: Roll) -> None:
    roll.give()
    end = roll.end("a", Outcome.NOT_STARTED)
    assert (end.outcome, end.problem) == (Outcome.CANCELLED, None)
    machine = roll.machines.get("a")
    assert machine is not None
    assert not machine.suits(roll.task)


def test_what_nobody_can_start_holds_the_task(roll: Roll) -> None:
    here = roll.machines.get(LOCAL)
    assert here is not None
    here.is_off = True
    roll.give()
    roll.end("a", Outcome.NOT_STARTED)
    assert roll.end("b", Outcome.NOT_STARTED).outcome is Outcome.NOT_STARTED


def test_the_machine_that_fails_is_named(roll: Roll) -> None:
    roll.give()
    run_ids = {run.machine: run.id for run in roll.task.runs.values()}
    failed = RunReport(run_ids["a"], (RunEnded(Outcome.FAILED, 1, "It crashed."),))
    roll.elsewhere.learn(failed)
    roll.elsewhere.learn(RunReport(run_ids["b"], (FrameCompleted(5, (), 1.0),)))
    roll.elsewhere.learn(failed)
    sentence = roll.elsewhere.learn(failed)[1]
    assert sentence is not None
    assert sentence.startswith("a: ")


def test_one_run_gives_way_for_an_urgent_task(roll: Roll) -> None:
    here = roll.machines.get(LOCAL)
    assert here is not None
    here.is_off = True
    roll.give()
    urgent = roll.add(priority=10)
    for name in ("a", "b"):
        roll.machines.see(name, urgent.id, None, 0.0)
    giving_way = frozenset({"fake"})
    run_ids = list(roll.elsewhere.runs_to_give_way(list(roll.queue), Timetable(NOW), giving_way))
    assert [roll.task.runs[run_id].machine for run_id in run_ids] == ["a"]


def test_a_task_that_is_kept_to_a_pool_is_given_to_no_other(roll: Roll) -> None:
    machine = roll.machines.get("b")
    assert machine is not None
    machine.pools = ("gpu",)
    roll.task.kept_to = ("gpu",)
    assert set(roll.give()) == {"b"}
    assert roll.elsewhere.held_here(lambda task: False)(roll.task)
    assert roll.elsewhere.holdup(roll.task) is None


def test_why_no_machine_is_given_it(roll: Roll) -> None:
    roll.task.kept_to = ("gone", "gpu")
    assert roll.elsewhere.holdup(roll.task) == (
        "It is kept to gone, gpu, and no such machine is there."
    )
    roll.task.kept_to = ("a",)
    assert roll.elsewhere.holdup(roll.task) is None
    roll.machines.switch_off({"a"})
    assert roll.elsewhere.holdup(roll.task) == (
        "No machine that may render it is there and switched on."
    )
    assert roll.give() == {}


def test_this_machine_may_be_switched_off(roll: Roll) -> None:
    assert not roll.elsewhere.held_here(lambda task: False)(roll.task)
    roll.machines.switch_off({"local"})
    assert roll.elsewhere.held_here(lambda task: False)(roll.task)
    assert set(roll.give()) == {"a", "b"}


def test_what_this_machine_cannot_start_is_left_to_those_that_can(roll: Roll) -> None:
    """A manager without the renderer, and workers that have it."""
    run = roll.queue.start_run(roll.task.id, (1, 2), NOW)
    problem = Problem("cannot_start", "no renderer", is_hopeless=True)
    end = RunEnded(Outcome.NOT_STARTED, None, "no renderer", (1, 2), problem=problem)
    (learned,) = roll.elsewhere.learn(RunReport(run.id, (end,)))[0].events
    assert isinstance(learned, RunEnded)
    assert (learned.outcome, learned.problem) == (Outcome.CANCELLED, None)
    assert roll.elsewhere.held_here(lambda task: False)(roll.task)
    roll.queue.apply(RunReport(run.id, (learned,)), NOW, 0.0, 99)
    assert set(roll.give()) == {"a", "b"}


def test_alone_this_machine_says_what_it_cannot_start(roll: Roll) -> None:
    for name in ("a", "b"):
        machine = roll.machines.get(name)
        assert machine is not None
        machine.is_here = False
    run = roll.queue.start_run(roll.task.id, (1, 2), NOW)
    end = RunEnded(Outcome.NOT_STARTED, None, "no renderer", (1, 2))
    (learned,) = roll.elsewhere.learn(RunReport(run.id, (end,)))[0].events
    assert learned == end
    assert not roll.elsewhere.held_here(lambda task: False)(roll.task)
