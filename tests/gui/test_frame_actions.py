"""The right-click menu of the frame grid, and its keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from gestures import pick
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from stand_in import Answers, StandIn

from render_manager.domain.events import FrameBegan, FrameCompleted, FrameFile, FrameRejected
from render_manager.domain.evidence import Suspicion
from render_manager.domain.states import FrameState
from render_manager.domain.task import Task
from render_manager.gui.frame_grid.lookup import BLOCK
from render_manager.gui.window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def task(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> Task:
    """Frames 1–3 are completed, 4 failed, 5 is in work, the rest is pending; it is shown."""
    task = stand_in.add("shot", range(1, 11))
    files = [(FrameFile(f"/out/shot.{n:04}.exr", 1, 2, 2),) for n in (1, 2, 3)]
    stand_in.report(
        stand_in.begin(task),
        *(FrameCompleted(number, each) for number, each in enumerate(files, start=1)),
        FrameRejected(4, "It is cut off."),
        FrameBegan(5),
    )
    window.table.select([task.id])
    qtbot.waitUntil(lambda: window.details.task is task)
    qtbot.waitUntil(lambda: window.details.frames.detail(0) is not None)
    return task


def menu_at(window: MainWindow, row: int) -> QMenu:
    grid = window.details.grid
    at = grid.visualRect(grid.model().index(row, 0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, grid.viewport().mapToGlobal(at))
    QApplication.sendEvent(grid.viewport(), event)
    menu = window.actions_of_frames.menu
    assert menu.isVisible()
    return menu


def usable(menu: QMenu) -> set[str]:
    return {each.objectName() for each in menu.actions() if each.isEnabled()} - {""}


@pytest.mark.parametrize(
    ("row", "fitting"),
    [
        (0, {"retry", "preview", "open", "show", "copy", "log"}),
        (3, {"retry", "log"}),
        (4, {"retry", "log"}),
        (9, {"retry"}),
    ],
)
def test_what_fits_no_frame_is_greyed_out(
    window: MainWindow, task: Task, row: int, fitting: set[str]
) -> None:
    menu = menu_at(window, row)
    assert usable(menu) == fitting
    menu.close()
    assert usable(menu) >= {"preview", "copy", "log"}  # the keys look for themselves


def test_the_log_and_the_preview_come_into_sight(window: MainWindow, task: Task) -> None:
    pages = window.details.inspector.pages
    pick(menu_at(window, 3), "log")
    assert pages.currentWidget() is window.details.inspector.log
    wanted: list[int] = []
    window.details.grid.enlarge_wanted.connect(wanted.append)
    pick(menu_at(window, 1), "preview")
    assert pages.currentWidget() is window.details.inspector.preview
    assert wanted == [1]


def test_one_frame_is_rendered_again_without_a_question(
    window: MainWindow, task: Task, answers: Answers
) -> None:
    pick(menu_at(window, 0), "retry")
    assert task.frames.state(0) is FrameState.PENDING
    pick(menu_at(window, 3), "retry")
    assert task.frames.state(3) is FrameState.PENDING
    assert answers.asked_to_lose == []


@pytest.mark.parametrize("may_lose", [True, False])
def test_to_lose_several_pictures_is_asked_about(
    window: MainWindow, task: Task, answers: Answers, may_lose: bool
) -> None:
    answers.may_lose = may_lose
    grid = window.details.grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(grid, Qt.Key.Key_R, CONTROL)
    assert answers.asked_to_lose == [3]
    wanted = FrameState.PENDING if may_lose else FrameState.COMPLETED
    assert task.frames.state(0) is wanted
    assert task.frames.state(4) is FrameState.RENDERING


def test_keys_copy_and_do_nothing_where_there_is_nothing(
    window: MainWindow, task: Task, qtbot: QtBot
) -> None:
    grid = window.details.grid
    grid.setFocus()
    QGuiApplication.clipboard().setText("before")
    QTest.keyClick(grid, Qt.Key.Key_C, CONTROL)
    QTest.keyClick(grid, Qt.Key.Key_R, CONTROL)
    grid.go_to(9)
    QTest.keyClick(grid, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "before"
    grid.go_to(0)
    QTest.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(grid, Qt.Key.Key_C, CONTROL)
    paths = [str(Path(f"/out/shot.{number:04}.exr")) for number in (1, 2, 3)]
    assert QGuiApplication.clipboard().text().splitlines() == paths


def test_paths_of_frames_that_were_never_looked_at_are_copied(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("long", range(1, 20 * BLOCK))
    last = 20 * BLOCK - 1
    file = FrameFile("/out/last.exr", 1, 2, 2)
    stand_in.report(stand_in.begin(task), FrameCompleted(last, (file,)))
    window.table.select([task.id])
    qtbot.waitUntil(lambda: window.details.task is task)
    window.details.grid.setFocus()
    QTest.keyClick(window.details.grid, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(window.details.grid, Qt.Key.Key_C, CONTROL)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == str(Path("/out/last.exr")))


def test_as_intended_takes_the_mark_off_all_such_frames_and_can_be_undone(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    fade = stand_in.add("fade", range(1, 11))
    black = (Suspicion.BLACK,)
    run = stand_in.begin(fade)
    stand_in.report(
        run, FrameCompleted(1, ()), *(FrameCompleted(n, (), suspicions=black) for n in (2, 3))
    )
    window.table.select([fade.id])
    qtbot.waitUntil(lambda: window.details.task is fade)
    qtbot.waitUntil(lambda: window.details.frames.detail(0) is not None)
    assert "accept" not in usable(menu_at(window, 0))
    window.actions_of_frames.menu.close()
    QTest.mouseClick(
        window.details.grid.viewport(),
        Qt.MouseButton.LeftButton,
        pos=window.details.grid.visualRect(window.details.grid.model().index(1, 0)).center(),
    )
    pick(menu_at(window, 1), "accept")
    assert not any(map(window.details.frames.is_suspicious, range(10)))
    assert stand_in.service.undo_text == "Accept 2 suspicious frames"
    stand_in.service.undo()
    assert list(filter(window.details.frames.is_suspicious, range(10))) == [1, 2]
