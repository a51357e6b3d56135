from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QListWidget, QWidget
from pytestqt.qtbot import QtBot
from stand_in import Answers, StandIn

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.events import FrameBegan, FrameCompleted, Outcome, RunEnded
from render_manager.domain.job import RenderJob, SceneCamera, SceneInfo, SceneLayer
from render_manager.domain.preflight import Finding, Level
from render_manager.domain.states import TaskState, Wish
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.notice import Tone
from render_manager.gui.task_sheet.sheet import TaskSheet
from render_manager.gui.window import MainWindow
from render_manager.service.schemas import TaskChanges

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier

SCENE = SceneInfo(
    "fake",
    start=1,
    end=250,
    width=1920,
    height=1080,
    camera="Camera.001",
    cameras=(SceneCamera("Camera.001"), SceneCamera("Close")),
    layers=(SceneLayer("ViewLayer"), SceneLayer("Fog")),
)


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(render_output_dir=home / "renders", ui_theme="dark", ui_language="en")


def held(
    stand_in: StandIn, name: str = "shot", scene: SceneInfo = SCENE, priority: int = 5
) -> Task:
    """A scene that was dropped, read, and waits for the sheet."""
    return stand_in.add(name, range(1, 251), scene=scene, wish=Wish.PAUSE, priority=priority)


def unread(stand_in: StandIn, name: str) -> Task:
    """A scene that was dropped and is still being read."""
    job = RenderJob(f"/shots/{name}.fake", "fake", name, f"/renders/{name}")
    task = stand_in.queue.add(job, stand_in.now, wish=Wish.PAUSE)
    stand_in.tell()
    return task


def read(stand_in: StandIn, task: Task) -> None:
    job = RenderJob(task.job.project_file, "fake", task.job.name, task.job.output_dir, scene=SCENE)
    stand_in.queue.fill(task.id, job, range(1, 251))
    stand_in.tell()


def click(button: QAbstractButton) -> None:
    assert button.isVisible() and button.isEnabled()
    QTest.mouseClick(button, LEFT)


def write(line: QWidget, text: str) -> None:
    """Replace what stands in a line, key by key."""
    QTest.keyClick(line, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(line, text)


def choose(combo: QComboBox, text: str) -> None:
    """Walk through the choices by keyboard, to the one that begins so."""
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _row in range(combo.count()):
        if combo.currentText().startswith(text):
            return
        QTest.keyClick(combo, Qt.Key.Key_Down)
    raise AssertionError([combo.itemText(row) for row in range(combo.count())])


def check_row(rows: QListWidget, row: int) -> None:
    rows.setFocus()
    rows.setCurrentRow(row)
    QTest.keyClick(rows, Qt.Key.Key_Space)


def sentences(sheet: TaskSheet) -> str:
    labels = sheet.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


# --- scenes that were dropped -----------------------------------------------------------------


def test_one_click_queues_as_in_the_scene(window: MainWindow, stand_in: StandIn) -> None:
    tasks = [held(stand_in, name) for name in "abc"]
    window.sheet.ask([task.id for task in tasks])
    assert window.sheet.title.text() == "Queue 3 scenes"
    click(window.sheet.footer.default)
    assert [task.wish for task in tasks] == [Wish.RUN] * 3
    assert [task.frames_text for task in tasks] == [None] * 3
    assert not window.sheet.isVisible()


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, CONTROL])
def test_enter_queues_from_any_field(
    window: MainWindow, stand_in: StandIn, modifier: Qt.KeyboardModifier
) -> None:
    form = window.sheet.form
    for field in (form.frames, form.camera, form.layers, form.size_, form.folder, form.retries):
        task = held(stand_in)
        window.sheet.ask([task.id])
        field.controls[0].setFocus()
        QTest.keyClick(field.controls[0], Qt.Key.Key_Return, modifier)
        assert task.wish is Wish.RUN, field.name
        assert not window.sheet.isVisible()


