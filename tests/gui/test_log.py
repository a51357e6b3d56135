from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from render_manager.gui.inspector.log_tail import MOST_BYTES, MOST_LINES, LogTail
from stand_in import StandIn

from render_manager.domain.events import Outcome, RunEnded, RunStarted
from render_manager.domain.task import Run, Task
from render_manager.gui.inspector.log_view import LogView
from render_manager.gui.window import MainWindow
from render_manager.storage.records import RunRecord

# --- the end of a file ------------------------------------------------------------------------


def lines(tail: LogTail) -> list[str]:
    piece = tail.read()
    return piece.lines if piece else []


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_lines_end_in_any_of_three_ways(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes("Fra:1\r\nSample 1\rSample 2\r雪\nhalf".encode())
    tail = LogTail(log)
    assert lines(tail) == ["Fra:1", "Sample 1", "Sample 2", "雪"]
    append(log, b" a line\nnext\r")
    assert lines(tail) == ["half a line"]
    append(log, b"\n")
    assert lines(tail) == ["next"]


def test_a_last_line_without_an_end_is_shown_when_nothing_follows(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"one\nBlender quit")
    tail = LogTail(log)
    assert (lines(tail), lines(tail), lines(tail)) == (["one"], ["Blender quit"], [])


def test_of_a_huge_log_the_end_is_read(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"".join(b"line %d\n" % number for number in range(1_000_000)))
    piece = LogTail(log).read()
    assert piece is not None
    assert piece.skipped == log.stat().st_size - MOST_BYTES
    assert len(piece.lines) == MOST_LINES
    assert piece.lines[-1] == "line 999999"
    assert all(line.startswith("line ") for line in piece.lines)


def test_a_file_begun_anew_is_read_anew(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"old old old\n")
    tail = LogTail(log)
    tail.read()
    log.write_bytes(b"new\n")
    piece = tail.read()
    assert piece is not None and piece.is_fresh
    assert piece.lines == ["new"]


def test_a_log_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    tail = LogTail(log)
    assert tail.read() is None
    log.write_bytes(b"here\n")
    assert lines(tail) == ["here"]


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_however_it_grows_nothing_is_lost(tmp_path_factory: object, pieces: list[bytes]) -> None:
    log = tmp_path_factory.mktemp("log") / "run.log"  # type: ignore[attr-defined]
    tail = LogTail(log)
    found: list[str] = []
    for piece in pieces:
        append(log, piece + b".\n")
        found += lines(tail)
    whole = b"".join(piece + b".\n" for piece in pieces)
    log.write_bytes(whole)
    assert found == lines(LogTail(log))


# --- the view ---------------------------------------------------------------------------------


def shown(window: MainWindow, qtbot: QtBot, task: Task) -> LogView:
    window.table.select([task.id])
    qtbot.waitUntil(lambda: window.details.task is task)
    inspector = window.details.inspector
    inspector.show_page(inspector.log)
    return inspector.log


def begin(stand_in: StandIn, task: Task, log: Path) -> Run:
    run = stand_in.begin(task)
    stand_in.report(run, RunStarted(1, 0.0, "blender", str(log)))
    return run


def test_the_log_of_a_run_under_way_is_followed(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    log.write_text("first\n")
    task = stand_in.add("shot")
    view = shown(window, qtbot, task)
    assert view.text.toPlainText() == ""
    begin(stand_in, task, log)
    qtbot.waitUntil(lambda: view.text.toPlainText() == "first")
    append(log, b"second\n" * 200)
    qtbot.waitUntil(lambda: view.text.blockCount() == 201)
    bar = view.text.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0


def test_who_scrolls_up_is_left_in_peace(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    log.write_text("line\n" * 500)
    task = stand_in.add("shot")
    begin(stand_in, task, log)
    view = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: view.text.blockCount() == 500)
    bar = view.text.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    assert not view.follow.isChecked()
    append(log, b"more\n")
    qtbot.waitUntil(lambda: view.text.blockCount() == 501)
    assert bar.value() == 0
    view.follow.click()
    assert bar.value() == bar.maximum()


def test_a_newer_run_takes_over(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    for number in (1, 2):
        (tmp_path / f"{number}.log").write_text(f"run {number}\n")
    run = begin(stand_in, task, tmp_path / "1.log")
    view = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: view.text.toPlainText() == "run 1")
    stand_in.report(run, RunEnded(Outcome.GAVE_WAY))
    begin(stand_in, task, tmp_path / "2.log")
    qtbot.waitUntil(lambda: view.text.toPlainText() == "run 2")


def test_yesterdays_log_is_found_in_the_journal(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot")
    log = tmp_path / "7.log"
    log.write_text("yesterday\n")
    newest = RunRecord(7, task.id, "1-10", 1, 0.0, "", str(log), 0.0, 1.0, 0, None, None)
    stand_in.journal.past_runs[task.id] = [newest, replace(newest, id=6, log_path="/gone.log")]
    view = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: view.text.toPlainText() == "yesterday")


def test_of_a_log_of_many_megabytes_the_end_is_shown(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    log.write_bytes(b"".join(b"Fra:%d Mem:412.77M | Sample 64/128\n" % n for n in range(600_000)))
    task = stand_in.add("shot")
    begin(stand_in, task, log)
    view = shown(window, qtbot, task)
    qtbot.waitUntil(
        lambda: view.text.toPlainText().endswith("Fra:599999 Mem:412.77M | Sample 64/128")
    )
    assert view.text.blockCount() == MOST_LINES


def test_show_log_gives_it_the_keyboard(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    shown(window, qtbot, stand_in.add("shot"))
    window.details.panes.setSizes([100, 0])
    window.actions_of_tasks.actions["show_log"].trigger()
    assert window.details.panes.sizes()[1] > 0
    assert window.details.inspector.log.text.hasFocus()
