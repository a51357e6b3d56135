from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from gestures import COPY, LEFT, NONE, drop, hold
from house import make_scene
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from stand_in import Answers, StandIn

from render_manager.gui.scenes import find_scenes
from render_manager.gui.window import MainWindow

TARGETS: dict[str, Callable[[MainWindow], QWidget]] = {
    "the window": lambda window: window,
    "the welcome page": lambda window: window.welcome,
    "the table": lambda window: window.table.viewport(),
    "the frame grid": lambda window: window.details.grid.viewport(),
    "the log": lambda window: window.details.inspector.log.area.viewport(),
    "the filter": lambda window: window.filter,
    "the status bar": lambda window: window.status,
}


@pytest.mark.parametrize("target", TARGETS)
def test_scenes_dropped_anywhere_become_tasks(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path, target: str
) -> None:
    if target != "the welcome page":
        window.table.select([stand_in.add("there before").id])
    scenes = [make_scene(tmp_path, name) for name in ("a", "b", "c")]
    assert drop(TARGETS[target](window), hold(scenes))
    qtbot.waitUntil(lambda: [t.job.name for t in window.table.selected()] == ["a", "b", "c"])
    assert [task.job.project_file for task in window.table.selected()] == list(map(str, scenes))
    assert window.filter.text() == ""
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def test_what_is_no_scene_is_named_and_the_rest_is_taken(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    strangers = [tmp_path / "notes.txt", tmp_path / "sky.hdr"]
    for path in strangers:
        path.touch()
    drop(window, hold([*strangers, make_scene(tmp_path), tmp_path / "empty"]))
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    said = window.banner.sentence
    assert said.startswith("“notes.txt”, “sky.hdr” are not scenes that can be rendered here.")
    assert said.endswith("There is no scene in “empty”.")
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def test_a_dropped_folder_is_searched(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    shots = tmp_path / "shots"
    for name in ("sh10", "sh9"):
        make_scene(shots / name, name)
    make_scene(shots / ".trash", "gone")
    drop(window, hold([shots]))
    qtbot.waitUntil(lambda: window.model.rowCount() == 2)
    assert [task.job.name for task in stand_in.service.tasks()] == ["sh9", "sh10"]
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def test_a_filter_does_not_hide_what_was_dropped(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    stand_in.add("other")
    window.filter.setText("other")
    drop(window, hold([make_scene(tmp_path, "shot")]))
    qtbot.waitUntil(lambda: [t.job.name for t in window.table.selected()] == ["shot"])
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def test_text_and_web_addresses_are_not_taken(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText("hello")
    assert not drop(window.filter, mime)
    mime.setUrls([QUrl("https://example.org/a.blend")])
    assert not drop(window, mime)


def test_the_veil_lies_over_the_window_while_files_are_held(
    window: MainWindow, tmp_path: Path
) -> None:
    mime = hold([tmp_path / "a.fake"])
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(9, 9), COPY, mime, LEFT, NONE))
    assert window.drop.veil.isVisible()
    assert window.drop.veil.size() == window.size()
    assert window.childAt(window.rect().center()) is not window.drop.veil
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.drop.veil.isVisible()


def test_chosen_scenes_are_added(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert not stand_in.queue.tasks
    answers.scenes = [make_scene(tmp_path, "a")]
    QTest.mouseClick(window.welcome.button, LEFT)
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.halves)
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def test_a_scene_found_twice_is_one_scene(tmp_path: Path) -> None:
    scene = make_scene(tmp_path)
    assert find_scenes([scene, tmp_path, scene], (".fake",)).scenes == [scene]


def test_a_file_that_is_gone_is_told_by_its_name(tmp_path: Path) -> None:
    found = find_scenes([tmp_path / "gone", tmp_path / "SHOT.FAKE"], (".fake",))
    assert (found.strangers, found.scenes) == ([tmp_path / "gone"], [tmp_path / "SHOT.FAKE"])
