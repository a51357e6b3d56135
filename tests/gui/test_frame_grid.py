from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stand_in import Opened, StandIn

from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameFile,
    FrameProgress,
    FrameRejected,
    RunStarted,
)
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.domain.touched import Touched
from render_manager.gui.background import Background
from render_manager.gui.frame_grid.model import CELL_ROLE, Cell, FrameGridModel
from render_manager.gui.frame_grid.thumbnails import BATCH, THREADS, Thumbnails
from render_manager.gui.frame_grid.view import FrameGridView
from render_manager.gui.window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
BOX = QSize(256, 256)


def picture(path: Path, color: str, size: tuple[int, int] = (64, 36)) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, color).save(path)
    return str(path)


def completed(number: int, thumbnail: str | None = None) -> FrameCompleted:
    file = FrameFile(f"/renders/shot_{number:04}.exr", 10, 1920, 1080)
    return FrameCompleted(number, (file,), 3.25, thumbnail)


def shown(window: MainWindow, qtbot: QtBot, task: Task) -> FrameGridView:
    window.table.select([task.id])
    qtbot.waitUntil(lambda: window.details.task is task)
    return window.details.grid


def cell(window: MainWindow, row: int) -> Cell:
    found = window.details.frames.index(row).data(CELL_ROLE)
    assert isinstance(found, Cell)
    return found


def click(grid: FrameGridView, qtbot: QtBot, row: int, held: Qt.KeyboardModifier = SHIFT) -> None:
    at = grid.visualRect(grid.model().index(row, 0)).center()
    QTest.mouseClick(grid.viewport(), LEFT, held, at)


# --- the cells --------------------------------------------------------------------------------


def test_cells_show_what_the_journal_knows(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(101, 111))
    run = stand_in.begin(task)
    stand_in.report(run, completed(101, "/t/101.jpg"), FrameRejected(102, "It is black."))
    stand_in.report(run, FrameBegan(103), FrameProgress(103, 40.0))
    shown(window, qtbot, task)
    qtbot.waitUntil(lambda: cell(window, 0).thumbnail_path == "/t/101.jpg")
    assert [cell(window, row) for row in range(4)] == [
        Cell(101, FrameState.COMPLETED, "/t/101.jpg", None),
        Cell(102, FrameState.FAILED, None, None, reason="It is black."),
        Cell(103, FrameState.RENDERING, None, 40.0),
        Cell(104, FrameState.PENDING, None, None),
    ]
    tip = window.details.frames.index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Frame 102: Failed\nIt is black."
    tip = window.details.frames.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == (
        "Frame 101: Completed\nRendered in 3.2 s\n/renders/shot_0101.exr  ·  1920 × 1080"
    )


def test_what_happens_while_the_journal_is_asked_wins(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 4))
    run = stand_in.begin(task)
    stand_in.report(run, completed(1, "/t/1.jpg"))
    stand_in.journal.is_slow = True
    shown(window, qtbot, task)
    stand_in.report(run, completed(2, "/t/2.jpg"))
    assert window.details.frames.detail(0) is None
    stand_in.journal.answer()
    qtbot.waitUntil(lambda: cell(window, 0).thumbnail_path == "/t/1.jpg")
    assert cell(window, 1).thumbnail_path == "/t/2.jpg"


