"""The table by keyboard, and rows dragged about."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.gui.priority import PriorityDropdown
from render_manager.gui.task_table.columns import Field
from render_manager.gui.window import MainWindow

ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
MOVE = Qt.DropAction.MoveAction


def names(window: MainWindow) -> str:
    model = window.model
    return "".join(model.task_at(row).job.name for row in range(model.rowCount()))


def selected(window: MainWindow) -> str:
    return "".join(task.job.name for task in window.table.selected())


@pytest.fixture
def filled(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> MainWindow:
    """a–e of the same priority, and z of a higher one."""
    for name in "abcde":
        stand_in.add(name)
    stand_in.add("z", priority=9)
    qtbot.waitUntil(lambda: window.table.isVisible())
    window.table.setFocus()
    return window


def refreshed(window: MainWindow, qtbot: QtBot, ids: list[int]) -> None:
    window.table.select(ids)
    action = window.actions_of_tasks.actions["move_up"]
    qtbot.waitUntil(lambda: action.isEnabled() and window.details.task is not None)


def test_alt_and_arrows_move_tasks_in_the_queue(filled: MainWindow, qtbot: QtBot) -> None:
    refreshed(filled, qtbot, [3])
    QTest.keyClick(filled.table, Qt.Key.Key_Up, ALT)
    assert names(filled) == "zacbde"
    QTest.keyClick(filled.table, Qt.Key.Key_Up, ALT)
    QTest.keyClick(filled.table, Qt.Key.Key_Up, ALT)  # not beyond its priority
    assert names(filled) == "zcabde"
    for _press in range(5):
        QTest.keyClick(filled.table, Qt.Key.Key_Down, ALT)
    assert names(filled) == "zabdec"
    assert selected(filled) == "c"
    qtbot.waitUntil(filled._undo.isEnabled)
    QTest.keyClick(filled, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert names(filled) == "zabdce"


def test_several_tasks_move_together(filled: MainWindow, qtbot: QtBot) -> None:
    refreshed(filled, qtbot, [2, 4])
    QTest.keyClick(filled.table, Qt.Key.Key_Down, ALT)
    assert names(filled) == "zacebd"
    assert selected(filled) == "bd"


def test_with_a_filter_tasks_move_past_those_in_sight(filled: MainWindow, qtbot: QtBot) -> None:
    filled.filter.setText("renders/a")
    refreshed(filled, qtbot, [1])
    QTest.keyClick(filled.table, Qt.Key.Key_Down, ALT)
    filled.pane.filtering.clear()
    assert names(filled) == "zabcde"  # nothing in sight to move past


def drag(window: MainWindow, rows: list[int], to: int, *, below: bool = False) -> bool:
    """Hold these rows, and drop them at the upper (or lower) edge of the row `to`."""
    model, table = window.model, window.table
    held: QMimeData = model.mimeData([model.index(row, 0) for row in rows])
    rect = table.visualRect(model.index(to, 0))
    at = QPoint(20, rect.bottom() if below else rect.top() + 1)
    left = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, MOVE, held, left, NONE)
    QApplication.sendEvent(table.viewport(), enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(at, MOVE, held, left, NONE)
    QApplication.sendEvent(table.viewport(), move)
    drop = QDropEvent(at.toPointF(), MOVE, held, left, NONE)
    QApplication.sendEvent(table.viewport(), drop)
    return drop.isAccepted()


def test_rows_can_be_dragged_to_another_place(filled: MainWindow) -> None:
    assert drag(filled, [5], 2)
    assert names(filled) == "zaebcd"
    assert drag(filled, [1, 2], 5, below=True)
    assert names(filled) == "zbcdae"


def test_a_row_dropped_in_another_priority_takes_it(filled: MainWindow, stand_in: StandIn) -> None:
    assert drag(filled, [3], 0)
    assert names(filled) == "czabde"
    assert stand_in.queue.task(3).priority == 9
    assert drag(filled, [0, 1], 5, below=True)
    assert names(filled) == "abdecz"
    assert stand_in.queue.task(6).priority == 5


def test_rows_stay_where_another_column_sorts(filled: MainWindow) -> None:
    assert filled.table.dragEnabled()
    filled.table.sortByColumn(Field.NAME, Qt.SortOrder.AscendingOrder)
    assert not filled.table.dragEnabled()
    assert not drag(filled, [3], 0)
    assert names(filled) == "abcdez"


def test_typing_goes_to_a_name(filled: MainWindow, stand_in: StandIn) -> None:
    stand_in.add("sh010")
    stand_in.add("sh020")
    filled.table.select([1])
    QTest.keyClicks(filled.table, "sh02")
    assert selected(filled) == "sh020"


def test_the_same_letter_again_goes_on(filled: MainWindow, stand_in: StandIn) -> None:
    stand_in.add("bb")
    filled.table.select([1])
    found = []
    for _press in range(3):
        QTest.keyClick(filled.table, Qt.Key.Key_B)
        found.append(selected(filled))
    assert found == ["b", "bb", "b"]


def test_f2_opens_the_priority_of_the_row(filled: MainWindow, qtbot: QtBot) -> None:
    filled.table.select([2])
    QTest.keyClick(filled.table, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: filled.table.findChild(PriorityDropdown) is not None)
    dropdown = filled.table.findChild(PriorityDropdown)
    assert dropdown is not None
    qtbot.waitUntil(dropdown.view().isVisible)
    QTest.keyClick(dropdown.view(), Qt.Key.Key_Home)
    QTest.keyClick(dropdown.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(filled) == "bzacde" or names(filled) == "zbacde")


def test_arrows_pages_and_ends(filled: MainWindow) -> None:
    filled.table.selectRow(0)
    QTest.keyClick(filled.table, Qt.Key.Key_Down)
    assert selected(filled) == "a"
    QTest.keyClick(filled.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selected(filled) == "ab"
    QTest.keyClick(filled.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert selected(filled) == "zabcde"
