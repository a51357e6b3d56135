"""Who is on the roll, who may be given what, and who is set aside."""

from __future__ import annotations

import pytest

from render_manager.domain.events import Outcome, RunEnded
from render_manager.domain.job import RenderJob
from render_manager.domain.machines import LOCAL, Machine, Machines, MachineState
from render_manager.domain.task import Task

FAILED = RunEnded(Outcome.FAILED, 1, "It crashed.")


def task(task_id: int = 1, renderer: str = "blender") -> Task:
    return Task(task_id, RenderJob("/p/a.blend", renderer, "a", "/out"), 0.0)


@pytest.fixture
def machines() -> Machines:
    machines = Machines()
    for name in ("a", "b"):
        machines.join(Machine(name, 2, {"blender": ("4.2",)}), now=0.0)
    return machines


def machine(machines: Machines, name: str) -> Machine:
    found = machines.get(name)
    assert found is not None
    return found


def test_this_machine_is_first_and_suits_everything(machines: Machines) -> None:
    assert [each.name for each in machines] == [LOCAL, "a", "b"]
    assert machine(machines, LOCAL).suits(task())


def test_a_machine_is_given_what_it_sees_and_has_the_renderer_for(machines: Machines) -> None:
    here = machine(machines, "a")
    assert here.is_unasked(task())
    assert not here.suits(task())
    machines.see("a", 1, None, 1.0)
    assert here.suits(task())
    assert not here.is_unasked(task())
    assert not here.suits(task(renderer="maya"))
    assert not here.is_unasked(task(2, renderer="maya"))


def test_one_that_lacks_a_folder_is_asked_again_later(machines: Machines) -> None:
    machines.see("a", 1, "/out", 1.0)
    assert not machine(machines, "a").suits(task())
    assert not machine(machines, "a").is_unasked(task())
    assert not machines.ask_again(60.0)
    assert machines.ask_again(200.0)
    assert machine(machines, "a").is_unasked(task())


def test_one_that_could_not_start_a_renderer_tries_again_much_later() -> None:
    machines = Machines()
    machines.note_unable(LOCAL, 7, "There is no Maya.", 0.0)
    assert not machines.ask_again(1_700.0)
    assert machines.ask_again(1_900.0)


@pytest.mark.parametrize("name", ["is_off", "misfit", "set_aside"])
def test_one_that_is_closed_is_given_nothing(machines: Machines, name: str) -> None:
    machines.see("a", 1, None, 1.0)
    setattr(machine(machines, "a"), name, "why")
    assert not machine(machines, "a").suits(task())


def test_silence_is_measured_by_when_we_heard(machines: Machines) -> None:
    machine(machines, "a").heard = 50.0
    assert [each.name for each in machines.silent(61.0, 60.0)] == ["b"]
    machines.forgive_silence(61.0)
    assert machines.silent(120.0, 60.0) == []


def test_one_that_fails_what_others_can_is_set_aside_and_says_why(machines: Machines) -> None:
    machines.note_end("a", 1, FAILED)
    machines.note_frame("b", 1, 2.0)
    assert machines.note_end("a", 1, FAILED) is None
    reason = machines.note_end("a", 1, FAILED)
    assert reason is not None
    assert "It crashed." in reason
    assert machine(machines, "a").set_aside == reason
    assert machine(machines, "b").is_open


def test_where_all_fail_the_task_is_to_blame(machines: Machines) -> None:
    machines.note_frame("b", 1, 2.0)
    for _ in range(9):
        assert machines.note_end("a", 1, FAILED) is None
        assert machines.note_end("b", 1, FAILED) is None


def test_a_frame_forgives_and_this_machine_is_never_set_aside(machines: Machines) -> None:
    for _ in range(9):
        machines.note_end("a", 1, FAILED)
        machines.note_end(LOCAL, 1, FAILED)
    machines.note_frame("a", 1, 1.0)
    assert machines.note_end(LOCAL, 1, FAILED) is None
    assert machines.note_end("a", 1, FAILED) is None


def test_a_machine_has_its_own_speed(machines: Machines) -> None:
    one = task()
    one.timing.learn_frame(10.0)
    assert machine(machines, "a").timing_of(one).frame == 10.0
    machines.note_frame("a", 1, 2.0)
    machines.note_end("a", 1, RunEnded(Outcome.FINISHED, startup_seconds=3.0))
    timing = machine(machines, "a").timing_of(one)
    assert (timing.frame, timing.startup) == (2.0, 3.0)


def test_coming_again_forgives_but_stays_switched_off(machines: Machines) -> None:
    machines.switch_off({"a", "local"})
    before = machine(machines, "a")
    assert before.is_off
    assert machines.here.is_off
    before.set_aside = "why"
    again = machines.join(Machine("a", 4), 5.0)
    assert (again.is_off, again.set_aside, again.slots) == (True, None, 4)


@pytest.mark.parametrize(
    ("kept_to", "meant"), [((), "ab"), (("a",), "a"), (("gpu", "a"), "ab"), (("local",), "")]
)
def test_a_task_is_kept_to_machines_and_pools(
    machines: Machines, kept_to: tuple[str, ...], meant: str
) -> None:
    machine(machines, "b").pools = ("gpu",)
    one = task()
    one.kept_to = kept_to
    found = [each.name for each in machines.elsewhere if each.is_meant(one)]
    assert "".join(found) == meant
    assert machines.here.is_meant(one) == (kept_to in ((), ("local",)))


def test_what_a_machine_is_at(machines: Machines) -> None:
    one = machine(machines, "a")
    assert (one.state(0), one.state(1)) == (MachineState.IDLE, MachineState.RENDERING)
    one.set_aside = "why"
    assert one.state(1) is MachineState.SET_ASIDE
    one.is_off = True
    assert (one.state(1), one.state(0)) == (MachineState.DRAINING, MachineState.OFF)
    one.is_here = False
    assert one.state(1) is MachineState.AWAY


def test_runs_give_way_on_one_machine_only(machines: Machines) -> None:
    machines.see("b", 1, None, 0.0)
    home = machines.home_of(task())
    assert home is not None
    assert home.name == LOCAL
    machines.here.is_off = True
    assert machines.home_of(task()) is machine(machines, "b")
    assert machines.home_of(task(9)) is None