def test_news_of_frames_that_it_does_not_have_are_passed_over(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    """Another machine may tell of them, when a task was taken out and brought back with others."""
    task = stand_in.add("shot", range(1, 4))
    shown(window, qtbot, task)
    frames = window.details.frames
    news = {row: FrameDetail(FrameState.COMPLETED) for row in (-1, 1, 9)}
    with qtbot.waitSignal(frames.landed) as landed:
        frames.apply(Touched(tasks={task.id}, frames={task.id: news}))
    assert landed.args == [[1]]
    assert caplog.text == ""


def test_an_answer_about_another_task_changes_nothing(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    first, second = stand_in.add("first"), stand_in.add("second")
    stand_in.report(stand_in.begin(first), completed(1, "/t/first.jpg"))
    stand_in.journal.is_slow = True
    shown(window, qtbot, first)
    shown(window, qtbot, second)
    stand_in.journal.answer()
    qtbot.waitUntil(lambda: window.details.frames.detail(0) is not None)
    assert window.details.frames.detail(0) == FrameDetail(FrameState.PENDING)


def test_frames_appear_once_the_scene_was_read(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    job = stand_in.add("other").job
    task = stand_in.queue.add(job, 0.0)
    stand_in.tell()
    grid = shown(window, qtbot, task)
    assert window.details.frames.rowCount() == 0
    assert grid.hint == "Reading the scene…"
    stand_in.queue.fill(task.id, job, range(1, 6))
    stand_in.tell()
    assert window.details.frames.rowCount() == 5


def test_many_changes_are_told_once(stand_in: StandIn, qtbot: QtBot) -> None:
    background = Background()
    model = FrameGridModel(stand_in.service, background)
    stand_in.service.changed.connect(model.apply)
    task = stand_in.add("shot", range(1, 10_001))
    model.show(task)
    run = stand_in.begin(task)
    told: list[tuple[int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        told.append((first.row(), last.row()))

    model.dataChanged.connect(note)
    stand_in.report(run, *(completed(number) for number in range(500, 700)))
    assert told == [(499, 698)]
    background.close()


# --- the view ---------------------------------------------------------------------------------


def test_every_cell_is_where_it_is_found(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    grid = shown(window, qtbot, stand_in.add("shot", range(1, 200)))
    for row in (0, 1, 7, 20, 198):
        index = grid.model().index(row, 0)
        grid.scrollTo(index)
        rect = grid.visualRect(index)
        assert grid.viewport().rect().contains(rect)
        assert grid.indexAt(rect.center()).row() == row
        assert not grid.indexAt(rect.topLeft() - QPoint(2, 2)).isValid()


def test_a_smaller_window_keeps_the_same_frames_in_sight(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    grid = shown(window, qtbot, stand_in.add("shot", range(1, 1001)))
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: grid.columns > 2)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() // 2)
    (first, _last), columns = grid.places_in_sight(), grid.columns
    window.resize(900, 800)
    qtbot.waitUntil(lambda: grid.columns < columns)
    assert abs(grid.places_in_sight()[0] - first) < columns


def test_frames_are_selected_in_reading_order(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    grid = shown(window, qtbot, stand_in.add("shot", range(1, 31)))
    columns = grid.columns
    click(grid, qtbot, 1, Qt.KeyboardModifier.NoModifier)
    click(grid, qtbot, columns + 2, SHIFT)
    assert grid.selected_rows() == list(range(1, columns + 3))
    click(grid, qtbot, 3, CONTROL)
    assert 3 not in grid.selected_rows()
    click(grid, qtbot, 5, Qt.KeyboardModifier.NoModifier)
    click(grid, qtbot, 2, SHIFT)
    assert grid.selected_rows() == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Left, -1),
        (Qt.Key.Key_End, 1000),
        (Qt.Key.Key_Home, -1000),
    ],
)
def test_keys_move_through_the_grid(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, key: Qt.Key, step: int
) -> None:
    grid = shown(window, qtbot, stand_in.add("shot", range(1, 31)))
    click(grid, qtbot, 10, Qt.KeyboardModifier.NoModifier)
    QTest.keyClick(grid, key)
    assert grid.selected_rows() == [min(max(0, 10 + step), 29)]


def test_select_all_means_the_view_with_the_keyboard(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    stand_in.add("other")
    grid = shown(window, qtbot, stand_in.add("shot", range(1, 31)))
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_A, CONTROL)
    assert (len(grid.selected_rows()), len(window.table.selected())) == (30, 1)
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_A, CONTROL)
    assert len(window.table.selected()) == 2


def test_a_key_in_an_empty_grid_does_nothing(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.queue.add(stand_in.add("a").job, 0.0)
    stand_in.tell()
    grid = shown(window, qtbot, task)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    QTest.mouseClick(grid.viewport(), LEFT)
    assert grid.selected_rows() == []


def test_the_frame_in_work_stays_in_sight_until_the_user_looks_elsewhere(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 1001))
    run = stand_in.begin(task)
    stand_in.report(run, FrameBegan(500))
    grid = shown(window, qtbot, task)

    def is_in_sight(row: int) -> bool:
        return grid.viewport().rect().contains(grid.visualRect(grid.model().index(row, 0)))

    qtbot.waitUntil(lambda: is_in_sight(499))
    stand_in.report(run, completed(500), FrameBegan(700))
    assert is_in_sight(699)
    bar = grid.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    stand_in.report(run, completed(700), FrameBegan(900))
    assert is_in_sight(0)


# --- the menu ---------------------------------------------------------------------------------


def menu_of(window: MainWindow, grid: FrameGridView, row: int) -> None:
    at = grid.visualRect(grid.model().index(row, 0)).center()
    place = grid.viewport().mapToGlobal(at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, place)
    QApplication.sendEvent(grid.viewport(), event)
    assert window.actions_of_frames.menu.isVisible()


def pick(window: MainWindow, name: str) -> None:
    menu = window.actions_of_frames.menu
    action = next(action for action in menu.actions() if action.objectName() == name)
    assert action.isEnabled()
    action.trigger()
    menu.close()


def test_frames_are_rendered_again(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    task = stand_in.add("shot", range(1, 4))
    stand_in.report(stand_in.begin(task), completed(1), completed(2), completed(3))
    grid = shown(window, qtbot, task)
    click(grid, qtbot, 0, Qt.KeyboardModifier.NoModifier)
    click(grid, qtbot, 1, SHIFT)
    menu_of(window, grid, 1)
    pick(window, "retry")
    assert list(task.frames.indexes(FrameState.PENDING)) == [0, 1]


def test_a_frame_is_opened_shown_and_copied(
    window: MainWindow, stand_in: StandIn, opened: Opened, qtbot: QtBot, tmp_path: Path
) -> None:
    path = picture(tmp_path / "shot_0001.png", "red")
    task = stand_in.add("shot", range(1, 4))
    file = FrameFile(path, 10, 64, 36)
    stand_in.report(stand_in.begin(task), FrameCompleted(1, (file,)))
    grid = shown(window, qtbot, task)
    qtbot.waitUntil(lambda: window.details.frames.detail(0) is not None)
    menu_of(window, grid, 0)
    pick(window, "open")
    menu_of(window, grid, 0)
    pick(window, "show")
    menu_of(window, grid, 0)
    pick(window, "copy")
    assert QGuiApplication.clipboard().text() == path
    qtbot.waitUntil(lambda: (opened.opened, opened.shown) == ([Path(path)], [Path(path)]))


def test_a_frame_without_a_file_can_only_be_rendered(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    grid = shown(window, qtbot, stand_in.add("shot"))
    menu_of(window, grid, 2)
    entries = window.actions_of_frames.menu.actions()
    usable = [a.objectName() for a in entries if a.isEnabled() and not a.isSeparator()]
    assert usable == ["retry"]
    assert entries[0].text() == "Render 1 frame again"


# --- the pictures -----------------------------------------------------------------------------


@pytest.fixture
def thumbnails(qtbot: QtBot) -> Thumbnails:
    return Thumbnails(Background(threads=2))


def fetched(thumbnails: Thumbnails, qtbot: QtBot, path: str, box: QSize = BOX) -> tuple[int, int]:
    """The size of a picture once it is there; (0, 0) if it cannot be read."""
    thumbnails.wish([path], box)
    qtbot.waitUntil(lambda: thumbnails.picture(path) is not None)
    found = thumbnails.picture(path)
    assert found is not None
    return found.width(), found.height()


def test_pictures_are_made_smaller_while_they_are_read(
    thumbnails: Thumbnails, qtbot: QtBot, tmp_path: Path
) -> None:
    assert fetched(thumbnails, qtbot, picture(tmp_path / "a.png", "red", (1024, 512))) == (256, 128)
    assert fetched(thumbnails, qtbot, picture(tmp_path / "b.png", "red", (64, 36))) == (64, 36)


def test_what_is_no_picture_is_asked_for_once(
    thumbnails: Thumbnails, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "a.jpg"
    broken.write_bytes(os.urandom(1000))
    assert fetched(thumbnails, qtbot, str(broken)) == (0, 0)
    assert fetched(thumbnails, qtbot, str(tmp_path / "gone.jpg")) == (0, 0)


def test_a_frame_rendered_again_gets_its_new_picture(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    task = stand_in.add("shot", range(1, 2))
    path = picture(tmp_path / "1.png", "#ff0000")
    stand_in.report(stand_in.begin(task), completed(1, path))
    grid = shown(window, qtbot, task)
    middle = grid.visualRect(grid.model().index(0, 0)).center() - QPoint(0, 10)

    def color() -> str:
        image = grid.viewport().grab().toImage()
        return image.pixelColor(middle * image.devicePixelRatio()).name()

    qtbot.waitUntil(lambda: color() == "#ff0000")
    stand_in.service.retry_frames(task.id, [1])
    picture(tmp_path / "1.png", "#0000ff")
    stand_in.report(next(iter(task.runs.values())), FrameBegan(1), completed(1, path))
    qtbot.waitUntil(lambda: color() == "#0000ff")


def test_the_cache_does_not_grow_without_end(
    thumbnails: Thumbnails, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("render_manager.gui.frame_grid.thumbnails.MOST_BYTES", 100 * 4 * 8 * 8)
    source = Path(picture(tmp_path / "0.png", "red", (8, 8)))
    paths = [str(tmp_path / f"{number}.png") for number in range(120)]
    for path in paths[1:]:
        os.link(source, path)
    thumbnails.wish(paths, BOX)
    qtbot.waitUntil(lambda: thumbnails.is_idle)
    assert sum(thumbnails.picture(path) is not None for path in paths) == 100
    assert thumbnails.picture(paths[0]) is None
    assert thumbnails.picture(paths[-1]) is not None


def test_wishes_scrolled_out_of_sight_are_dropped(
    thumbnails: Thumbnails, qtbot: QtBot, tmp_path: Path
) -> None:
    old = [picture(tmp_path / f"{number}.png", "red", (8, 8)) for number in range(40)]
    new = [picture(tmp_path / f"new{number}.png", "red", (8, 8)) for number in range(3)]
    thumbnails.wish(old, BOX)
    thumbnails.wish(new, BOX)
    qtbot.waitUntil(lambda: thumbnails.is_idle)
    assert all(thumbnails.picture(path) is not None for path in new)
    assert sum(thumbnails.picture(path) is not None for path in old) <= THREADS * BATCH


def test_other_cells_get_pictures_of_their_own_size(
    thumbnails: Thumbnails, qtbot: QtBot, tmp_path: Path
) -> None:
    path = picture(tmp_path / "a.png", "red", (256, 128))
    assert fetched(thumbnails, qtbot, path, QSize(100, 100)) == (100, 50)
    thumbnails.wish([path], QSize(512, 512))
    assert thumbnails.picture(path) is not None  # the smaller one, until the other is there
    qtbot.waitUntil(lambda: thumbnails.is_idle)
    assert fetched(thumbnails, qtbot, path, QSize(512, 512)) == (256, 128)
    thumbnails.wish([path], QSize(400, 400))
    assert thumbnails.is_idle  # there is no larger one in the file


def test_a_run_without_progress_is_painted_too(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", range(1, 4))
    grid = shown(window, qtbot, task)
    before = grid.viewport().grab().toImage()
    run = stand_in.begin(task)
    stand_in.report(run, RunStarted(1, 0.0, "", "/log"), FrameBegan(1))
    assert grid.viewport().grab().toImage() != before
