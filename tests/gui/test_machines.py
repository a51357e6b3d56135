"""The list of machines in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stand_in import StandIn, window_of

from render_manager.domain.machines import Machine
from render_manager.gui.machines.hours_dialog import MachineHoursDialog
from render_manager.gui.machines.model import Column
from render_manager.gui.machines.pane import MachinesPane
from render_manager.gui.window import MainWindow


def join(stand_in: StandIn, name: str) -> Machine:
    machine = Machine(name, 2, {"fake": ("1.0",)}, ("gpu",), version="1.0", cpu=25.0, memory=50.0)
    return stand_in.machines.join(machine, 0.0)


def cell(pane: MachinesPane, row: int, column: Column) -> str:
    return str(pane.model.index(row, column).data())


@pytest.fixture
def pane(window: MainWindow, stand_in: StandIn) -> MachinesPane:
    """In sight, with this machine and two others."""
    for name in ("farm1", "farm2"):
        join(stand_in, name)
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.machines.isVisible()
    return window.machines


def choose(pane: MachinesPane, row: int, verb: str) -> None:
    """Right-click a row and choose."""
    viewport = pane.table.viewport()
    at: QPoint = pane.table.visualRect(pane.model.index(row, 0)).center()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    assert pane.actions_of_machines.menu.isVisible()
    action = pane.actions_of_machines.actions[verb]
    assert action.isEnabled()
    pane.actions_of_machines.menu.close()
    action.trigger()


def test_it_is_hidden_until_it_is_wanted(window: MainWindow) -> None:
    assert not window.machines.isVisible()


def test_alone_it_says_how_others_join(window: MainWindow) -> None:
    window.menus.menu["view"].actions()[1].trigger()
    assert window.machines.isVisible()
    assert window.machines.hint.isVisible()
    assert "farm worker" in window.machines.hint.text()
    assert cell(window.machines, 0, Column.NAME) == "local (this machine)"


def test_what_each_is_at_is_shown(pane: MachinesPane, stand_in: StandIn) -> None:
    task = stand_in.add("shot")
    stand_in.begin(task, [1, 2, 3], "farm1")
    pane.model.show_machines(stand_in.service.machines.views())
    assert cell(pane, 1, Column.STATE) == "Rendering"
    assert cell(pane, 1, Column.AT_WORK) == "shot: frames 1-3, 0 %"
    assert cell(pane, 1, Column.SLOTS) == "1 / 2"
    assert cell(pane, 1, Column.CPU) == "25 %"
    assert cell(pane, 2, Column.STATE) == "Idle"
    assert cell(pane, 2, Column.POOLS) == "gpu"
    assert not pane.hint.isVisible()


def test_it_looks_anew_by_itself(pane: MachinesPane, stand_in: StandIn, qtbot: QtBot) -> None:
    stand_in.begin(stand_in.add("shot"), [4], "farm2")
    qtbot.waitUntil(lambda: cell(pane, 2, Column.STATE) == "Rendering", timeout=5_000)


def test_a_right_click_switches_machines_off_and_on(pane: MachinesPane, stand_in: StandIn) -> None:
    choose(pane, 1, "drain")
    assert stand_in.settings.machines_off == ("farm1",)
    assert cell(pane, 1, Column.STATE) == "Off"
    choose(pane, 2, "disable")
    assert stand_in.dispatcher.cleared == ["farm2"]
    choose(pane, 1, "enable")
    assert stand_in.settings.machines_off == ("farm2",)
    assert cell(pane, 1, Column.STATE) == "Idle"


def test_a_right_click_sets_hours(pane: MachinesPane, stand_in: StandIn) -> None:
    choose(pane, 1, "hours")
    dialog = pane.findChild(MachineHoursDialog)
    assert dialog is not None and dialog.isVisible()
    line = dialog.choice.lineEdit()
    assert line is not None and line.text() == "always"
    (ok,) = (each for each in dialog.buttons.buttons() if each.text() == "Set hours")
    line.selectAll()
    QTest.keyClicks(line, "some day")
    assert not ok.isEnabled()
    assert dialog.remark.text().startswith("This cannot be used: ")
    line.selectAll()
    QTest.keyClicks(line, "mon-fri 19-8")
    assert dialog.remark.text() == "Mo-Fr 19:00-08:00"
    QTest.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert stand_in.settings.machine_hours == "farm1 = Mo-Fr 19:00-08:00"
    assert cell(pane, 1, Column.HOURS) == "Mo-Fr 19:00-08:00"


def test_one_that_is_set_aside_says_why(pane: MachinesPane, stand_in: StandIn) -> None:
    machine = stand_in.machines.get("farm1")
    assert machine is not None
    machine.set_aside = "3 runs in a row failed there."
    pane.model.show_machines(stand_in.service.machines.views())
    assert cell(pane, 1, Column.STATE) == "Set aside"
    assert cell(pane, 1, Column.AT_WORK) == "3 runs in a row failed there."
    choose(pane, 1, "enable")
    assert machine.set_aside is None


def test_a_refusal_is_said_in_the_banner(
    pane: MachinesPane, stand_in: StandIn, window: MainWindow
) -> None:
    machine = stand_in.machines.get("farm1")
    assert machine is not None
    machine.is_here = False
    pane.model.show_machines(stand_in.service.machines.views())
    machine.is_here = True  # it came back while the menu was open
    choose(pane, 1, "forget")
    assert "farm1 is there" in window.banner.sentence


def test_its_log_is_shown_as_it_comes(pane: MachinesPane, stand_in: StandIn) -> None:
    choose(pane, 1, "log")
    assert pane.log is not None and pane.log.isVisible()
    assert stand_in.farm.asked == ["farm1"]
    assert pane.log.windowTitle() == "Log of farm1"
    stand_in.farm.logged.emit("farm2", "of another")
    assert pane.log.written.toPlainText() == ""
    stand_in.farm.logged.emit("farm1", "all is well")
    assert pane.log.written.toPlainText() == "all is well"
    pane.log.close()


def test_the_selection_stays_when_machines_come(pane: MachinesPane, stand_in: StandIn) -> None:
    pane.table.selectRow(1)
    join(stand_in, "eager")
    pane.model.show_machines(stand_in.service.machines.views())
    assert [each.name for each in pane.table.selected()] == ["farm1"]


def test_it_is_there_again_tomorrow(
    pane: MachinesPane, window: MainWindow, stand_in: StandIn, qtbot: QtBot, memory_file: Path
) -> None:
    window.close()
    again = window_of(stand_in, memory_file)
    qtbot.addWidget(again)
    again.show()
    assert again.machines.isVisible()
    again.machines.close_button.click()
    assert not again.machines.isVisible()
    again.close()
