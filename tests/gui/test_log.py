from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot
from stand_in import Opened, StandIn

from render_manager.domain.events import Outcome, RunEnded, RunStarted
from render_manager.domain.task import Run, Task
from render_manager.gui.inspector.log.area import LogArea
from render_manager.gui.inspector.log.reader import TEXT_BLOCK
from render_manager.gui.inspector.log_view import LogView
from render_manager.gui.theme import DARK
from render_manager.gui.window import MainWindow
from render_manager.storage.records import RunRecord

KEY = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def shown(window: MainWindow, qtbot: QtBot, task: Task) -> LogView:
    window.table.select([task.id])
    qtbot.waitUntil(lambda: window.details.task is task)
    window.details.panes.setSizes([300, 900])
    window.halves.setSizes([200, 600])
    inspector = window.details.inspector
    inspector.show_page(inspector.log)
    return inspector.log


def begin(stand_in: StandIn, task: Task, log: Path) -> Run:
    run = stand_in.begin(task)
    stand_in.report(run, RunStarted(1, 0.0, "blender", str(log)))
    return run


def opened_log(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, log: Path, written: str
) -> LogView:
    """The view on a log of a run under way, gone through to its end."""
    log.write_text(written)
    task = stand_in.add("shot")
    begin(stand_in, task, log)
    view = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: view.document.count > 0 and view.document.is_scanned)
    return view


def texts(view: LogView) -> list[str | None]:
    return [view.document.text(line) for line in range(view.document.count)]


def in_sight(view: LogView) -> list[str | None]:
    """The lines that are painted."""
    first = view.area.top
    last = min(view.document.count, first + view.area.rows)
    return [view.document.text(line) for line in range(first, last)]


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def at(area: LogArea, line: int, column: int) -> QPoint:
    """The point of the viewport where this column begins."""
    x = area.gutter - area.left + area.columns.x(area.text(line), column)
    return QPoint(round(x), round(area.row_rect(line).center().y()))


def drag(area: LogArea, begin: tuple[int, int], end: tuple[int, int]) -> None:
    viewport = area.viewport()
    QTest.mousePress(viewport, LEFT, pos=at(area, *begin))
    QTest.mouseMove(viewport, at(area, *end))
    QTest.mouseRelease(viewport, LEFT, pos=at(area, *end))