def test_enter_on_a_button_presses_that_one(window: MainWindow, stand_in: StandIn) -> None:
    task = held(stand_in)
    window.sheet.ask([task.id])
    window.sheet.footer.later.setFocus()
    QTest.keyClick(window.sheet.footer.later, Qt.Key.Key_Return)
    assert task.state is TaskState.PAUSED
    assert not window.sheet.isVisible()


def test_frames_are_counted_while_they_are_written(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = held(stand_in)
    window.sheet.ask([task.id])
    frames = window.sheet.form.frames
    assert frames.line.placeholderText() == "As in the scene (1–250)"
    assert frames.note.sentence == "250 frames"
    write(frames.line, "1-100x2,150")
    qtbot.waitUntil(lambda: frames.note.sentence == "51 frames")
    write(frames.line, "1-1000000")
    qtbot.waitUntil(lambda: frames.note.sentence == "1,000,000 frames")
    write(frames.line, "9-1")
    qtbot.waitUntil(lambda: "run backwards" in frames.note.sentence)
    assert frames.note.tone is Tone.WRONG
    write(frames.line, "7")
    qtbot.waitUntil(lambda: frames.note.sentence == "1 frame")
    QTest.keyClick(frames.line, Qt.Key.Key_Return)
    assert (task.frames_text, task.wish) == ("7", Wish.RUN)


def test_an_edit_is_taken_back(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    window.sheet.ask([held(stand_in).id])
    frames = window.sheet.form.frames
    assert not frames.take_back.isVisible()
    write(frames.line, "9-1")
    qtbot.waitUntil(lambda: frames.note.tone is Tone.WRONG)
    click(frames.take_back)
    assert (frames.line.text(), frames.note.sentence) == ("", "250 frames")
    assert not window.sheet.form.drafts()


def test_camera_layers_and_size_are_chosen(window: MainWindow, stand_in: StandIn) -> None:
    task = held(stand_in)
    window.sheet.ask([task.id])
    form = window.sheet.form
    assert form.camera.combo.currentText() == "As in the scene (Camera.001)"
    choose(form.camera.combo, "Close")
    check_row(form.layers.list, 1)
    choose(form.size_.combo, "50 %")
    assert (form.size_.width_box.value(), form.size_.height_box.value()) == (960, 540)
    click(window.sheet.footer.default)
    options = task.job.options
    assert (options.camera, options.layers) == ("Close", ("Fog",))
    assert (options.width, options.height) == (960, 540)


def test_width_and_height_keep_their_proportion_while_locked(
    window: MainWindow, stand_in: StandIn
) -> None:
    window.sheet.ask([held(stand_in).id])
    size = window.sheet.form.size_
    write(size.width_box, "1000")
    assert size.value == (1000, 562)
    click(size.lock)
    write(size.height_box, "100")
    assert size.value == (1000, 100)
    assert size.combo.currentText() == "1000 × 100"
    choose(size.combo, "Full HD")
    assert size.value == (1920, 1080)
    click(size.take_back)
    assert size.value == (0, 0)


def test_the_output_folder_is_browsed_for_and_looked_into(
    window: MainWindow, stand_in: StandIn, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.png").touch()
    task = held(stand_in)
    window.sheet.ask([task.id])
    field = window.sheet.form.folder
    click(field.browse)
    assert not field.is_edited
    answers.path = folder
    click(field.browse)
    qtbot.waitUntil(lambda: field.note.sentence == "Holds 3 files already.")
    click(window.sheet.footer.default)
    assert task.job.output_dir == str(folder)


def test_a_scene_that_is_being_read_fills_in_and_edits_stay(
    window: MainWindow, stand_in: StandIn
) -> None:
    task = unread(stand_in, "new")
    window.sheet.ask([task.id])
    form = window.sheet.form
    assert form.frames.note.sentence == "Reading the scene…"
    assert "Reading the scene…" in window.sheet.scenes.item(0).text()
    assert not form.layers.isVisible()
    write(form.frames.line, "1-5")
    choose(form.priority.combo, "High")
    read(stand_in, task)
    assert form.camera.combo.currentText() == "As in the scene (Camera.001)"
    assert form.layers.isVisible()
    assert (form.frames.line.text(), form.priority.value) == ("1-5", 9)
    click(window.sheet.footer.default)
    assert (task.frames_text, task.priority) == ("1-5", 9)


def test_a_scene_that_cannot_be_read_is_named_and_left_out(
    window: MainWindow, stand_in: StandIn
) -> None:
    good, bad = held(stand_in, "good"), unread(stand_in, "bad")
    window.sheet.ask([good.id, bad.id])
    stand_in.queue.break_(bad.id, "“bad.fake” is torn.")
    stand_in.tell()
    assert "bad: “bad.fake” is torn." in sentences(window.sheet)
    assert "cannot be read" in window.sheet.scenes.item(1).text()
    assert window.sheet.footer.default.text() == "Queue 1 task"
    choose(window.sheet.form.priority.combo, "Low")
    click(window.sheet.footer.default)
    assert (good.wish, good.priority) == (Wish.RUN, 2)
    assert (bad.wish, bad.priority) == (Wish.PAUSE, 5)


def test_with_nothing_to_queue_enter_does_nothing(window: MainWindow, stand_in: StandIn) -> None:
    bad = unread(stand_in, "bad")
    stand_in.queue.break_(bad.id, "“bad.fake” is torn.")
    window.sheet.ask([bad.id])
    assert not window.sheet.footer.default.isEnabled()
    QTest.keyClick(window.sheet.form.frames.line, Qt.Key.Key_Return)
    assert window.sheet.isVisible()
    click(window.sheet.footer.away)
    assert bad.id not in stand_in.queue.tasks


def test_warnings_and_missing_files_are_said_once_for_all(
    window: MainWindow, stand_in: StandIn
) -> None:
    scene = SceneInfo("fake", start=1, end=2, warnings=("Old.",), missing=("a", "b", "c", "d"))
    tasks = [held(stand_in, name, scene) for name in "xy"]
    window.sheet.ask([task.id for task in tasks])
    said = [notice.sentence for notice in window.sheet.warnings.notices if notice.sentence]
    assert said == ["x, y: Missing: a, b, c and 1 more", "x, y: Old."]


def test_further_drops_join_the_sheet(window: MainWindow, stand_in: StandIn) -> None:
    first = held(stand_in, "first")
    window.sheet.ask([first.id])
    write(window.sheet.form.frames.line, "1-5")
    second = held(stand_in, "second")
    window.sheet.ask([second.id])
    window.table.select([second.id])
    assert window.sheet.title.text() == "Queue 2 scenes"
    assert window.sheet.form.frames.line.text() == "1-5"
    click(window.sheet.footer.default)
    assert [task.frames_text for task in (first, second)] == ["1-5", "1-5"]


def test_escape_discards_and_undo_brings_back(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    tasks = [held(stand_in, name) for name in "ab"]
    window.sheet.ask([task.id for task in tasks])
    with qtbot.waitSignal(window.sheet.closed):
        QTest.keyClick(window.sheet.form.frames.line, Qt.Key.Key_Escape)
    assert not stand_in.queue.tasks
    assert not window.sheet.isVisible()
    assert window.focusWidget() is window.table
    qtbot.waitUntil(window._undo.isEnabled)
    assert stand_in.service.undo_text == "Remove 2 tasks"
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert list(stand_in.queue.tasks.values()) == tasks
    assert [task.state for task in tasks] == [TaskState.PAUSED] * 2


def test_scenes_removed_elsewhere_leave_the_sheet(window: MainWindow, stand_in: StandIn) -> None:
    tasks = [held(stand_in, name) for name in "ab"]
    window.sheet.ask([task.id for task in tasks])
    stand_in.service.remove([tasks[0].id])
    assert window.sheet.title.text() == "Queue 1 scene"
    window.filter.setEnabled(True)
    window.filter.setFocus()
    stand_in.service.remove([tasks[1].id])
    assert not window.sheet.isVisible()
    assert window.filter.hasFocus()


def test_the_next_drops_are_queued_without_asking(window: MainWindow, stand_in: StandIn) -> None:
    stand_in.service.change_settings({"queue_at_once": False})
    window.sheet.ask([held(stand_in).id])
    box = window.sheet.at_once
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert not stand_in.service.settings.queue_at_once
    click(window.sheet.footer.default)
    assert stand_in.service.settings.queue_at_once


# --- tasks that are in the queue --------------------------------------------------------------


def test_only_what_was_touched_is_changed(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    tasks = [
        stand_in.add("a", priority=3, frames_text="1-10", max_retries=1),
        stand_in.add("b", priority=8, frames_text="1-20", max_retries=2),
    ]
    window.table.setFocus()
    window.table.select([task.id for task in tasks])
    qtbot.waitUntil(window.actions_of_tasks.actions["change"].isEnabled)
    QTest.keyClick(window.table, Qt.Key.Key_E, CONTROL)
    form = window.sheet.form
    assert window.sheet.title.text() == "Change 2 tasks"
    assert form.frames.line.placeholderText() == "different"
    assert form.priority.combo.currentText() == "different"
    assert form.retries.spin.text() == "different"
    write(form.retries.spin, "7")
    click(window.sheet.footer.default)
    assert [task.max_retries for task in tasks] == [7, 7]
    assert [task.priority for task in tasks] == [3, 8]
    assert [task.frames_text for task in tasks] == ["1-10", "1-20"]


def test_choosing_different_again_takes_the_choice_back(
    window: MainWindow, stand_in: StandIn
) -> None:
    tasks = [stand_in.add("a", priority=3), stand_in.add("b", priority=8)]
    window.sheet.change([task.id for task in tasks])
    choose(window.sheet.form.priority.combo, "High")
    assert window.sheet.form.drafts() == {"priority": 9}
    choose(window.sheet.form.priority.combo, "different")
    assert window.sheet.form.drafts() == {}


def test_what_happens_to_finished_frames_is_said(window: MainWindow, stand_in: StandIn) -> None:
    task = stand_in.add("shot", range(1, 11), scene=SCENE)
    run = stand_in.begin(task)
    stand_in.report(run, FrameBegan(1), FrameCompleted(1, ()), RunEnded(Outcome.GAVE_WAY))
    window.sheet.change([task.id])
    form = window.sheet.form
    assert form.outlook.sentence == ""
    write(form.frames.line, "1-20")
    assert form.outlook.sentence.startswith("1 finished frame stays")
    choose(form.camera.combo, "Close")
    assert form.outlook.sentence == (
        "All 10 frames will be rendered again, because the picture changes."
    )
    click(form.frames.take_back)
    click(form.camera.take_back)
    assert form.outlook.sentence == ""


def test_with_runs_under_way_only_the_turn_can_be_changed(
    window: MainWindow, stand_in: StandIn
) -> None:
    task = stand_in.add("shot", scene=SCENE)
    run = stand_in.begin(task)
    window.sheet.change([task.id])
    form = window.sheet.form
    can = {field.name for field in form.fields if field.controls[0].isEnabled()}
    of_the_turn = {"priority", "max_retries", "on_suspicion", "start_at", "hours", "ready_by"}
    assert can == of_the_turn | {"approve_after", "machines", "needs", "depends_on", "frame_order"}
    assert form.outlook.sentence == "Pause or cancel the task to change what is rendered."
    stand_in.report(run, RunEnded(Outcome.GAVE_WAY))
    assert all(field.controls[0].isEnabled() for field in form.fields)
    assert form.outlook.sentence == ""


def test_a_refusal_is_said_at_its_field_and_nothing_is_lost(
    window: MainWindow, stand_in: StandIn
) -> None:
    task = held(stand_in)
    window.sheet.ask([task.id])
    form = window.sheet.form
    choose(form.priority.combo, "High")
    write(form.frames.line, "1-x")
    QTest.keyClick(form.frames.line, Qt.Key.Key_Return)
    assert "“1-x” is not a frame range" in form.frames.note.sentence
    assert form.frames.note.tone is Tone.WRONG
    assert (task.wish, task.priority) == (Wish.PAUSE, 5)
    assert form.drafts() == {"frames": "1-x", "priority": 9}
    write(form.frames.line, "1-9")
    QTest.keyClick(form.frames.line, Qt.Key.Key_Return)
    assert (task.frames_text, task.priority, task.wish) == ("1-9", 9, Wish.RUN)


def test_a_refusal_without_a_field_is_said_on_the_sheet(
    window: MainWindow, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_changes: object) -> None:
        raise UserError("The settings cannot be written.", field="queue_at_once")

    monkeypatch.setattr(stand_in.service, "change_settings", refuse)
    task = held(stand_in)
    window.sheet.ask([task.id])
    click(window.sheet.at_once)
    click(window.sheet.footer.default)
    assert window.sheet.problem.sentence == "The settings cannot be written."
    assert task.wish is Wish.PAUSE
    click(window.sheet.at_once)
    click(window.sheet.footer.default)
    assert task.wish is Wish.RUN


def test_changing_what_waits_to_be_queued_asks_on_the_same_sheet(
    window: MainWindow, stand_in: StandIn
) -> None:
    tasks = [held(stand_in, name) for name in "ab"]
    window.sheet.ask([task.id for task in tasks])
    write(window.sheet.form.frames.line, "1-5")
    window.sheet.change([tasks[0].id])
    assert window.sheet.title.text() == "Queue 2 scenes"
    assert window.sheet.form.frames.line.text() == "1-5"


def test_a_scene_that_was_resumed_elsewhere_is_not_discarded(
    window: MainWindow, stand_in: StandIn
) -> None:
    kept, gone = held(stand_in, "kept"), held(stand_in, "gone")
    window.sheet.ask([kept.id, gone.id])
    stand_in.service.resume([kept.id])
    click(window.sheet.footer.away)
    assert list(stand_in.queue.tasks) == [kept.id]
    assert not window.sheet.isVisible()


def test_a_drop_waits_behind_a_change_and_edits_of_both_stay(
    window: MainWindow, stand_in: StandIn
) -> None:
    old, new = stand_in.add("old"), held(stand_in, "new")
    window.sheet.change([old.id])
    write(window.sheet.form.frames.line, "1-3")
    window.sheet.ask([new.id])
    assert window.sheet.title.text() == "Change 1 task"
    click(window.sheet.footer.default)
    assert old.frames_text == "1-3"
    assert window.sheet.title.text() == "Queue 1 scene"
    write(window.sheet.form.frames.line, "4-6")
    window.sheet.change([old.id])
    assert window.sheet.form.frames.line.text() == "1-3"
    QTest.keyClick(window.sheet.form.frames.line, Qt.Key.Key_Escape)
    assert window.sheet.title.text() == "Queue 1 scene"
    assert window.sheet.form.frames.line.text() == "4-6"
    click(window.sheet.footer.default)
    assert (new.frames_text, old.frames_text) == ("4-6", "1-3")


def test_the_language_changes_under_an_edit(window: MainWindow, stand_in: StandIn) -> None:
    tasks = [held(stand_in, "a", priority=3), held(stand_in, "b", priority=4)]
    window.sheet.ask([task.id for task in tasks])
    form = window.sheet.form
    choose(form.priority.combo, "High")
    write(form.frames.line, "1-5")
    before = form.priority.combo.currentText()
    window._choose_language("zh_CN")
    assert form.priority.combo.currentText() != before
    assert form.drafts() == {"frames": "1-5", "priority": 9}
    window._choose_language("en")
    assert form.priority.combo.currentText() == before


def test_everything_can_be_reached_by_tab_and_has_a_name(
    window: MainWindow, stand_in: StandIn
) -> None:
    window.sheet.ask([held(stand_in).id])
    sheet = window.sheet
    fields = [field for field in sheet.form.fields if field.has_choices]
    wanted = {control for field in fields for control in field.controls}
    wanted |= {sheet.at_once, sheet.footer.away, sheet.footer.later, sheet.footer.default}
    assert [
        control
        for field in sheet.form.fields
        for control in field.controls
        if not control.accessibleName()
    ] == []
    reached: list[QWidget] = []
    sheet.form.begin()
    for _step in range(40):
        focused = window.focusWidget()
        reached.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert wanted <= set(reached)
    order = [
        sheet.form.fields.index(f)
        for w in dict.fromkeys(reached)
        for f in sheet.form.fields
        if w in f.controls
    ]
    assert order[: len(wanted) - 4] == sorted(order[: len(wanted) - 4])


# --- what only some scenes have -----------------------------------------------------------------

FILM = SceneInfo(
    "fake",
    start=1,
    end=250,
    choices={
        "map": ("/Game/Maps/Street.Street",),
        "sequence": ("/Game/Shots/LS_010.LS_010", "/Game/Shots/LS_020.LS_020"),
    },
)


def test_what_a_scene_has_to_choose_is_asked_for(window: MainWindow, stand_in: StandIn) -> None:
    task = held(stand_in, scene=FILM)
    sheet = window.sheet
    sheet.ask([task.id])
    choices = sheet.form.choices
    assert [name for name, field in choices.items() if field.isVisible()] == ["map", "sequence"]
    assert choices["map"].combo.currentText() == "As in the scene (Street  ·  Maps)"
    assert choices["sequence"].combo.currentText() == "Not chosen"
    choose(choices["sequence"].combo, "LS_020")
    click(sheet.footer.default)
    assert task.job.options.extra == {"sequence": "/Game/Shots/LS_020.LS_020"}


def test_what_nobody_has_a_list_of_is_typed(window: MainWindow, stand_in: StandIn) -> None:
    task = held(stand_in, scene=SceneInfo("fake", start=1, end=250, choices={"take": ()}))
    sheet = window.sheet
    sheet.ask([task.id])
    field = sheet.form.choices["take"]
    write(field.combo, "Take 2")
    click(sheet.footer.default)
    assert task.job.options.extra == {"take": "Take 2"}


def test_a_choice_is_taken_away_again(window: MainWindow, stand_in: StandIn) -> None:
    task = held(stand_in, scene=FILM)
    stand_in.service.amend([task.id], TaskChanges(extra={"sequence": "/Game/Shots/LS_010.LS_010"}))
    with pytest.raises(UserError, match="no “/Game/Gone"):
        stand_in.service.amend([task.id], TaskChanges(extra={"sequence": "/Game/Gone"}))
    sheet = window.sheet
    sheet.change([task.id])
    field = sheet.form.choices["sequence"]
    assert field.combo.currentText().startswith("LS_010")
    choose(field.combo, "Not chosen")
    click(sheet.footer.default)
    assert task.job.options.extra == {}


# --- what was found wrong before ----------------------------------------------------------------


def test_what_should_not_be_started_is_said_and_can_be_queued_anyway(
    window: MainWindow, stand_in: StandIn
) -> None:
    task = held(stand_in)
    finding = Finding("no_camera", "No camera of the scene is set to be rendered.", Level.ERROR)
    stand_in.queue.find(task.id, (finding,))
    stand_in.tell()
    sheet = window.sheet
    sheet.ask([task.id])
    assert finding.text in [label.text() for label in sheet.warnings.findChildren(QLabel)]
    assert sheet.footer.default.text() == "Queue anyway"
    click(sheet.footer.default)
    assert task.wish is Wish.RUN


def test_a_scene_that_does_not_say_its_frames_is_queued_when_they_are_entered(
    window: MainWindow, stand_in: StandIn
) -> None:
    task = unread(stand_in, "film")
    job = RenderJob("/shots/film.fake", "fake", "film", "/renders/film", scene=SceneInfo("fake"))
    stand_in.queue.break_(task.id, "The scene does not say which frames to render.", job)
    stand_in.tell()
    sheet = window.sheet
    sheet.ask([task.id])
    click(sheet.footer.default)
    assert sheet.isVisible(), "nothing is queued without frames"
    write(sheet.form.frames.line, "1-20")
    click(sheet.footer.default)
    assert task.frames_text == "1-20"
