from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from stand_in import Answers, FakeTray, StandIn

from render_manager.base.settings import Settings
from render_manager.domain.events import FrameCompleted, FrameFile, Outcome, RunEnded
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui.closing import Closing
from render_manager.gui.messages import Messages
from render_manager.gui.tally import Tally
from render_manager.gui.tray import SystemTray
from render_manager.gui.window import MainWindow

FILE = FrameFile("/renders/a_0001.exr", 10, 1920, 1080)


def action(tray: FakeTray, text: str) -> QAction:
    assert tray.menu is not None
    return next(action for action in tray.menu.actions() if action.text() == text)


def complete(stand_in: StandIn, task: Task) -> None:
    run = stand_in.begin(task)
    done = [FrameCompleted(number, (FILE,)) for number in task.frames.numbers]
    stand_in.report(run, *done, RunEnded(Outcome.FINISHED))


def fail(stand_in: StandIn, task: Task) -> None:
    run = stand_in.begin(task)
    ended = RunEnded(Outcome.FAILED, 1, "No camera.", tuple(task.frames.numbers))
    stand_in.report(run, ended)


# --- icon and menu ----------------------------------------------------------------------------


def test_the_icon_says_how_it_goes(window: MainWindow, stand_in: StandIn, tray: FakeTray) -> None:
    quiet = tray.icon.pixmap(32, 32).toImage()
    task = stand_in.add("a", max_retries=0)
    stand_in.add("b")
    assert tray.about == "Render Manager\n0 running, 2 pending"
    stand_in.begin(task)
    running = tray.icon.pixmap(32, 32).toImage()
    assert tray.about.endswith("1 running, 1 pending")
    assert running != quiet
    assert not action(tray, "1 running, 1 pending").isEnabled()


def test_a_failure_that_nobody_saw_stays_on_the_icon(
    window: MainWindow, stand_in: StandIn, tray: FakeTray, qtbot: QtBot
) -> None:
    quiet = tray.icon.pixmap(32, 32).toImage()
    task = stand_in.add("a", max_retries=0)
    window.hide()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    fail(stand_in, task)
    assert tray.icon.pixmap(32, 32).toImage() != quiet
    tray.clicked.emit()
    qtbot.waitUntil(lambda: tray.icon.pixmap(32, 32).toImage() == quiet)


def test_all_can_be_paused_and_resumed(
    window: MainWindow, stand_in: StandIn, tray: FakeTray
) -> None:
    tasks = [stand_in.add(name) for name in "abc"]
    stand_in.begin(tasks[0])
    complete(stand_in, tasks[2])
    action(tray, "Pause all").trigger()
    states = [task.state for task in tasks]
    assert states == [TaskState.PAUSED, TaskState.PAUSED, TaskState.COMPLETED]
    assert not action(tray, "Pause all").isEnabled()
    action(tray, "Resume all").trigger()
    assert [task.state for task in tasks[:2]] == [TaskState.RUNNING, TaskState.PENDING]


def test_the_window_comes_back_and_quits_from_the_tray(
    window: MainWindow, stand_in: StandIn, tray: FakeTray, qtbot: QtBot
) -> None:
    window.hide()
    action(tray, "Show window").trigger()
    assert window.isVisible()
    window.showMinimized()
    action(tray, "Show window").trigger()
    assert not window.isMinimized()
    window.hide()
    with qtbot.waitSignal(window.closed):
        action(tray, "Quit").trigger()
    assert tray.menu is None


def test_the_menu_speaks_the_language_of_the_window(window: MainWindow, tray: FakeTray) -> None:
    window._choose_language("zh_CN")
    assert tray.menu is not None
    before = [action.text() for action in tray.menu.actions()]
    window._choose_language("en")
    assert [action.text() for action in tray.menu.actions()] != before


def test_without_a_tray_nothing_is_shown_and_nothing_breaks(qtbot: QtBot) -> None:
    tray = SystemTray()
    assert not tray.is_there
    window = QWidget()
    qtbot.addWidget(window)
    tray.say("a", "b", window.windowIcon())
    tray.hide()


# --- messages ---------------------------------------------------------------------------------


class Desk(QWidget):
    """A window that is looked at or not."""

    is_looked_at = False

    def isActiveWindow(self) -> bool:
        return self.is_looked_at


class Told:
    """Messages of a service, whose breath is short."""

    def __init__(self, stand_in: StandIn, qtbot: QtBot) -> None:
        self.desk = Desk()
        qtbot.addWidget(self.desk)
        self.tray = FakeTray()
        self.tally = Tally(stand_in.queue.tasks)
        self.messages = Messages(stand_in.service, self.tray, self.desk, breath_ms=1)
        stand_in.service.changed.connect(
            lambda touched: self.messages.note(
                self.tally.update(touched.tasks | touched.added | touched.removed.keys())
            )
        )


@pytest.fixture
def told(stand_in: StandIn, qtbot: QtBot) -> Told:
    return Told(stand_in, qtbot)


def test_a_task_that_ends_is_told_of(told: Told, stand_in: StandIn, qtbot: QtBot) -> None:
    complete(stand_in, stand_in.add("shot"))
    qtbot.waitUntil(lambda: told.tray.said == [("Task completed", "shot")])
    fail(stand_in, stand_in.add("other", max_retries=0))
    qtbot.waitUntil(lambda: told.tray.said[1:] == [("Task failed", "other\nNo camera.")])


def test_many_that_end_at_once_are_told_of_together(
    told: Told, stand_in: StandIn, qtbot: QtBot
) -> None:
    tasks = [stand_in.add(f"t{number}", max_retries=0) for number in range(6)]
    for task in tasks[:5]:
        complete(stand_in, task)
    fail(stand_in, tasks[5])
    qtbot.waitUntil(lambda: bool(told.tray.said))
    assert told.tray.said == [("5 tasks completed, 1 failed", "t5\nt0\nt1\nt2\n…")]


def test_what_the_user_did_or_sees_is_no_news(told: Told, stand_in: StandIn, qtbot: QtBot) -> None:
    stand_in.service.cancel([stand_in.add("a").id])
    removed = stand_in.add("b", max_retries=0)
    fail(stand_in, removed)
    stand_in.service.remove([removed.id])
    told.desk.is_looked_at = True
    complete(stand_in, stand_in.add("c"))
    qtbot.waitUntil(lambda: not told.messages._breath.isActive())
    told.desk.is_looked_at = False
    complete(stand_in, stand_in.add("d"))
    qtbot.waitUntil(lambda: bool(told.tray.said))
    assert told.tray.said == [("Task completed", "d")]


def test_messages_can_be_switched_off(settings: Settings, qtbot: QtBot) -> None:
    stand_in = StandIn(settings.model_copy(update={"notify_when_tasks_end": False}))
    told = Told(stand_in, qtbot)
    complete(stand_in, stand_in.add("shot"))
    qtbot.waitUntil(lambda: not told.messages._breath.isActive())
    assert told.tray.said == []


def test_a_click_on_a_message_shows_its_tasks(
    window: MainWindow, stand_in: StandIn, tray: FakeTray, answers: Answers, qtbot: QtBot
) -> None:
    tasks = [stand_in.add(name) for name in "abc"]
    window.filter.setText("nothing")
    stand_in.begin(tasks[0])
    answers.closing = Closing.KEEP
    assert not window.close()
    window.messages._breath.setInterval(1)
    complete(stand_in, tasks[1])
    qtbot.waitUntil(lambda: bool(tray.said))
    tray.message_clicked.emit()
    assert window.isVisible()
    assert [task.job.name for task in window.table.selected()] == ["b"]
    answers.closing = Closing.NOW