def wheel(area: LogArea, notches: int) -> None:
    middle = QPointF(area.viewport().rect().center())
    event = QWheelEvent(
        middle,
        QPointF(area.viewport().mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(area.viewport(), event)


def button(view: LogView, tip: str) -> QToolButton:
    found = [one for one in view.findChildren(QToolButton) if one.toolTip().startswith(tip)]
    assert len(found) == 1, tip
    return found[0]


# --- following --------------------------------------------------------------------------------


def test_the_log_of_a_run_under_way_is_followed(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    log.write_text("first\n")
    task = stand_in.add("shot")
    view = shown(window, qtbot, task)
    assert view.document.count == 0
    assert "once a run has begun" in view.area.hint
    begin(stand_in, task, log)
    qtbot.waitUntil(lambda: texts(view) == ["first"])
    append(log, b"second\n" * 200)
    qtbot.waitUntil(lambda: view.document.count == 201)
    assert view.area.bar.value() == view.area.bar.maximum() > 0
    assert set(in_sight(view)) == {"second"}


def test_a_line_that_grows_is_shown_as_it_is_now(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    view = opened_log(window, stand_in, qtbot, log, "one\nRende")
    assert texts(view) == ["one", "Rende"]
    append(log, b"ring\rdone")
    qtbot.waitUntil(lambda: texts(view) == ["one", "Rendering", "done"])


@pytest.mark.parametrize("how", ["wheel", "bar", "key"])
def test_who_scrolls_up_is_left_in_peace(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path, how: str
) -> None:
    log = tmp_path / "1.log"
    view = opened_log(window, stand_in, qtbot, log, "line\n" * 500)
    bar = view.area.bar
    assert view.follow.isChecked()
    match how:
        case "wheel":
            wheel(view.area, 3)
        case "bar":
            bar.triggerAction(bar.SliderAction.SliderToMinimum)
        case "key":
            QTest.keyClick(view.area, KEY.Key_PageUp)
    assert not view.follow.isChecked()
    where = bar.value()
    append(log, b"more\n")
    qtbot.waitUntil(lambda: view.document.count == 501)
    assert bar.value() == where < bar.maximum()
    QTest.mouseClick(view.follow, LEFT)
    assert bar.value() == bar.maximum()
    append(log, b"and more\n")
    qtbot.waitUntil(lambda: in_sight(view)[-1] == "and more")


def test_who_goes_back_to_the_end_follows_again(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    view = opened_log(window, stand_in, qtbot, log, "line\n" * 500)
    QTest.keyClick(view.area, KEY.Key_Home)
    assert not view.follow.isChecked()
    assert view.area.top == 0
    QTest.keyClick(view.area, KEY.Key_End)
    assert view.follow.isChecked()


def test_a_log_written_anew_is_shown_anew(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    view = opened_log(window, stand_in, qtbot, log, "ERROR old\n" * 300)
    assert view.document.problem_lines
    log.write_text("new\n")
    qtbot.waitUntil(lambda: texts(view) == ["new"])
    qtbot.waitUntil(lambda: view.document.is_scanned)
    assert not view.document.problem_lines


def test_of_a_log_of_many_megabytes_the_end_is_shown(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    log.write_bytes(b"".join(b"Fra:%d Mem:412.77M | Sample 64/128\n" % n for n in range(600_000)))
    task = stand_in.add("shot")
    begin(stand_in, task, log)
    view = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: view.document.text(599_999) == "Fra:599999 Mem:412.77M | Sample 64/128")
    assert view.document.count == 600_000
    assert view.document.text(0) is None
    QTest.keyClick(view.area, KEY.Key_Home)
    qtbot.waitUntil(lambda: view.document.text(0) == "Fra:0 Mem:412.77M | Sample 64/128")


def test_a_page_that_is_not_in_sight_reads_nothing(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    view = opened_log(window, stand_in, qtbot, log, "one\n")
    inspector = window.details.inspector
    inspector.show_page(inspector.preview)
    append(log, b"two\n")
    qtbot.wait(300)  # longer than a look takes to come
    assert view.document.count == 1
    inspector.show_page(inspector.log)
    qtbot.waitUntil(lambda: texts(view) == ["one", "two"])


# --- which run --------------------------------------------------------------------------------


def test_a_newer_run_takes_over(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    for number in (1, 2):
        (tmp_path / f"{number}.log").write_text(f"run {number}\n")
    run = begin(stand_in, task, tmp_path / "1.log")
    view = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: texts(view) == ["run 1"])
    stand_in.report(run, RunEnded(Outcome.GAVE_WAY))
    begin(stand_in, task, tmp_path / "2.log")
    qtbot.waitUntil(lambda: texts(view) == ["run 2"])


def test_who_chose_an_older_run_keeps_it(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    for number in (1, 2, 3):
        (tmp_path / f"{number}.log").write_text(f"run {number}\n")
    view = shown(window, qtbot, task)
    for number in (1, 2):
        run = begin(stand_in, task, tmp_path / f"{number}.log")
        stand_in.report(run, RunEnded(Outcome.FAILED, 1, "Boom.", (1,)))
    assert [view.choice.itemText(row).rsplit(" · ", 1)[0] for row in range(2)] == [
        "Run 2 · failed",
        "Run 1 · failed",
    ]
    view.choice.setFocus()
    QTest.keyClick(view.choice, KEY.Key_Down)
    qtbot.waitUntil(lambda: texts(view) == ["run 1"])
    begin(stand_in, task, tmp_path / "3.log")
    qtbot.waitUntil(lambda: view.choice.count() == 3)
    assert view.choice.itemText(0).startswith("Run 3 · running")
    assert view.choice.currentIndex() == 2
    QTest.keyClick(view.choice, KEY.Key_Home)
    qtbot.waitUntil(lambda: texts(view) == ["run 3"])


def test_yesterdays_log_is_found_in_the_journal(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    log = tmp_path / "7.log"
    log.write_text("yesterday\n")
    newest = RunRecord(7, task.id, "1-10", 1, 0.0, "", str(log), 0.0, 1.0, 0, None, None)
    stand_in.journal.past_runs[task.id] = [newest, replace(newest, id=6, log_path="/gone.log")]
    view = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: texts(view) == ["yesterday"])


def test_what_is_heard_of_a_run_is_newer_than_an_answer_asked_for_before(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    run = stand_in.begin(task)
    stand_in.journal.is_slow = True
    view = shown(window, qtbot, task)
    (tmp_path / "1.log").write_text("here\n")
    stand_in.report(run, RunStarted(1, 0.0, "blender", str(tmp_path / "1.log")))
    stand_in.journal.answer()
    qtbot.waitUntil(lambda: window.details.inspector.history.is_loaded)
    qtbot.waitUntil(lambda: texts(view) == ["here"])


def test_another_task_brings_its_own_log(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", "mine\n")
    other = stand_in.add("other")
    shown(window, qtbot, other)
    assert view.document.count == 0
    (tmp_path / "2.log").write_text("its own\n")
    begin(stand_in, other, tmp_path / "2.log")
    qtbot.waitUntil(lambda: texts(view) == ["its own"])


def test_show_log_gives_it_the_keyboard(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    shown(window, qtbot, stand_in.add("shot"))
    window.details.panes.setSizes([100, 0])
    window.actions_of_tasks.actions["show_log"].trigger()
    assert window.details.panes.sizes()[1] > 0
    assert window.details.inspector.log.area.hasFocus()


def test_the_file_can_be_opened(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path, opened: Opened
) -> None:
    log = tmp_path / "1.log"
    view = opened_log(window, stand_in, qtbot, log, "one\n")
    QTest.mouseClick(button(view, "Open the log file"), LEFT)
    qtbot.waitUntil(lambda: opened.opened == [log])


# --- problems ---------------------------------------------------------------------------------

TROUBLED = "\n".join("ERROR no licence" if n in (100, 200) else f"line {n}" for n in range(300))


def test_problems_are_counted_marked_and_gone_to(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", TROUBLED + "\n")
    qtbot.waitUntil(lambda: view.problems.isVisible())
    qtbot.waitUntil(lambda: len(view.area.bar.marks()) >= 2)
    assert DARK.failed in {color for _top, color in view.area.bar.marks()}
    QTest.keyClick(view.area, KEY.Key_Home)
    for key, held, line in (
        (KEY.Key_F8, Qt.KeyboardModifier.NoModifier, 100),
        (KEY.Key_F8, Qt.KeyboardModifier.NoModifier, 200),
        (KEY.Key_F8, Qt.KeyboardModifier.NoModifier, 100),
        (KEY.Key_F8, SHIFT, 200),
        (KEY.Key_F8, SHIFT, 100),
    ):
        QTest.keyClick(view.area, key, held)
        assert view.area.current == line
        assert view.area.top <= line < view.area.top + view.area.rows
    QTest.mouseClick(button(view, "Next problem"), LEFT)
    assert view.area.current == 200
    assert not view.follow.isChecked()
    assert view.area.tip(200) == "Error: no licence"
    assert view.area.tip(199) == ""


def test_the_count_of_problems_grows_with_the_log(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    view = opened_log(window, stand_in, qtbot, log, "fine\n")
    assert not view.problems.isVisible()
    append(log, b"ERROR one\n")
    qtbot.waitUntil(lambda: view.problems.told == "1 problem")
    append(log, b"ERROR two\n")
    qtbot.waitUntil(lambda: view.problems.told == "2 problems")


# --- search -----------------------------------------------------------------------------------


def test_ctrl_f_searches_the_log_and_not_the_tasks(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    written = "\n".join("A Needle, a needle" if n % 100 == 50 else f"hay {n}" for n in range(300))
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", written + "\n")
    QTest.keyClick(view.area, KEY.Key_Home)
    QTest.keyClick(view.area, KEY.Key_F, CTRL)
    field = view.find_bar.field
    assert field.hasFocus()
    QTest.keyClicks(field, "NEEDLE")
    qtbot.waitUntil(lambda: view.find_bar.told == "1 of 6")
    assert (view.area.current, view.area.hit_column(50)) == (50, 2)
    QTest.keyClick(field, KEY.Key_Return)
    assert (view.find_bar.told, view.area.current, view.area.hit_column(50)) == ("2 of 6", 50, 12)
    QTest.keyClick(field, KEY.Key_Return)
    assert (view.find_bar.told, view.area.current) == ("3 of 6", 150)
    QTest.keyClick(field, KEY.Key_Return, SHIFT)
    QTest.keyClick(field, KEY.Key_F3, SHIFT)
    QTest.keyClick(field, KEY.Key_F3, SHIFT)
    assert (view.find_bar.told, view.area.current) == ("6 of 6", 250)
    QTest.keyClick(field, KEY.Key_F3)
    assert view.find_bar.told == "1 of 6"
    QTest.keyClick(field, KEY.Key_Escape)
    assert not view.find_bar.isVisible()
    assert view.area.hasFocus()
    assert view.document.wanted == ""


def test_what_is_not_there_is_not_found(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", "hay\n" * 30)
    QTest.mouseClick(view.search, LEFT)
    QTest.keyClicks(view.find_bar.field, "needle")
    qtbot.waitUntil(lambda: view.find_bar.told == "Not found")
    QTest.keyClick(view.find_bar.field, KEY.Key_Return)
    assert view.area.current is None
    QTest.keyClick(view.find_bar.field, KEY.Key_Escape)


def test_new_lines_are_searched_too(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    view = opened_log(window, stand_in, qtbot, log, "needle\n" + "hay\n" * 30)
    QTest.keyClick(view.area, KEY.Key_F, CTRL)
    QTest.keyClicks(view.find_bar.field, "needle")
    qtbot.waitUntil(lambda: view.find_bar.told == "1 of 1")
    append(log, b"another needle\n")
    qtbot.waitUntil(lambda: view.find_bar.told == "1 of 2")


# --- selecting and copying --------------------------------------------------------------------


def test_what_is_drawn_over_is_copied(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", "alpha\nbeta 雪\ngamma\n")
    drag(view.area, (0, 2), (2, 3))
    QTest.keyClick(view.area, KEY.Key_C, CTRL)
    qtbot.waitUntil(lambda: clipboard() == "pha\nbeta 雪\ngam")


def test_a_double_click_takes_a_word(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", "Saved: '/renders/a_1.png'\n")
    QTest.mouseDClick(view.area.viewport(), LEFT, pos=at(view.area, 0, 12))
    QTest.keyClick(view.area, KEY.Key_C, CTRL)
    qtbot.waitUntil(lambda: clipboard() == "/renders/a_1.png")


def test_everything_is_selected_and_copied_though_little_of_it_is_in_memory(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    written = "\n".join(f"line {number}" for number in range(100 * TEXT_BLOCK))
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", written + "\n")
    QTest.keyClick(view.area, KEY.Key_A, CTRL)
    QTest.keyClick(view.area, KEY.Key_C, CTRL)
    qtbot.waitUntil(lambda: clipboard() == written)
    QTest.keyClick(view.area, KEY.Key_Escape)
    assert not view.area.selection


def test_the_keyboard_selects(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", "alpha\nbeta\ngamma\n")
    QTest.keyClick(view.area, KEY.Key_Down, SHIFT)
    QTest.keyClick(view.area, KEY.Key_Right, SHIFT)
    QTest.keyClick(view.area, KEY.Key_Right, SHIFT)
    QTest.keyClick(view.area, KEY.Key_C, CTRL)
    qtbot.waitUntil(lambda: clipboard() == "alpha\nbe")
    QTest.keyClick(view.area, KEY.Key_End, SHIFT | CTRL)
    QTest.keyClick(view.area, KEY.Key_C, CTRL)
    qtbot.waitUntil(lambda: clipboard() == "alpha\nbeta\ngamma")


def test_a_line_of_a_megabyte_is_cut_on_the_screen_and_whole_on_the_clipboard(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    long = "x" * 1_000_000
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", f"{long}\nshort\n")
    first = view.document.text(0)
    assert first is not None and len(first) < 3_000 and first.endswith("⋯")
    QTest.keyClick(view.area, KEY.Key_A, CTRL)
    QTest.keyClick(view.area, KEY.Key_C, CTRL)
    qtbot.waitUntil(lambda: clipboard() == f"{long}\nshort")


def test_long_lines_are_scrolled_across(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", "x" * 500 + "needle\nend\n")
    across = view.area.horizontalScrollBar()
    qtbot.waitUntil(lambda: across.maximum() > 0)
    QTest.keyClick(view.area, KEY.Key_Right)
    assert across.value() > 0
    QTest.keyClick(view.area, KEY.Key_F, CTRL)
    QTest.keyClicks(view.find_bar.field, "needle")
    qtbot.waitUntil(lambda: view.find_bar.told == "1 of 1")
    edge = view.area.gutter - view.area.left + view.area.columns.x(view.area.text(0), 500)
    assert view.area.gutter < edge < view.area.viewport().width()


# --- a frame's lines --------------------------------------------------------------------------


def frame_log(*frames: int) -> str:
    return "".join(
        f"frame {frame}\n" + f"progress {frame} 50\n" * 60 + f"done {frame} 1.0\n"
        for frame in frames
    )


def test_a_frames_lines_are_shown_in_the_newest_log_that_has_them(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    for number, frames in ((1, (1, 2, 3)), (2, (3,)), (3, (4,))):
        log = tmp_path / f"{number}.log"
        log.write_text(frame_log(*frames))
        run = begin(stand_in, task, log)
        stand_in.report(run, RunEnded(Outcome.GAVE_WAY))
    view = shown(window, qtbot, task)
    window.details.show_frame_log(1)
    qtbot.waitUntil(lambda: view.area.band == (62, 123))
    assert view.choice.currentText().startswith("Run 1 ")
    assert view.area.top <= 62 < view.area.top + view.area.rows
    assert view.area.hasFocus()
    window.details.show_frame_log(2)
    qtbot.waitUntil(lambda: view.area.band == (0, 61))
    assert view.choice.currentText().startswith("Run 2 ")
    QTest.keyClick(view.area, KEY.Key_Escape)
    assert view.area.band is None


def test_a_frame_that_no_log_tells_of_is_said_to_be_so(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    view = opened_log(window, stand_in, qtbot, tmp_path / "1.log", frame_log(1))
    window.details.show_frame_log(8)
    qtbot.waitUntil(lambda: view.told == "No log tells of frame 9.")
    assert view.area.band is None


def test_a_frame_is_looked_for_once_the_runs_are_known(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    (tmp_path / "1.log").write_text(frame_log(1, 2))
    stand_in.report(begin(stand_in, task, tmp_path / "1.log"), RunEnded(Outcome.GAVE_WAY))
    stand_in.journal.is_slow = True
    view = shown(window, qtbot, task)
    window.details.show_frame_log(1)
    assert view.told == "Looking for frame 2…"
    stand_in.journal.answer()
    qtbot.waitUntil(lambda: view.area.band == (62, 123))
