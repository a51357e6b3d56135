"""What is told of machines, and switching them on and off."""

from __future__ import annotations

import math
import time

import pytest
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.base.errors import ConflictError, NotFoundError, UserError
from render_manager.base.hours import DAYS
from render_manager.base.log import own_log
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.machine_view import MachineLog, MachineView
from render_manager.domain.machines import Machine, MachineState
from render_manager.domain.preflight import NO_RENDERER, Finding, Level
from render_manager.service.inspection import Inspection


@pytest.fixture
def house(qtbot: QtBot, settings: Settings) -> StandIn:
    house = StandIn(settings)
    for name, pools in (("b", ()), ("A", ("gpu",))):
        house.machines.join(Machine(name, 2, {"fake": ("1.0",)}, pools, cpu=20.0, memory=40.0), 0.0)
    return house


def seen(house: StandIn, name: str) -> MachineView:
    return next(each for each in house.service.machines.views() if each.name == name)


def test_this_machine_is_first_and_the_others_come_by_name(house: StandIn) -> None:
    views = house.service.machines.views()
    assert [each.name for each in views] == ["local", "A", "b"]
    assert [each.is_local for each in views] == [True, False, False]
    assert views[1].pools == ("gpu",)
    assert house.service.machines.slots() == 1 + 2 + 2


def test_what_each_renders_is_told(house: StandIn) -> None:
    house.begin(house.add("shot"), [1, 2, 3], "A")
    view = seen(house, "A")
    assert view.state is MachineState.RENDERING
    assert [(run.task, run.frames, run.percent) for run in view.runs] == [("shot", "1-3", 0.0)]
    assert seen(house, "b").runs == ()


def test_speed_is_beside_all_together(house: StandIn) -> None:
    task = house.add("shot")
    assert seen(house, "A").speed is None
    for name, seconds in (("A", 1.0), ("b", 4.0)):
        house.machines.note_frame(name, task.id, seconds)
        task.timing.learn_frame(seconds)
    fast, slow = seen(house, "A").speed, seen(house, "b").speed
    assert fast is not None and slow is not None
    assert math.isclose(fast / slow, 4.0)
    assert slow < 1 < fast


def test_what_is_switched_off_stays_so(house: StandIn, qtbot: QtBot) -> None:
    desk = house.service.machines
    with qtbot.waitSignal(desk.changed):
        desk.drain(["A", "local"])
    assert [each.state for each in desk.views()] == [
        MachineState.OFF,
        MachineState.OFF,
        MachineState.IDLE,
    ]
    assert house.dispatcher.cleared == []
    assert desk.slots() == 2
    assert load_settings().machines_off == ("A", "local")
    desk.enable(["A"])
    assert load_settings().machines_off == ("local",)
    assert seen(house, "A").state is MachineState.IDLE


def test_switching_off_at_once_clears_it(house: StandIn) -> None:
    house.service.machines.disable(["b", "local"])
    assert house.dispatcher.cleared == ["b", ""]
    assert seen(house, "b").state is MachineState.OFF


def test_enabling_forgets_what_was_held_against_it(house: StandIn) -> None:
    machine = house.machines.get("b")
    assert machine is not None
    machine.set_aside, machine.failures = "It fails.", 3
    house.machines.note_unable("b", 1, "There is no Maya.", 0.0)
    assert (seen(house, "b").state, seen(house, "b").reason) == (
        MachineState.SET_ASIDE,
        "It fails.",
    )
    house.service.machines.enable(["b"])
    assert (machine.set_aside, machine.failures, machine.blind) == (None, 0, {})


def test_only_one_that_is_away_is_forgotten(house: StandIn) -> None:
    desk, machine = house.service.machines, house.machines.get("b")
    assert machine is not None
    for names in (["b"], ["b", "local"]):
        with pytest.raises(ConflictError):
            desk.forget(names)
    machine.is_here = False
    desk.forget(["b"])
    assert [each.name for each in desk.views()] == ["local", "A"]


def test_hours_are_kept_and_the_machine_rests(house: StandIn) -> None:
    desk, other_day = house.service.machines, time.localtime(house.now + 3 * 86_400).tm_wday
    table = f"{DAYS[other_day]} 08:00-20:00"
    desk.set_hours(["b", "A"], table.lower())
    assert load_settings().machine_hours == f"A = {table}; b = {table}"
    view = seen(house, "b")
    assert (view.state, view.hours) == (MachineState.RESTING, table)
    assert view.reason is not None and view.reason.startswith("Its hours begin at ")
    assert desk.slots() == house.settings.max_concurrent_runs
    assert sorted((seat.name, seat.hours) for seat in desk.seats()) == [
        ("A", table),
        ("b", table),
        ("local", None),
    ]
    house.begin(house.add("shot"), [1, 2], "b")
    assert desk.slots() == house.settings.max_concurrent_runs + 1, "it finishes what it has"
    desk.set_hours(["b"], "")
    assert load_settings().machine_hours == f"A = {table}"
    assert seen(house, "b").state is MachineState.RENDERING
    with pytest.raises(UserError, match="neither a day"):
        desk.set_hours(["b"], "some day")


@pytest.mark.parametrize("verb", ["enable", "drain", "disable", "forget"])
def test_what_is_not_there_is_said_and_nothing_is_changed(house: StandIn, verb: str) -> None:
    with pytest.raises(NotFoundError, match="no machine called c"):
        getattr(house.service.machines, verb)(["A", "c"])
    assert load_settings().machines_off == ()
    assert house.dispatcher.cleared == []


def test_a_log_is_asked_for_and_told(house: StandIn, qtbot: QtBot) -> None:
    desk = house.service.machines
    assert desk.log("A") == MachineLog()
    assert house.farm.asked == ["A"]
    with qtbot.waitSignal(desk.logged) as told:
        house.farm.logged.emit("A", "all is well")
    assert told.args is not None
    assert (told.args[0], told.args[1].text) == ("A", "all is well")
    assert desk.log("A") == told.args[1]


def test_the_log_of_this_machine_is_the_programs_own(house: StandIn) -> None:
    assert house.service.machines.log("local").text == ""
    own_log().parent.mkdir(parents=True, exist_ok=True)
    own_log().write_text("one\n" * 100_000 + "last\n", "utf-8", newline="\n")
    log = house.service.machines.log("local")
    assert log.text.endswith("last\n")
    assert len(log.text) < 100_000
    assert log.heard is not None


def test_looking_at_the_log_of_a_run_elsewhere_freshens_it(house: StandIn, qtbot: QtBot) -> None:
    run = house.begin(house.add("shot"), [1], "A")
    run.log_path = "/logs/1.log"
    house.service.bring("/logs/2.log")
    house.service.bring("/logs/1.log")
    qtbot.waitUntil(lambda: house.farm.freshened == [("A", run.id)])


def test_a_renderer_that_only_another_machine_has_holds_no_task(house: StandIn) -> None:
    found = (
        Finding(NO_RENDERER, "Fake was not found.", Level.IMPOSSIBLE),
        Finding("other", "Odd."),
    )
    task = house.add("shot")
    inspection = Inspection(task.id, task.job, None, (1,), findings=found)
    assert house.service._findings(task, inspection) == found[1:]
    for machine in house.machines.elsewhere:
        machine.is_here = False
    assert house.service._findings(task, inspection) == found
