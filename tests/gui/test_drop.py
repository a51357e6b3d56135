from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from gestures import COPY, LEFT, NONE, drop, hold
from house import make_scene
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from stand_in import Answers, StandIn

from render_manager.domain.scheduling import Limits, next_chunk
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.domain.touched import Touched
from render_manager.gui import text
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.drop_forecast import forecast
from render_manager.gui.intake import MANY
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


# --- the veil ---------------------------------------------------------------------------------


def drag_in(window: MainWindow, mime: QMimeData) -> QDragMoveEvent:
    """Hold files over the window; the move says whether the cursor allows a drop."""
    at = window.rect().center()
    QApplication.sendEvent(window, QDragEnterEvent(at, COPY, mime, LEFT, NONE))
    move = QDragMoveEvent(at, COPY, mime, LEFT, NONE)
    QApplication.sendEvent(window, move)
    return move


def named(*names: str) -> QMimeData:
    return hold([Path("/shots") / name for name in names])


def test_the_veil_lies_over_the_window_while_files_are_held(window: MainWindow) -> None:
    mime = named("a.fake")
    drag_in(window, mime)
    veil = window.drop.veil
    assert veil.isVisible()
    assert veil.size() == window.size()
    under = window.childAt(window.rect().center())
    assert under is not None
    assert not veil.isAncestorOf(under)
    window.resize(window.width() + 80, window.height())
    assert veil.size() == window.size()
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not veil.isVisible()


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a.fake"], "Drop to render 1 scene"),
        (["a.fake", "B.FAKE", "c.blend"], "Drop to render 3 scenes"),
        (["a.fake", "b.fake", "notes.txt"], "Drop to render 2 scenes; notes.txt is no scene"),
        (["a.fake", "b.txt", "c.jpeg"], "Drop to render 1 scene; 2 files are no scenes"),
        (["shots"], "Drop to look for scenes in the folder “shots”"),
        (["shots.v2", "ep01.final"], "Drop to look for scenes in 2 folders"),
        (["shots", "a.fake"], "Drop to render 1 scene, and to look for more in “shots”"),
    ],
)
def test_the_veil_says_what_a_drop_would_do(
    window: MainWindow, names: list[str], says: str
) -> None:
    mime = named(*names)
    assert drag_in(window, mime).isAccepted()
    assert window.drop.veil.head.text() == says
    assert window.drop.veil.accessibleName() == says


def test_the_veil_says_whether_it_asks_first(window: MainWindow, stand_in: StandIn) -> None:
    mime = named("a.fake")
    drag_in(window, mime)
    assert window.drop.veil.after.text() == "Rendering begins at once"
    ask_first(stand_in)
    drag_in(window, mime)
    assert window.drop.veil.after.text() == "Nothing is rendered before you have looked it over"


def test_files_that_are_no_scenes_are_refused_until_others_come(
    window: MainWindow, stand_in: StandIn
) -> None:
    mime, other = named("notes.txt"), named("a.fake")
    assert not drag_in(window, mime).isAccepted()
    veil = window.drop.veil
    assert veil.head.text() == "Nothing to render: notes.txt is no scene"
    assert veil.after.text().startswith("Scenes that can be rendered here: .blend")
    failed = window.theme.colors.failed
    assert failed in {veil.grab().toImage().pixelColor(x, 2 * 8).name() for x in range(40, 80)}
    event = QDropEvent(veil.rect().center().toPointF(), COPY, mime, LEFT, NONE)
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    assert not veil.isVisible()
    assert window.banner.sentence == ""
    assert drag_in(window, other).isAccepted()
    assert veil.head.text() == "Drop to render 1 scene"


def test_a_thousand_files_are_counted(window: MainWindow) -> None:
    mime = named(*(f"sh{number}.fake" for number in range(1000)))
    assert drag_in(window, mime).isAccepted()
    assert window.drop.veil.head.text() == "Drop to render 1,000 scenes"


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_name_is_told_once(names: list[str]) -> None:
    seen = forecast(names, (".fake",))
    assert len(seen.scenes) + len(seen.folders) + len(seen.strangers) == len(set(names))
    assert seen.headline() or not names


# --- held until they were looked over ----------------------------------------------------------


def ask_first(stand_in: StandIn) -> None:
    """As somebody does in the settings while the program runs."""
    service = stand_in.service
    service.settings = service.settings.model_copy(update={"queue_at_once": False})


