from __future__ import annotations

from pathlib import Path

import pytest
from gestures import pick, right_click
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stand_in import Opened, StandIn

from render_manager.domain.events import FrameBegan, FrameRejected, Outcome, RunEnded
from render_manager.domain.states import FrameState, TaskState, Wish
from render_manager.domain.task import Task
from render_manager.gui.window import MainWindow


def enabled(window: MainWindow) -> set[str]:
    actions = window.actions_of_tasks.actions
    return {name for name, action in actions.items() if action.isEnabled()}


def failed_task(stand_in: StandIn) -> Task:
    task = stand_in.add("failed", range(1, 4), max_retries=0)
    run = stand_in.begin(task)
    stand_in.report(run, FrameBegan(1), FrameRejected(1, "no"))
    stand_in.report(run, RunEnded(Outcome.FAILED, 1, "It broke.", (2, 3)))
    return task


def test_a_right_click_selects_the_row_and_cancels_it(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    other, task = stand_in.add("a"), stand_in.add("b")
    run = stand_in.begin(task)
    window.table.select([other.id])
    menu = right_click(window, task)
    qtbot.waitUntil(lambda: window.actions_of_tasks.actions["cancel"].isEnabled())
    pick(menu, "cancel")
    assert (task.wish, other.wish) == (Wish.CANCEL, Wish.RUN)
    assert stand_in.dispatcher.stopped == [run.id]


def test_a_right_click_in_the_selection_keeps_it(window: MainWindow, stand_in: StandIn) -> None:
    tasks = [stand_in.add(name) for name in "abc"]
    window.table.select([1, 2])
    right_click(window, tasks[1])
    assert window.table.selected() == tasks[:2]


@pytest.mark.parametrize("name", ["retry", "retry_failed"])
def test_failed_frames_are_retried(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, name: str
) -> None:
    task = failed_task(stand_in)
    window.table.select([task.id])
    qtbot.waitUntil(lambda: name in enabled(window))
    pick(right_click(window, task), name)
    assert list(task.frames.indexes(FrameState.PENDING)) == [0, 1, 2]


def test_what_fits_nothing_is_greyed_out(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    always = {"change", "open_output", "show_log", "duplicate"}
    assert not enabled(window)
    pending, failed = stand_in.add("pending"), failed_task(stand_in)
    window.table.select([pending.id])
    to_come = always | {"cancel", "move_up", "move_down"}
    qtbot.waitUntil(lambda: enabled(window) == to_come | {"pause", "remove"})
    stand_in.begin(pending)
    qtbot.waitUntil(lambda: enabled(window) == to_come | {"pause"})
    stand_in.service.pause([pending.id])
    qtbot.waitUntil(lambda: enabled(window) == to_come | {"resume"})
    window.table.select([failed.id])
    qtbot.waitUntil(lambda: enabled(window) == always | {"retry", "retry_failed", "remove"})


def test_the_keyboard_reaches_the_verbs(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = failed_task(stand_in)
    window.table.setFocus()
    window.table.select([task.id])
    qtbot.waitUntil(lambda: "retry" in enabled(window))
    QTest.keyClick(window.table, Qt.Key.Key_F5)
    assert task.state is TaskState.PENDING
    QTest.keyClick(window.table, Qt.Key.Key_Space)
    assert task.state is TaskState.PAUSED
    QTest.keyClick(window.table, Qt.Key.Key_Space)
    assert task.state is TaskState.PENDING
    QTest.keyClick(window.table, Qt.Key.Key_Delete)
    assert task.id not in stand_in.queue.tasks
    qtbot.waitUntil(lambda: stand_in.service.undo_text is not None)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.welcome)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert task.id in stand_in.queue.tasks
    assert window.model.row_of(task.id) == 0


def test_keys_in_the_filter_are_text(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    task = stand_in.add("a b")
    window.table.select([task.id])
    qtbot.waitUntil(window.filter.isEnabled)
    window.filter.setFocus()
    QTest.keyClicks(window.filter, "a b")
    QTest.keyClick(window.filter, Qt.Key.Key_Backspace)
    QTest.keyClick(window.filter, Qt.Key.Key_Delete)
    assert window.filter.text() == "a "
    assert task.state is TaskState.PENDING
    assert task.id in stand_in.queue.tasks


def test_what_the_service_refuses_is_said_until_it_is_closed(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot")
    window.table.setFocus()
    window.table.select([task.id])
    qtbot.waitUntil(lambda: "remove" in enabled(window))
    stand_in.queue.start_run(task.id, (1,), 0.0)  # the window has not heard of it yet
    QTest.keyClick(window.table, Qt.Key.Key_Delete)
    assert window.banner.isVisible()
    assert window.banner.sentence == "“shot” is being rendered. Cancel it first."
    window.banner.dismiss()
    assert not window.banner.isVisible()


def test_the_output_folder_is_opened_once_it_is_there(
    window: MainWindow, stand_in: StandIn, opened: Opened, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    window.table.select([task.id])
    action = window.actions_of_tasks.actions["open_output"]
    qtbot.waitUntil(action.isEnabled)
    action.trigger()
    qtbot.waitUntil(lambda: "is not there" in window.banner.sentence)
    task.job = type(task.job)("/s.fake", "fake", "shot", str(tmp_path))
    action.trigger()
    qtbot.waitUntil(lambda: opened.opened == [tmp_path])


def test_a_duplicate_gets_a_row(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    task = stand_in.add("shot")
    window.table.select([task.id])
    qtbot.waitUntil(lambda: "duplicate" in enabled(window))
    window.actions_of_tasks.actions["duplicate"].trigger()
    assert window.model.rowCount() == 2
    qtbot.waitUntil(lambda: stand_in.queue.task(2).is_broken)  # there is no such file


def test_the_menu_key_opens_the_menu_at_the_row(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    window.table.select([stand_in.add("shot").id])
    reason = QContextMenuEvent.Reason.Keyboard
    at = QPoint(0, 0)
    QApplication.sendEvent(window.table.viewport(), QContextMenuEvent(reason, at, at))
    assert window.task_menu.isVisible()


def test_what_was_done_to_no_task_is_nothing_to_undo(stand_in: StandIn) -> None:
    stand_in.service.remove([])
    assert stand_in.service.undo_text is None
