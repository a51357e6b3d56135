from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from stand_in import Opened, StandIn

from render_manager.base.i18n import use_language
from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameFile,
    Outcome,
    RunEnded,
    RunStarted,
)
from render_manager.domain.job import SceneCamera, SceneInfo, SceneLayer
from render_manager.domain.task import Task
from render_manager.gui.inspector.run_table import Column
from render_manager.gui.inspector.task_page import TaskPage
from render_manager.gui.window import MainWindow
from render_manager.storage.records import RunRecord

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier

SCENE = SceneInfo(
    "fake",
    version="4.5",
    width=1920,
    height=1080,
    cameras=(SceneCamera("CamA"),),
    layers=(SceneLayer("Beauty", True), SceneLayer("Hidden", False)),
    camera="CamA",
    missing=("/shots/<b>snow</b>.png",),
    warnings=("The scene writes a movie.",),
)


def shown(window: MainWindow, qtbot: QtBot, task: Task) -> TaskPage:
    window.table.select([task.id])
    qtbot.waitUntil(lambda: window.details.task is task)
    window.details.panes.setSizes([300, 900])
    window.halves.setSizes([150, 650])
    inspector = window.details.inspector
    inspector.show_page(inspector.about)
    return inspector.about


def rows(page: TaskPage) -> list[list[str]]:
    """What stands in the table of runs."""
    model = page.runs.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def told(page: TaskPage) -> str:
    return page.facts.toPlainText()


def press(page: TaskPage, title: str) -> None:
    found = [one for one in page.findChildren(QPushButton) if one.text() == title]
    assert found[0].isVisible() and found[0].isEnabled()
    QTest.mouseClick(found[0], LEFT)


def click_link(page: TaskPage, words: str) -> None:
    """Click in the middle of a link of the sheet."""
    cursor = page.facts.document().find(words)
    assert not cursor.isNull(), words
    middle = QTextCursor(page.facts.document())
    middle.setPosition(cursor.selectionStart() + 3)
    page.ensureWidgetVisible(page.facts)
    at: QPoint = page.facts.cursorRect(middle).center()
    QTest.mouseClick(page.facts.viewport(), LEFT, pos=at)