def test_dropped_scenes_are_held_and_read_all_the_same(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    ask_first(stand_in)
    scenes = [make_scene(tmp_path, name) for name in "ab"]
    with qtbot.waitSignal(window.intake.held) as held, qtbot.assertNotEmitted(window.intake.queued):
        drop(window, hold(scenes))
    tasks = stand_in.service.tasks()
    assert held.args == [[task.id for task in tasks]]
    assert window.table.selected() == tasks
    qtbot.waitUntil(lambda: all(len(task.frames) == 5 for task in tasks))
    assert {task.state for task in tasks} == {TaskState.PAUSED}
    assert next_chunk(stand_in.queue, Limits(), stand_in.now) is None
    stand_in.service.resume([task.id for task in tasks])
    assert {task.state for task in tasks} == {TaskState.PENDING}
    assert next_chunk(stand_in.queue, Limits(), stand_in.now) is not None


def test_chosen_scenes_are_held_too(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    ask_first(stand_in)
    answers.scenes = [make_scene(tmp_path)]
    with qtbot.waitSignal(window.intake.held):
        QTest.mouseClick(window.welcome.button, LEFT)
    [task] = stand_in.service.tasks()
    assert text.state_word(task) == "Reading"
    qtbot.waitUntil(lambda: task.is_inspected)
    assert text.state_word(task) == "Paused"


# --- much ---------------------------------------------------------------------------------------


def test_a_hundred_scenes_at_once(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    scenes = [make_scene(tmp_path, f"sh{number}") for number in range(100)]
    assert drop(window, hold(scenes))
    qtbot.waitUntil(lambda: len(window.table.selected()) == 100)
    assert [task.job.project_file for task in stand_in.service.tasks()] == list(map(str, scenes))
    assert answers.found == []
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


@pytest.mark.parametrize("may_queue", [True, False])
def test_more_than_two_hundred_scenes_are_asked_about(
    window: MainWindow,
    stand_in: StandIn,
    answers: Answers,
    qtbot: QtBot,
    tmp_path: Path,
    may_queue: bool,
) -> None:
    answers.may_queue = may_queue
    for number in range(MANY + 1):
        make_scene(tmp_path / "shots", f"sh{number}")
    drop(window, hold([tmp_path / "shots"]))
    qtbot.waitUntil(lambda: answers.found == [MANY + 1])
    drop(window, hold([make_scene(tmp_path, "last")]))
    count = MANY + 2 if may_queue else 1
    qtbot.waitUntil(lambda: window.model.rowCount() == count)
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def test_the_question_names_the_number(window: MainWindow, qtbot: QtBot) -> None:
    seen: list[str] = []
    pressing = QTimer(window)

    def press() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            pressing.stop()
            seen.append(box.text())
            QTest.keyClick(box, Qt.Key.Key_Return)

    pressing.timeout.connect(press)
    pressing.start(10)
    assert Dialogs().may_queue_all(window, 1312) is False
    assert seen == ["1,312 scenes were found. Queue them all?"]


class Endless:
    """A folder that goes on and on; `os.scandir` may be asked for it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._entries = _scandir(folder)

    def __enter__(self) -> Iterator[os.DirEntry[str]]:
        return itertools.cycle(self._entries)

    def __exit__(self, *_error: object) -> None:
        self._entries.close()


_scandir = os.scandir


def test_a_search_shows_how_far_it_is_and_can_be_stopped(
    window: MainWindow,
    stand_in: StandIn,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "scandir", Endless)
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "notes.txt").touch()
    drop(window, hold([tmp_path / "shots"]))
    qtbot.waitUntil(window.strip.isVisible)
    assert window.strip.words.text().startswith("Looking through “shots” … ")
    assert not window.strip.bar.isVisible()
    scene = make_scene(tmp_path, "other")
    drop(window, hold([scene]))
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    before = window.strip.words.text()
    qtbot.waitUntil(lambda: window.strip.words.text() != before)
    window.strip.button.setFocus()
    QTest.keyClick(window.strip.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.strip.isVisible())
    assert "Stopped looking through “shots”. The 0 scenes found" in said(window)
    assert window.banner.sentence == ""
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def test_adding_many_scenes_can_be_stopped(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    scenes = [make_scene(tmp_path, f"sh{number}") for number in range(60)]
    commit = stand_in.journal.commit

    def stop_at_ten(touched: Touched, tasks: Mapping[int, Task]) -> None:
        commit(touched, tasks)
        if len(tasks) == 10:
            QTest.mouseClick(window.strip.button, LEFT)

    stand_in.journal.commit = stop_at_ten  # type: ignore[method-assign]
    drop(window, hold(scenes))
    qtbot.waitUntil(lambda: len(window.table.selected()) == 10)
    assert "Stopped adding scenes: 10 of 60 are in the list." in said(window)
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def said(window: MainWindow) -> str:
    return "\n".join(label.text() for label in window.status.findChildren(QLabel))


def test_the_window_closes_in_the_middle_of_a_search(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "scandir", Endless)
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "notes.txt").touch()
    drop(window, hold([tmp_path / "shots"]))
    assert window.close()


def test_a_large_folder_is_searched_to_its_end(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    for number in range(1500):
        (shots / f"frame.{number:04}.exr").touch()
    drop(window, hold([shots]))
    qtbot.waitUntil(lambda: window.banner.sentence == "There is no scene in “shots”.")
    make_scene(shots)
    drop(window, hold([shots]))
    qtbot.waitUntil(lambda: [task.job.name for task in window.table.selected()] == ["shot"])
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


def test_files_that_vanish_after_the_drop_are_named(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    drop(window, hold([tmp_path / "gone.fake", make_scene(tmp_path)]))
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    assert window.banner.sentence == "“gone.fake” is not there any more."
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


@pytest.mark.parametrize("at_once", [True, False])
def test_a_drop_while_a_dialog_is_open_is_taken(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path, at_once: bool
) -> None:
    if not at_once:
        ask_first(stand_in)
    box = QMessageBox(window)
    box.open()
    assert drop(window, hold([make_scene(tmp_path)]))
    qtbot.waitUntil(lambda: len(window.table.selected()) == 1)
    assert box.isVisible()
    box.close()
    qtbot.waitUntil(lambda: all(task.is_inspected for task in stand_in.queue))


# --- chosen in a dialog -------------------------------------------------------------------------


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
