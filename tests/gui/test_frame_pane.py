"""The strip, the grid and the bar together, by wheel, mouse and keyboard."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from PySide6 import QtGui
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from stand_in import Answers, Opened, StandIn, window_of

from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameFile,
    FrameProgress,
    FrameRejected,
    RunEvent,
)
from render_manager.domain.evidence import Measure, Suspicion
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.gui.background import Background
from render_manager.gui.frame_grid.geometry import SIZES, USUAL, arrange
from render_manager.gui.frame_grid.landing import Landing
from render_manager.gui.frame_grid.lookup import BLOCK, KEPT, DetailLookup
from render_manager.gui.frame_grid.pane import FramePane
from render_manager.gui.frame_grid.view import FrameGridView
from render_manager.gui.window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def shown(window: MainWindow, qtbot: QtBot, task: Task) -> FramePane:
    window.table.select([task.id])
    qtbot.waitUntil(lambda: window.details.task is task)
    return window.details.frame_pane


def turn(grid: FrameGridView, notches: int, at: QPoint, held: Qt.KeyboardModifier) -> None:
    view = grid.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def hover(widget: QWidget, at: QPoint) -> str:
    """What is said where the mouse rests."""
    event = QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at))
    QApplication.sendEvent(widget, event)
    said = QToolTip.text()
    QToolTip.hideText()
    return said


# --- how large cells are ----------------------------------------------------------------------


def test_the_wheel_enlarges_what_is_below_the_mouse(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    grid = shown(window, qtbot, stand_in.add("shot", range(1, 1001))).grid
    grid.look_at(500)
    at = grid.visualRect(grid.model().index(500, 0)).center()
    turn(grid, 2, at, CONTROL)
    assert grid.size_of_cells == USUAL + 2
    rect = grid.visualRect(grid.model().index(500, 0))
    assert rect.top() <= at.y() <= rect.bottom()
    turn(grid, -100, at, CONTROL)
    assert grid.geometry_of_cells.is_square
    before = grid.verticalScrollBar().value()
    turn(grid, -1, at, NONE)
    assert grid.verticalScrollBar().value() > before  # without the key it scrolls


def test_keys_and_slider_enlarge_too(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    pane = shown(window, qtbot, stand_in.add("shot", range(1, 101)))
    pane.grid.setFocus()
    QTest.keyClick(pane.grid, Qt.Key.Key_Plus, CONTROL)
    assert pane.grid.size_of_cells == pane.bar.slider.value() == USUAL + 1
    QTest.keyClick(pane.grid, Qt.Key.Key_Minus, CONTROL)
    QTest.keyClick(pane.grid, Qt.Key.Key_Minus, CONTROL)
    assert pane.grid.size_of_cells == pane.bar.slider.value() == USUAL - 1
    QTest.keyClick(pane.grid, Qt.Key.Key_0, CONTROL)
    assert pane.grid.size_of_cells == USUAL
    pane.bar.slider.setFocus()
    QTest.keyClick(pane.bar.slider, Qt.Key.Key_End)
    assert SIZES[pane.grid.size_of_cells] == 512


@pytest.mark.parametrize("width", [1, 100, 760, 2000])
@pytest.mark.parametrize("size", [24, 128, 512])
@pytest.mark.parametrize("aspect", [0.1, 1.0, 16 / 9, 20.0])
def test_cells_of_every_size_fit_into_their_line(width: int, size: int, aspect: float) -> None:
    cells = arrange(width, size, aspect)
    for place in (0, cells.columns - 1, cells.columns, 7 * cells.columns + 3):
        rect = cells.rect(place)
        assert cells.nearest(rect.center()) == place
        assert rect.width() > 0 < rect.height()
        if cells.columns > 1:
            assert rect.left() > 0
            assert rect.right() < width
            assert rect.width() >= size


def test_the_size_is_remembered(
    window: MainWindow,
    stand_in: StandIn,
    qtbot: QtBot,
    memory_file: Path,
    answers: Answers,
    opened: Opened,
) -> None:
    pane = shown(window, qtbot, stand_in.add("shot", range(1, 101)))
    pane.grid.setFocus()
    QTest.keyClick(pane.grid, Qt.Key.Key_Plus, CONTROL)
    chosen = pane.grid.size_of_cells
    window.close()
    other = window_of(stand_in, memory_file, answers=answers, opened=opened)
    qtbot.addWidget(other)
    assert other.details.grid.size_of_cells == chosen != USUAL
    assert other.details.frame_pane.bar.slider.value() == chosen


@pytest.mark.parametrize("nonsense", [None, "", "huge", "-1", "100000", "²"])
def test_a_remembered_size_that_is_nonsense_changes_nothing(
    window: MainWindow, nonsense: str | None
) -> None:
    window.details.frame_pane.recall_size(nonsense)
    assert window.details.grid.size_of_cells == USUAL


# --- walking about ----------------------------------------------------------------------------


def test_a_frame_number_that_is_typed_is_gone_to(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    pane = shown(window, qtbot, stand_in.add("shot", range(1001, 1501)))
    pane.grid.setFocus()
    QTest.keyClicks(pane.grid, "1234")
    assert window.details.frames.number(pane.grid.currentIndex().row()) == 1234
    assert pane.bar.about.text() == "Go to frame 1234"
    assert pane.grid.viewport().rect().contains(pane.grid.visualRect(pane.grid.currentIndex()))
    qtbot.waitUntil(lambda: pane.bar.about.text() == "Frame 1234: Pending")
    QTest.keyClicks(pane.grid, "99999")
    assert window.details.frames.number(pane.grid.currentIndex().row()) == 1500
    before = pane.grid.currentIndex().row()
    QTest.keyClicks(pane.grid, "x-")
    assert pane.grid.currentIndex().row() == before


def test_enter_and_double_click_enlarge(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    grid = shown(window, qtbot, stand_in.add("shot", range(1, 101))).grid
    wanted: list[int] = []
    grid.enlarge_wanted.connect(wanted.append)
    window.details.inspector.tabs.setCurrentIndex(1)
    grid.setFocus()
    grid.go_to(3)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert wanted == [3]
    assert window.details.inspector.pages.currentWidget() is window.details.inspector.preview
    at = grid.visualRect(grid.model().index(5, 0)).center()
    QTest.mouseClick(grid.viewport(), LEFT, NONE, at)
    QTest.mouseDClick(grid.viewport(), LEFT, NONE, at)
    assert wanted == [3, 5]


# --- only some --------------------------------------------------------------------------------


def test_only_frames_with_problems_are_shown_while_that_is_wanted(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 101))
    run = stand_in.begin(task)
    pane = shown(window, qtbot, task)
    assert not pane.bar.only_troubled.isEnabled()
    stand_in.report(run, FrameRejected(7, "no"), FrameRejected(50, "no"))
    QTest.mouseClick(pane.bar.only_troubled, LEFT)
    places = [pane.grid.visualRect(pane.grid.model().index(row, 0)) for row in (6, 49)]
    assert [pane.grid.indexAt(place.center()).row() for place in places] == [6, 49]
    assert len(pane.grid.shown) == 2
    pane.grid.setFocus()
    QTest.keyClick(pane.grid, Qt.Key.Key_A, CONTROL)
    assert pane.grid.selected_rows() == [6, 49]
    QTest.keyClick(pane.grid, Qt.Key.Key_Home)
    QTest.keyClick(pane.grid, Qt.Key.Key_Right)
    assert pane.grid.selected_rows() == [49]
    stand_in.report(run, FrameRejected(20, "no"))
    assert len(pane.grid.shown) == 3
    stand_in.report(run, FrameCompleted(30, (), suspicions=(Suspicion.BLACK,)))
    assert len(pane.grid.shown) == 4
    stand_in.service.accept_suspicions(task.id, [30])
    stand_in.service.retry_frames(task.id, [7, 20, 50])
    assert len(pane.grid.shown) == 0
    assert pane.grid.hint == "No frame has failed or is suspicious."
    QTest.keyClick(pane.grid, Qt.Key.Key_Down)
    QTest.mouseClick(pane.bar.only_troubled, LEFT)
    assert len(pane.grid.shown) == 100


# --- why --------------------------------------------------------------------------------------


def test_a_failed_cell_says_why_to_mouse_and_keyboard(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 11))
    pane = shown(window, qtbot, task)
    stand_in.report(stand_in.begin(task), FrameRejected(2, "It is <b>cut</b> off."))
    at = pane.grid.visualRect(pane.grid.model().index(1, 0)).center()
    said = hover(pane.grid.viewport(), at)
    assert said.replace("\u2060", "") == "Frame 2: Failed\nIt is <b>cut</b> off."
    assert not QtGui.Qt.mightBeRichText(said)
    pane.grid.setFocus()
    QTest.keyClick(pane.grid, Qt.Key.Key_Home)
    QTest.keyClick(pane.grid, Qt.Key.Key_Right)
    assert pane.bar.about.text() == "Frame 2: Failed  ·  It is <b>cut</b> off."


def test_a_suspicious_frame_is_marked_and_says_so(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 11))
    pane = shown(window, qtbot, task)
    file = FrameFile("/renders/a.exr", 10, 1920, 1080)
    odd = (Suspicion.BLACK, Suspicion.NAN)
    stand_in.report(stand_in.begin(task), FrameCompleted(1, (file,), 3.0, suspicions=odd))
    assert window.details.frames.cell(0).is_suspicious
    at = pane.grid.visualRect(pane.grid.model().index(0, 0)).center()
    noted = "Suspicious: all black, values that are no numbers (NaN)."
    said = hover(pane.grid.viewport(), at).splitlines()
    assert said[1:] == [noted, "Rendered in 3.0 s", "/renders/a.exr  ·  1920 × 1080"]


def test_a_frame_that_turns_out_to_be_suspicious_later_is_marked_then(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 11))
    shown(window, qtbot, task)
    run = stand_in.begin(task)
    for frame in range(1, 11):
        measure = Measure(0.05 if frame == 5 else 0.5, 1000, str(frame))
        stand_in.report(run, FrameCompleted(frame, (), 3.0, measure=measure))
    frames = window.details.frames
    assert [frames.number(row) for row in range(10) if frames.is_suspicious(row)] == [5]


EVENTS: list[tuple[RunEvent, ...]] = [
    (),
    (FrameBegan(1),),
    (FrameBegan(1), FrameProgress(1, 40.0)),
    (FrameRejected(1, "It is cut off."),),
    (FrameCompleted(1, (FrameFile("/a.exr", 1, 2, 2),)),),
    (FrameCompleted(1, (FrameFile("/a.exr", 1, 2, 2),), suspicions=(Suspicion.BLACK,)),),
]


@pytest.mark.parametrize("size", [24, 80, 256])
def test_every_state_looks_different_at_every_size(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, size: int
) -> None:
    looks = set()
    for number, events in enumerate(EVENTS):
        task = stand_in.add(f"shot{number}", range(1, 2))
        grid = shown(window, qtbot, task).grid
        grid.resize_cells(SIZES.index(size))
        stand_in.report(stand_in.begin(task), *events)
        rect = grid.visualRect(grid.model().index(0, 0))
        looks.add(bytes(grid.viewport().grab(rect).toImage().constBits()))
    assert len(looks) == len(EVENTS)


# --- the strip --------------------------------------------------------------------------------


def test_a_click_on_the_strip_goes_to_the_frame(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 10_001))
    stand_in.report(stand_in.begin(task), FrameRejected(5_001, "no"))
    pane = shown(window, qtbot, task)
    strip = pane.strip
    middle = QPoint(strip.width() // 2, strip.height() // 2)
    QTest.mousePress(strip, LEFT, NONE, QPoint(20, 10))
    QTest.mouseMove(strip, middle)
    first, last = pane.grid.places_in_sight()
    assert first < 5000 < last
    assert not pane.grid.currentIndex().isValid()  # dragging only looks
    QTest.mouseRelease(strip, LEFT, NONE, middle)
    assert abs(pane.grid.currentIndex().row() - 5000) < 50


def test_a_failed_frame_among_many_is_hit_by_a_click(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 100_001))
    stand_in.report(stand_in.begin(task), FrameRejected(50_010, "no"))
    pane = shown(window, qtbot, task)
    width = pane.strip.width() - 16
    at = QPoint(8 + 50_009 * width // 100_000, 10)
    QTest.mouseClick(pane.strip, LEFT, NONE, at)
    assert pane.grid.currentIndex().row() == 50_009
    lines = hover(pane.strip, at).splitlines()
    first, last = map(int, lines[0].removeprefix("Frames ").split("–"))
    assert first <= 50_010 <= last
    assert "Failed: 1" in lines


def test_the_strip_says_what_a_frame_is(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 5))
    stand_in.report(stand_in.begin(task), FrameRejected(1, "no"))
    pane = shown(window, qtbot, task)
    assert hover(pane.strip, QPoint(12, 10)) == "Frame 1: Failed"
    assert hover(pane.strip, QPoint(pane.strip.width() - 12, 10)) == "Frame 4: Pending"


def test_the_strip_is_walked_by_keys(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    pane = shown(window, qtbot, stand_in.add("shot", range(1, 101)))
    pane.strip.setFocus()
    rows = []
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Left, keys.Key_End, keys.Key_Right):
        QTest.keyClick(pane.strip, key)
        rows.append(pane.grid.currentIndex().row())
    assert rows == [1, 2, 1, 99, 99]
    assert pane.strip.accessibleDescription() == "Frame 100: Pending"
    QTest.keyClick(pane.strip, keys.Key_Home)
    assert pane.grid.currentIndex().row() == 0


def test_the_strip_changes_with_the_frames_and_the_sight(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 1001))
    pane = shown(window, qtbot, task)
    looks = [pane.strip.grab().toImage()]
    run = stand_in.begin(task)
    stand_in.report(run, FrameBegan(100))
    looks.append(pane.strip.grab().toImage())
    stand_in.report(run, FrameRejected(100, "no"))
    looks.append(pane.strip.grab().toImage())
    pane.grid.look_at(900)
    looks.append(pane.strip.grab().toImage())
    pane.strip.setFocus()
    looks.append(pane.strip.grab().toImage())
    assert all(before != after for before, after in pairwise(looks))


# --- landing ----------------------------------------------------------------------------------


def color_at(grid: FrameGridView, row: int) -> str:
    rect = grid.visualRect(grid.model().index(row, 0))
    image = grid.viewport().grab().toImage()
    return image.pixelColor((rect.center() - QPoint(0, 10)) * image.devicePixelRatio()).name()


def thumbnail(path: Path, color: str = "#ff0000") -> str:
    Image.new("RGB", (64, 36), color).save(path)
    return str(path)


def test_a_frame_that_lands_fades_in_to_its_full_picture(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot", range(1, 4))
    grid = shown(window, qtbot, task).grid
    path = thumbnail(tmp_path / "1.png")
    stand_in.report(stand_in.begin(task), FrameBegan(1), FrameCompleted(1, (), 1.0, path))
    qtbot.waitUntil(lambda: grid.landing.is_under_way)
    qtbot.waitUntil(lambda: not grid.landing.is_under_way)
    assert color_at(grid, 0) == "#ff0000"


def test_nothing_moves_for_frames_out_of_sight_or_known_before(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot", range(1, 2001))
    run = stand_in.begin(task)
    path = thumbnail(tmp_path / "1.png")
    stand_in.report(run, FrameCompleted(1, (), 1.0, path))
    grid = shown(window, qtbot, task).grid
    grid.look_at(0)
    stand_in.report(run, FrameCompleted(2000, (), 1.0, thumbnail(tmp_path / "2.png")))
    qtbot.waitUntil(lambda: color_at(grid, 0) == "#ff0000")
    assert not grid.landing.is_under_way


def test_who_wants_no_motion_gets_none(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    landing = Landing(widget, lambda _row: None)
    landing.expect([1])
    assert landing.opacity(1) < 1.0
    widget.setStyleSheet("* { widget-animation-duration: 0 }")  # as a system without motion
    widget.ensurePolished()
    landing.expect([2])
    assert landing.opacity(2) == 1.0


# --- a million --------------------------------------------------------------------------------


def test_a_million_frames_are_looked_up_where_they_are_looked_at(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 1_000_001))
    run = stand_in.begin(task, [1])
    stand_in.report(run, FrameRejected(500_000, "It is cut off."))
    pane = shown(window, qtbot, task)
    pane.grid.go_to(499_999)
    qtbot.waitUntil(lambda: pane.bar.about.text().endswith("It is cut off."))
    assert sum(map(len, stand_in.journal.spans)) < 20 * BLOCK


def test_what_nobody_looks_at_any_more_is_forgotten(stand_in: StandIn, qtbot: QtBot) -> None:
    task = stand_in.add("shot", range(1, 100 * BLOCK + 8))
    told: list[tuple[int, int]] = []
    background = Background()
    lookup = DetailLookup(stand_in.service, background, lambda *ends: told.append(ends))
    lookup.begin(task)
    rows = range(0, 100 * BLOCK + 7, BLOCK)
    lookup.want(rows)
    qtbot.waitUntil(lambda: len(told) == len(rows))
    assert sum(lookup.known(row) is not None for row in rows) == KEPT
    assert (100 * BLOCK, 100 * BLOCK + 6) in told
    lookup.put({5: FrameDetail(FrameState.FAILED)})
    assert lookup.known(5) == FrameDetail(FrameState.FAILED)
    background.close()


def test_a_task_removed_meanwhile_is_not_asked_about(stand_in: StandIn, qtbot: QtBot) -> None:
    task = stand_in.add("shot")
    background = Background()
    lookup = DetailLookup(stand_in.service, background, lambda *ends: None)
    lookup.begin(task)
    stand_in.service.remove([task.id])
    lookup.want([0])
    assert lookup.known(0) is None
    background.close()
