from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from pytestqt.qtbot import QtBot
from stand_in import Answers, FakeTray, StandIn

from render_manager.domain.events import Outcome, RunEnded
from render_manager.domain.states import Wish
from render_manager.domain.task import Run
from render_manager.gui.closing import Closing, ClosingDialog, Situation
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def two_runs(stand_in: StandIn) -> list[Run]:
    return [stand_in.begin(stand_in.add(name)) for name in "ab"]


def when_asked(window: MainWindow, do: Callable[[QDialog], None]) -> None:
    """Do something with the next dialog."""
    looking = QTimer(window)

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            looking.stop()
            do(dialog)

    looking.timeout.connect(look)
    looking.start(5)


def test_renderers_that_cannot_stop_between_frames_are_named(
    window: MainWindow, stand_in: StandIn, answers: Answers
) -> None:
    two_runs(stand_in)
    stand_in.begin(stand_in.add("c", renderer="toy"))
    answers.closing = Closing.CANCEL
    assert not window.close()
    assert answers.asked == [Situation(3, has_tray=True, stubborn=("toy",))]
    answers.closing = Closing.NOW


def test_to_cancel_leaves_everything_as_it_is(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot
) -> None:
    two_runs(stand_in)
    answers.closing = Closing.CANCEL
    with qtbot.assertNotEmitted(window.closed):
        assert not window.close()
    assert window.isVisible() and not stand_in.service.is_winding_down
    answers.closing = Closing.NOW


def test_to_stop_now_closes(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot
) -> None:
    two_runs(stand_in)
    with qtbot.waitSignal(window.closed):
        assert window.close()


def test_to_let_them_go_on_closes_and_leaves_the_runs(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot
) -> None:
    two_runs(stand_in)
    answers.closing = Closing.LEAVE
    with qtbot.waitSignal(window.closed):
        assert window.close()
    assert stand_in.service.leaves_runs and stand_in.dispatcher.stopped == []


def test_to_keep_rendering_hides_the_window_in_the_tray(
    window: MainWindow, stand_in: StandIn, answers: Answers, tray: FakeTray, qtbot: QtBot
) -> None:
    two_runs(stand_in)
    answers.closing = Closing.KEEP
    with qtbot.assertNotEmitted(window.closed):
        assert not window.close()
    assert window.isHidden() and tray.menu is not None
    tray.clicked.emit()
    assert window.isVisible()
    answers.closing = Closing.NOW


def test_without_a_tray_the_window_is_minimised(
    window: MainWindow, stand_in: StandIn, answers: Answers, tray: FakeTray
) -> None:
    two_runs(stand_in)
    tray.is_present = False
    answers.closing = Closing.KEEP
    assert not window.close()
    assert window.isMinimized() and not window.isHidden()
    assert answers.asked == [Situation(2, has_tray=False)]
    answers.closing = Closing.NOW


@pytest.mark.parametrize("is_hidden", [False, True])
def test_after_the_last_frame_the_program_ends_by_itself(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot, is_hidden: bool
) -> None:
    runs = two_runs(stand_in)
    answers.closing = Closing.AFTER_FRAME
    assert not window.close()
    assert stand_in.service.is_winding_down
    strip = window.leaving.strip
    assert strip.isVisible()
    assert strip.accessibleName().startswith("Stopping after this frame: 2 renderers")
    stand_in.report(runs[0], RunEnded(Outcome.GAVE_WAY))
    assert strip.accessibleName().startswith("Stopping after this frame: 1 renderer is")
    if is_hidden:
        window.hide()
    with qtbot.waitSignal(window.closed):
        stand_in.report(runs[1], RunEnded(Outcome.GAVE_WAY))
    assert len(answers.asked) == 1


def test_one_can_think_again_while_it_winds_down(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot
) -> None:
    runs = two_runs(stand_in)
    answers.closing = Closing.AFTER_FRAME
    window.close()
    QTest.mouseClick(window.leaving.strip.carry_on, LEFT)
    assert not stand_in.service.is_winding_down and stand_in.dispatcher.is_open
    assert window.leaving.strip.isHidden()
    with qtbot.assertNotEmitted(window.closed):
        for run in runs:
            stand_in.report(run, RunEnded(Outcome.GAVE_WAY))
    assert window.leaving.strip.isHidden()


def test_one_can_lose_patience_while_it_winds_down(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot
) -> None:
    two_runs(stand_in)
    answers.closing = Closing.AFTER_FRAME
    window.close()
    with qtbot.waitSignal(window.closed):
        QTest.mouseClick(window.leaving.strip.stop, LEFT)


# --- the dialog -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space])
def test_a_careless_key_stops_no_renderer(window: MainWindow, key: Qt.Key) -> None:
    when_asked(window, lambda dialog: QTest.keyClick(dialog.focusWidget() or dialog, key))
    assert Dialogs().how_to_close(window, Situation(2, has_tray=True)) is Closing.CANCEL


@pytest.mark.parametrize("choice", [way for way in Closing if way is not Closing.CANCEL])
def test_each_way_is_a_click_away(window: MainWindow, choice: Closing) -> None:
    def click(dialog: QDialog) -> None:
        assert isinstance(dialog, ClosingDialog)
        QTest.mouseClick(dialog.buttons[choice], LEFT)

    when_asked(window, click)
    assert Dialogs().how_to_close(window, Situation(2, has_tray=True)) is choice


def test_the_dialog_says_what_each_way_means(window: MainWindow) -> None:
    dialog = ClosingDialog(Situation(1, has_tray=False, stubborn=("Maya",)), window)
    keep, after = dialog.buttons[Closing.KEEP], dialog.buttons[Closing.AFTER_FRAME]
    assert keep.accessibleName() == "Keep rendering with the window minimised"
    assert "Between frames this does not stop: Maya;" in after.accessibleDescription()
    dialog.deleteLater()


# --- cancelling -------------------------------------------------------------------------------


@pytest.mark.parametrize("may_lose", [True, False])
def test_to_cancel_several_runs_asks_once(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot, may_lose: bool
) -> None:
    two_runs(stand_in)
    window.table.select([1, 2])
    cancel = window.actions_of_tasks.actions["cancel"]
    qtbot.waitUntil(cancel.isEnabled)
    answers.may_lose_runs = may_lose
    cancel.trigger()
    assert answers.asked_to_cancel == [2]
    wish = Wish.CANCEL if may_lose else Wish.RUN
    assert [task.wish for task in stand_in.queue] == [wish, wish]


def test_one_run_and_waiting_tasks_are_cancelled_at_once(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot
) -> None:
    stand_in.begin(stand_in.add("a"))
    stand_in.add("b")
    window.table.select([1, 2])
    cancel = window.actions_of_tasks.actions["cancel"]
    qtbot.waitUntil(cancel.isEnabled)
    cancel.trigger()
    assert answers.asked_to_cancel == []
    assert [task.wish for task in stand_in.queue] == [Wish.CANCEL, Wish.CANCEL]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_careless_key_cancels_no_task(window: MainWindow, key: Qt.Key) -> None:
    def press(dialog: QDialog) -> None:
        assert isinstance(dialog, QMessageBox)
        QTest.keyClick(dialog, key)

    when_asked(window, press)
    assert Dialogs().may_cancel(window, 3) is False
