from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.gui.priority import PriorityDropdown
from render_manager.gui.task_table.columns import Field
from render_manager.gui.window import MainWindow


def click_priority(window: MainWindow, qtbot: QtBot, row: int) -> PriorityDropdown:
    """Click into the priority cell of a row, and return the dropdown that opens."""
    at = window.table.visualRect(window.model.index(row, Field.PRIORITY)).center()
    QTest.mouseClick(window.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: open_dropdown(window) is not None)
    found = open_dropdown(window)
    assert found is not None
    return found


def open_dropdown(window: MainWindow) -> PriorityDropdown | None:
    found = window.table.findChild(PriorityDropdown)
    return found if found is not None and found.view().isVisible() else None


def choose(dropdown: QComboBox, qtbot: QtBot, priority: int) -> None:
    """Click on an entry of the open dropdown."""
    index = dropdown.model().index(dropdown.findData(priority), 0)
    at = dropdown.view().visualRect(index).center()
    viewport = dropdown.view().viewport()
    QTest.mouseMove(viewport, at + QPoint(1, 0))
    QTest.mouseMove(viewport, at)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)


def test_one_click_opens_the_dropdown_and_another_sets_the_priority(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.add("a")
    task = stand_in.add("b")
    dropdown = click_priority(window, qtbot, 1)
    assert dropdown.currentData() == 5
    choose(dropdown, qtbot, 9)
    qtbot.waitUntil(lambda: task.priority == 9)
    assert window.model.row_of(task.id) == 0
    qtbot.waitUntil(lambda: window.table.findChild(PriorityDropdown) is None)


def test_changes_meanwhile_leave_the_choice_alone(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("a")
    dropdown = click_priority(window, qtbot, 0)
    dropdown.setCurrentIndex(dropdown.findData(7))
    stand_in.begin(task)
    assert dropdown.currentData() == 7


def test_a_dropdown_that_is_left_goes_away(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("a")
    dropdown = click_priority(window, qtbot, 0)
    QTest.keyClick(dropdown.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.table.findChild(PriorityDropdown) is None)
    assert task.priority == 5


def test_a_click_with_control_only_selects(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.add("a")
    at = window.table.visualRect(window.model.index(0, Field.PRIORITY)).center()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(window.table.viewport(), Qt.MouseButton.LeftButton, control, at)
    assert [task.job.name for task in window.table.selected()] == ["a"]
    assert window.table.findChild(PriorityDropdown) is None


def test_the_menu_sets_the_priority_of_all_that_is_selected(
    window: MainWindow, stand_in: StandIn
) -> None:
    tasks = [stand_in.add(name) for name in "abc"]
    window.table.select([1, 3])
    menu = window.actions_of_tasks.priority
    next(action for action in menu.actions() if action.data() == 2).trigger()
    assert [task.priority for task in tasks] == [2, 5, 2]


def test_high_normal_and_low_come_first(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("a")
    dropdown = click_priority(window, qtbot, 0)
    entries = [dropdown.itemText(row) for row in range(dropdown.count())]
    assert entries[:3] == ["High", "Normal", "Low"]
    assert [entry.split()[0] for entry in entries[4:]] == [str(n) for n in range(10, -1, -1)]
    at = dropdown.view().visualRect(dropdown.model().index(2, 0)).center()
    QTest.mouseMove(dropdown.view().viewport(), at + QPoint(1, 0))
    QTest.mouseMove(dropdown.view().viewport(), at)
    QTest.mouseClick(dropdown.view().viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: task.priority == 2)


def test_the_dropdown_of_a_selected_row_sets_all_that_is_selected(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    tasks = [stand_in.add(name) for name in "abcd"]
    window.table.select([1, 3])
    dropdown = click_priority(window, qtbot, 2)
    assert [task.job.name for task in window.table.selected()] == ["a", "c"]
    choose(dropdown, qtbot, 7)
    qtbot.waitUntil(lambda: [task.priority for task in tasks] == [7, 5, 7, 5])
    qtbot.waitUntil(window._undo.isEnabled)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [task.priority for task in tasks] == [5, 5, 5, 5]


def test_the_dropdown_of_another_row_leaves_the_selection_alone(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    tasks = [stand_in.add(name) for name in "abc"]
    window.table.select([1, 2])
    choose(click_priority(window, qtbot, 2), qtbot, 7)
    qtbot.waitUntil(lambda: [task.priority for task in tasks] == [5, 5, 7])


def test_the_wheel_changes_nothing(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    task = stand_in.add("a")
    dropdown = click_priority(window, qtbot, 0)
    before = dropdown.currentIndex()
    at = dropdown.rect().center().toPointF()
    wheel = QWheelEvent(
        at,
        dropdown.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(dropdown, wheel)
    assert dropdown.currentIndex() == before
    assert task.priority == 5