def test_all_that_is_known_of_a_task_is_told(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", scene=SCENE, frames_text="1-10", max_retries=2)
    page = shown(window, qtbot, task)
    for words in (
        "/shots/shot.fake",
        "/renders/shot",
        "Fake, scene saved by 4.5",
        "CamA",
        "Beauty",
        "1920 × 1080",
        "1-10",
        "0/10 done",
        "5  Normal",
        "0 of 2 used",
        "/shots/<b>snow</b>.png",
        "The scene writes a movie.",
    ):
        assert words.replace("  ", " ") in told(page).replace("\xa0", " ").replace("  ", " ")
    assert "Hidden" not in told(page)
    assert "Per frame" not in told(page)


def test_what_changes_is_told_at_once(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    task = stand_in.add("shot", max_retries=0)
    page = shown(window, qtbot, task)
    run = stand_in.begin(task)
    file = FrameFile("/renders/a.png", 1, 1, 1)
    for frame, seconds in ((1, 10.0), (2, 20.0)):
        stand_in.report(run, FrameBegan(frame), FrameCompleted(frame, (file,), seconds))
    qtbot.waitUntil(lambda: "15.0 s on average, 10.0 s to 20.0 s" in told(page))
    stand_in.service.set_priority([task.id], 9)
    assert "High" in told(page)
    missing = tuple(range(3, 11))
    stand_in.report(run, RunEnded(Outcome.FAILED, 1, "The disk is full.", missing))
    assert "The disk is full." in told(page)
    assert "press Retry (F5)" in told(page)


def test_times_of_yesterday_are_known_too(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot")
    run = stand_in.begin(task)
    file = FrameFile("/renders/a.png", 1, 1, 1)
    stand_in.report(run, FrameBegan(1), FrameCompleted(1, (file,), 12.0))
    stand_in.journal.is_slow = True
    page = shown(window, qtbot, task)
    assert "Per frame" not in told(page)
    stand_in.report(run, FrameBegan(2), FrameCompleted(2, (file,), 14.0))
    stand_in.journal.answer()
    qtbot.waitUntil(lambda: "13.0 s on average" in told(page))


def test_a_click_opens_the_output_folder(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, opened: Opened, tmp_path: Path
) -> None:
    task = stand_in.add("shot", renderer="fake")
    object.__setattr__(task.job, "output_dir", str(tmp_path))
    page = shown(window, qtbot, task)
    click_link(page, str(tmp_path))
    qtbot.waitUntil(lambda: opened.opened == [tmp_path])


def test_text_can_be_selected_and_copied(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    page = shown(window, qtbot, stand_in.add("shot", scene=SCENE))
    page.facts.setFocus()
    QTest.keyClick(page.facts, Qt.Key.Key_A, CTRL)
    QTest.keyClick(page.facts, Qt.Key.Key_C, CTRL)
    assert "/shots/shot.fake" in QGuiApplication.clipboard().text()


# --- the history of runs ----------------------------------------------------------------------


def test_each_run_says_how_it_ended(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    task = stand_in.add("shot", max_retries=3)
    page = shown(window, qtbot, task)
    assert not page.runs.isVisible()
    run = stand_in.begin(task, (1, 2, 3))
    assert [row[Column.OUTCOME] for row in rows(page)] == ["Running"]
    stand_in.report(run, RunStarted(4, 0.0, "render -x shot", "/logs/1.log"))
    stand_in.report(run, RunEnded(Outcome.FAILED, 139, "It crashed.", (1, 2, 3)))
    stand_in.begin(task, (1, 2))
    qtbot.waitUntil(lambda: rows(page)[1][Column.DURATION] == "1:00")
    assert [row[:2] + row[Column.FRAMES :] for row in rows(page)] == [
        ["2", "Running", "1-2", "–", ""],
        ["1", "Failed", "1-3", "139", "It crashed."],
    ]


def test_the_command_line_is_shown_and_copied(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot")
    page = shown(window, qtbot, task)
    for command in ("render --first", "render --second"):
        run = stand_in.begin(task)
        stand_in.report(run, RunStarted(4, 0.0, command, "/logs/1.log"))
        stand_in.report(run, RunEnded(Outcome.GAVE_WAY))
    page.runs.setFocus()
    QTest.keyClick(page.runs, Qt.Key.Key_Home, CTRL)
    assert page.command.toPlainText() == "render --second"
    QTest.keyClick(page.runs, Qt.Key.Key_Down)
    assert page.command.toPlainText() == "render --first"
    press(page, "Copy command line")
    assert QGuiApplication.clipboard().text() == "render --first"


def test_show_log_goes_over_to_that_run(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    for number in (1, 2):
        log = tmp_path / f"{number}.log"
        log.write_text(f"run {number}\n")
        run = stand_in.begin(task)
        stand_in.report(run, RunStarted(4, 0.0, "render", str(log)), RunEnded(Outcome.GAVE_WAY))
    page = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: len(rows(page)) == 2)
    page.runs.setFocus()
    QTest.keyClick(page.runs, Qt.Key.Key_End, CTRL)
    press(page, "Show log")
    view = window.details.inspector.log
    assert view.isVisible()
    qtbot.waitUntil(lambda: view.document.text(0) == "run 1")


def test_the_problem_leads_to_its_line(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    log.write_text("fine\n" * 200 + "ERROR no licence\n" + "fine\n" * 200)
    task = stand_in.add("shot", max_retries=0)
    run = stand_in.begin(task)
    stand_in.report(run, RunStarted(4, 0.0, "render", str(log)))
    stand_in.report(run, RunEnded(Outcome.FAILED, 1, "no licence", tuple(task.frames.numbers)))
    page = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: len(rows(page)) == 1)
    click_link(page, "Show it in the log")
    view = window.details.inspector.log
    qtbot.waitUntil(lambda: view.area.current == 200)
    qtbot.waitUntil(lambda: view.area.text(200) == "ERROR no licence")


def test_of_hundreds_of_runs_the_one_looked_at_stays(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot")
    stand_in.queue._next_run = 501
    stand_in.journal.past_runs[task.id] = [
        RunRecord(n, task.id, "1-10", 1, 0.0, f"run {n}", "/1.log", 0.0, 60.0, 0, None, None)
        for n in range(500, 0, -1)
    ]
    page = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: len(rows(page)) == 500)
    assert rows(page)[0][Column.OUTCOME] == "Interrupted"
    page.runs.setFocus()
    QTest.keyClick(page.runs, Qt.Key.Key_End, CTRL)
    assert page.command.toPlainText() == "run 1"
    stand_in.begin(task)
    assert len(rows(page)) == 501
    assert page.command.toPlainText() == "run 1"


def test_the_page_changes_its_language(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    page = shown(window, qtbot, stand_in.add("shot"))
    assert "Renderer" in told(page)
    use_language("zh_CN")
    page.retranslate()
    assert "渲染器" in told(page)


def test_what_this_machine_lacks_is_told(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.dispatcher.held_up = "Only 50 MB are free."
    stand_in.dispatcher.foreseen = "12 GB are needed."
    page = shown(window, qtbot, stand_in.add("shot"))
    assert "Why it waits\nOnly 50 MB are free." in told(page)
    assert "Disk\n12 GB are needed." in told(page)
