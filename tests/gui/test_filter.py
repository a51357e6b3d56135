from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stand_in import StandIn, window_of

from render_manager.domain.events import Outcome, RunEnded
from render_manager.domain.states import TaskState
from render_manager.gui.memory import WindowMemory
from render_manager.gui.state_chips import STATES
from render_manager.gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def fill(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    """a is running, b and c are pending, d is paused, e has failed."""
    tasks = [stand_in.add(name, max_retries=0) for name in "abcde"]
    stand_in.begin(tasks[0])
    stand_in.service.pause([tasks[3].id])
    run = stand_in.begin(tasks[4])
    ended = RunEnded(Outcome.FAILED, 1, "No camera.", tuple(tasks[4].frames.numbers))
    stand_in.report(run, ended)
    qtbot.waitUntil(lambda: window.table.isVisible() and window.filter.isEnabled())


def names(window: MainWindow) -> str:
    model = window.model
    return "".join(sorted(model.task_at(row).job.name for row in range(model.rowCount())))


def texts(window: MainWindow) -> list[str]:
    return [chip.text() for chip in window.pane.chips.chips.values()]


def click(
    window: MainWindow,
    state: TaskState | None,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    QTest.mouseClick(window.pane.chips.chips[state], LEFT, held)


def test_chips_count(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    fill(window, stand_in, qtbot)
    assert texts(window) == [
        "All 5", "Running 1", "Pending 2", "Paused 1", "Failed 1", "Completed", "Cancelled"
    ]  # fmt: skip
    stand_in.service.cancel([2])
    stand_in.service.remove([5])
    assert texts(window) == [
        "All 4", "Running 1", "Pending 1", "Paused 1", "Failed", "Completed", "Cancelled 1"
    ]  # fmt: skip


def test_a_click_shows_one_state_and_another_all(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    click(window, TaskState.PENDING)
    assert names(window) == "bc"
    click(window, TaskState.FAILED)
    assert names(window) == "e"
    click(window, TaskState.FAILED)
    assert names(window) == "abcde"
    click(window, TaskState.PAUSED)
    click(window, None)
    assert names(window) == "abcde"


def test_ctrl_adds_states_and_takes_them_away(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    click(window, TaskState.RUNNING)
    click(window, TaskState.FAILED, CONTROL)
    assert names(window) == "ae"
    chips = window.pane.chips.chips
    assert {state for state, chip in chips.items() if chip.isChecked()} == {
        TaskState.RUNNING,
        TaskState.FAILED,
    }
    click(window, TaskState.RUNNING, CONTROL)
    assert names(window) == "e"


def test_a_task_comes_and_goes_with_its_state(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    click(window, TaskState.PAUSED)
    stand_in.service.resume([4])
    assert names(window) == ""
    stand_in.service.pause([2, 4])
    assert names(window) == "bd"


def test_alt_and_a_figure_reach_each_chip(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    alt = Qt.KeyboardModifier.AltModifier
    for place, state in enumerate(STATES, start=2):
        QTest.keyClick(window.table, Qt.Key(Qt.Key.Key_0 + place), alt)
        assert window.pane.chips.states == {state}
        assert f"Alt+{place}" in window.pane.chips.chips[state].toolTip()
    QTest.keyClick(window.table, Qt.Key.Key_1, alt)
    assert not window.pane.chips.states


def test_arrow_keys_go_along_the_chips(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    fill(window, stand_in, qtbot)
    chips = list(window.pane.chips.chips.values())
    chips[0].setFocus()
    QTest.keyClick(chips[0], Qt.Key.Key_Right)
    assert chips[1].hasFocus()
    QTest.keyClick(chips[1], Qt.Key.Key_Space)
    assert names(window) == "a"
    QTest.keyClick(chips[1], Qt.Key.Key_Left)
    QTest.keyClick(chips[0], Qt.Key.Key_Left)
    assert chips[-1].hasFocus()
    stops = [chip for chip in chips if chip.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [chips[1]]


def test_a_filter_says_so_and_can_be_cleared(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    assert not window.pane.clear.isVisible()
    click(window, TaskState.PENDING)
    window.filter.setFocus()
    QTest.keyClicks(window.filter, "b")
    assert window.pane._shown.text() == "1 of 5 shown"
    assert window.pane.clear.isVisible() and not window.table.clear_button.isVisible()
    QTest.mouseClick(window.pane.clear, LEFT)
    assert names(window) == "abcde" and window.filter.text() == ""
    assert not window.pane.clear.isVisible()


def test_an_empty_table_offers_to_clear_the_filter(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    click(window, TaskState.COMPLETED)
    assert window.table.clear_button.isVisible()
    QTest.mouseClick(window.table.clear_button, LEFT)
    assert names(window) == "abcde"
    assert not window.table.clear_button.isVisible()


def test_keys_lead_out_of_the_box(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    fill(window, stand_in, qtbot)
    QTest.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert window.filter.hasFocus()
    QTest.keyClicks(window.filter, "c")
    QTest.keyClick(window.filter, Qt.Key.Key_Escape)
    assert window.filter.text() == "" and window.filter.hasFocus()
    QTest.keyClicks(window.filter, "c")
    QTest.keyClick(window.filter, Qt.Key.Key_Down)
    assert window.table.hasFocus()
    assert [task.job.name for task in window.table.selected()] == ["c"]


def test_the_filter_is_got_ready_when_the_box_is_entered(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    written = window.model._search._written
    assert not written
    window.filter.setFocus()
    qtbot.waitUntil(lambda: len(written) == 5)
    stand_in.service.pause([2])
    window.filter.setText("paused")
    assert names(window) == "bd"


def test_words_and_states_survive_a_restart(
    window: MainWindow, stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    click(window, TaskState.PENDING)
    click(window, TaskState.PAUSED, CONTROL)
    window.filter.setText("fake")
    window.close()
    again = window_of(stand_in, memory_file)
    qtbot.addWidget(again)
    again.show()
    assert names(again) == "bcd" and again.filter.text() == "fake"
    assert again.pane.clear.isVisible()


def test_a_spoilt_memory_of_states_is_left_out(
    stand_in: StandIn, memory_file: Path, qtbot: QtBot, window: MainWindow
) -> None:
    memory = WindowMemory(memory_file)
    memory.remember_text("states", "failed nonsense")
    window.pane.filtering.recall(memory)
    assert window.pane.chips.states == {TaskState.FAILED}
    QApplication.processEvents()


def test_what_is_dropped_is_seen_whatever_is_filtered(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fill(window, stand_in, qtbot)
    click(window, TaskState.COMPLETED)
    new = stand_in.add("new")
    window.show_tasks([new.id])
    assert [task.job.name for task in window.table.selected()] == ["new"]


def test_the_cross_is_there_while_something_is_written_and_clears_it(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.add("shot")
    line = window.tools.filter
    qtbot.waitUntil(line.isEnabled)
    assert not line.cross.isVisible()
    QTest.keyClicks(line, "shot")
    assert line.cross.isVisible()
    line.cross.trigger()
    assert line.text() == ""
    assert not line.cross.isVisible()
