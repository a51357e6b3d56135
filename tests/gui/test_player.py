"""The player: in time, over gaps, within its memory. The clock is the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.domain.events import FrameCompleted, FrameFile
from render_manager.domain.job import SceneInfo
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail
from render_manager.gui.background import Background
from render_manager.gui.inspector import wording
from render_manager.gui.inspector.player import Player
from render_manager.gui.inspector.preview import Preview
from render_manager.gui.inspector.reel import Manner, Reel, read_with_qt
from render_manager.gui.inspector.scrub_bar import _runs
from render_manager.gui.window import MainWindow
from render_manager.images.viewing import Grade

SIZE = (32, 18)
FRAME_BYTES = SIZE[0] * SIZE[1] * 4
RATE = 25.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def frame(folder: Path, number: int, suffix: str = "png") -> FrameFile:
    path = folder / f"shot_{number:04}.{suffix}"
    Image.new("RGB", SIZE, (number, 0, 0)).save(path)
    return FrameFile(str(path), path.stat().st_size, *SIZE)


class Film:
    """A reel of frames that exist at the given rows, and a player on it."""

    def __init__(self, stand_in: StandIn, folder: Path, rows: list[int], most_bytes: int) -> None:
        self.clock = Clock()
        self.details = {
            row: FrameDetail(FrameState.COMPLETED, (frame(folder, row),)) for row in rows
        }
        self.background = Background(2)
        self.reel = Reel(stand_in.service, self.background, most_bytes, self.clock)
        self.player = Player(self.reel, self.details.get, self.clock)
        self.player.rows = rows
        self.player.rate = RATE
        self.shown: list[int] = []
        self.player.frame_shown.connect(self.shown.append)

    def fill(self, qtbot: QtBot) -> None:
        """Have all frames at hand."""

        def is_full() -> bool:
            self.reel.want(list(self.player.rows), self.details.get)
            return len(self.reel.rows) == len(self.player.rows)

        qtbot.waitUntil(is_full)

    def pass_by(self, qtbot: QtBot, frames: int) -> None:
        """The time of so many frames passes, in steps of one."""
        for _frame in range(frames):
            wanted = len(self.shown) + 1
            self.clock.now += 1 / RATE
            qtbot.waitUntil(lambda wanted=wanted: len(self.shown) >= wanted)  # type: ignore[misc]


@pytest.fixture
def film(stand_in: StandIn, tmp_path: Path, qtbot: QtBot) -> Iterator[Film]:
    made = Film(stand_in, tmp_path, [0, 1, 2, 5, 6, 9], 100 * FRAME_BYTES)
    yield made
    made.player.pause()
    made.background.close()


# --- in time ----------------------------------------------------------------------------------


def test_frames_that_exist_are_shown_in_order_and_again(film: Film, qtbot: QtBot) -> None:
    film.fill(qtbot)
    film.player.play(1, SIZE)
    film.pass_by(qtbot, 7)
    assert film.shown == [1, 2, 5, 6, 9, 0, 1, 2]


def test_it_begins_at_the_next_frame_that_exists_and_can_go_back(film: Film, qtbot: QtBot) -> None:
    film.fill(qtbot)
    film.player.play(3, SIZE, direction=-1)
    film.pass_by(qtbot, 4)
    assert film.shown == [5, 2, 1, 0, 9]


def test_frames_are_dropped_rather_than_shown_late(film: Film, qtbot: QtBot) -> None:
    film.fill(qtbot)
    film.player.play(0, SIZE)
    film.clock.now += 3 / RATE
    qtbot.waitUntil(lambda: len(film.shown) == 2)
    assert film.shown == [0, 6 if film.player.rows[3] == 6 else 5]


def test_without_a_loop_it_ends_at_the_last_frame(film: Film, qtbot: QtBot) -> None:
    film.fill(qtbot)
    film.player.loops = False
    film.player.play(6, SIZE)
    film.clock.now += 10 / RATE
    qtbot.waitUntil(lambda: not film.player.is_playing)
    assert film.shown == [6, 9]


def test_a_frame_that_is_not_at_hand_is_waited_for(film: Film, qtbot: QtBot) -> None:
    film.player.play(0, SIZE)
    assert film.shown == []
    qtbot.waitUntil(lambda: film.shown == [0])
    film.pass_by(qtbot, 5)
    assert film.shown[-1] == 9


def test_what_lands_while_it_plays_is_played(film: Film, qtbot: QtBot, tmp_path: Path) -> None:
    film.fill(qtbot)
    film.player.play(2, SIZE)
    film.details[3] = FrameDetail(FrameState.COMPLETED, (frame(tmp_path, 3),))
    film.player.go_through([0, 1, 2, 3, 5, 6, 9])
    film.fill(qtbot)
    film.shown.clear()
    film.clock.now += 1 / RATE
    qtbot.waitUntil(lambda: film.shown != [])
    film.pass_by(qtbot, 1)
    assert film.shown[-2:] == [3, 5]
    film.player.go_through([])
    assert not film.player.is_playing


def test_the_rate_that_is_reached_is_told(film: Film, qtbot: QtBot) -> None:
    film.fill(qtbot)
    film.player.play(0, SIZE)
    assert film.player.reached is None
    film.pass_by(qtbot, 25)
    assert film.player.reached == pytest.approx(RATE, rel=0.05)
    film.clock.now += 0.5
    assert film.player.reached == pytest.approx(RATE / 2, rel=0.1)


def test_the_rate_in_words() -> None:
    assert wording.rate(None, 24.0) == ""
    assert wording.rate(23.9, 24.0) == "24.0 fps"
    assert wording.rate(18.2, 24.0) == "18 of 24 fps"
    assert wording.rate(10.0, 23.976) == "10 of 23.976 fps"


# --- memory -----------------------------------------------------------------------------------


def test_memory_is_not_exceeded(stand_in: StandIn, tmp_path: Path, qtbot: QtBot) -> None:
    film = Film(stand_in, tmp_path, list(range(12)), 5 * FRAME_BYTES)
    assert film.reel.room_for(SIZE) == 5
    film.player.play(0, SIZE)
    most = 0

    def plays_on() -> bool:
        nonlocal most
        film.clock.now += 1 / RATE
        most = max(most, film.reel.bytes)
        return len(film.shown) > 30

    qtbot.waitUntil(plays_on)
    assert 0 < most <= 5 * FRAME_BYTES
    film.player.pause()
    film.background.close()


def test_frames_are_read_as_large_as_there_is_room(film: Film, qtbot: QtBot) -> None:
    film.reel.read_as(Manner(0, None, Grade(), (16, 16)))
    film.fill(qtbot)
    image = film.reel.image(0)
    assert image is not None and (image.width(), image.height()) == (16, 9)


def test_another_manner_and_a_new_picture_are_read_again(film: Film, qtbot: QtBot) -> None:
    film.fill(qtbot)
    film.reel.forget(2)
    assert sorted(film.reel.rows) == [0, 1, 5, 6, 9]
    film.reel.read_as(Manner(0, None, Grade("r"), (0, 0)))
    assert film.reel.bytes == len(film.reel.rows) == 0
    film.fill(qtbot)
    image = film.reel.image(9)
    assert image is not None and image.pixelColor(3, 3).name() == "#090909"


def test_what_cannot_be_read_is_skipped_and_not_tried_again(film: Film, qtbot: QtBot) -> None:
    Path(film.details[2].files[0].path).write_bytes(b"no picture")
    film.fill(qtbot)
    assert film.reel.image(2) is None
    film.player.play(1, SIZE)
    film.clock.now += 1 / RATE
    QTest.qWait(60)
    film.pass_by(qtbot, 1)
    assert film.shown == [1, 5]


def test_transparent_pictures_lie_over_a_checker(tmp_path: Path) -> None:
    Image.new("RGBA", (64, 36), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    image = read_with_qt(str(tmp_path / "clear.png"), (64, 36))
    colors = [image.pixelColor(x, y).name() for x, y in ((0, 0), (2, 0), (0, 2), (2, 2))]
    assert colors == ["#3d3d3d", "#525252", "#525252", "#3d3d3d"]


# --- in the window ----------------------------------------------------------------------------


@pytest.fixture
def preview(window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path) -> Preview:
    """Frames 1, 2, 4 and 5 of six exist."""
    scene = SceneInfo("fake", fps=23.976, width=SIZE[0], height=SIZE[1])
    task = stand_in.add("shot", range(1, 7), scene=scene)
    run = stand_in.begin(task)
    for number in (1, 2, 4, 5):
        stand_in.report(run, FrameCompleted(number, (frame(tmp_path, number),), 1.0))
    window.table.select([task.id])
    preview = window.details.inspector.preview
    qtbot.waitUntil(lambda: preview.picture.looking.view is not None)
    preview.setFocus()
    return preview


def test_space_plays_and_stops_where_it_is(
    window: MainWindow, preview: Preview, qtbot: QtBot
) -> None:
    played: list[int] = []
    preview.player.frame_shown.connect(played.append)
    assert preview.transport.rates.currentText() == "23.976 fps"
    QTest.keyClick(preview.view, Qt.Key.Key_Home)
    QTest.keyClick(preview.view, Qt.Key.Key_Space)
    assert preview.player.is_playing and not preview.is_live
    qtbot.waitUntil(lambda: {0, 1, 3, 4} <= set(played))
    qtbot.waitUntil(lambda: played[-1] == 3)
    QTest.keyClick(preview.view, Qt.Key.Key_Space)
    assert set(played) == {0, 1, 3, 4}
    assert window.details.grid.selected_rows() == [preview.row] == [played[-1]]
    qtbot.waitUntil(lambda: preview.picture.looking.is_settled)


def test_the_player_rests_out_of_sight(window: MainWindow, preview: Preview) -> None:
    QTest.mouseClick(preview.transport.buttons["play"], Qt.MouseButton.LeftButton)
    assert preview.player.is_playing
    window.details.inspector.show_page(window.details.inspector.log)
    assert not preview.player.is_playing


def test_the_rate_can_be_chosen(preview: Preview) -> None:
    rates = preview.transport.rates
    rates.setFocus()
    QTest.keyClick(rates, Qt.Key.Key_End)
    assert preview.player.rate == 60.0


def test_the_bar_is_dragged_to_a_frame(preview: Preview, qtbot: QtBot) -> None:
    scrub = preview.transport.scrub
    left = Qt.MouseButton.LeftButton
    y = scrub.height() // 2
    QTest.mousePress(scrub, left, Qt.KeyboardModifier.NoModifier, QPoint(5, y))
    assert preview.row == 0
    QTest.mouseMove(scrub, QPoint(scrub.width() - 5, y))
    assert preview.row == 5
    assert preview.view.sentence == "Frame 6 has not been rendered yet."
    QTest.mouseRelease(scrub, left, Qt.KeyboardModifier.NoModifier, QPoint(scrub.width() - 5, y))
    scrub.setFocus()
    QTest.keyClick(scrub, Qt.Key.Key_Left)
    assert preview.row == 4


@settings(deadline=None)
@given(st.sets(st.integers(0, 60)))
def test_runs_are_the_rows_without_gaps(rows: set[int]) -> None:
    runs = _runs(sorted(rows))
    assert {row for first, end in runs for row in range(first, end)} == rows
    assert all(end < first for (_f, end), (first, _e) in pairwise(runs))
