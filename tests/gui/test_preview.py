"""The preview through real keys and mouse, on real pictures read in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.domain.events import FrameBegan, FrameCompleted, FrameFile, FrameRejected
from render_manager.domain.job import SceneInfo
from render_manager.domain.task import Run, Task
from render_manager.gui.inspector.layer_chooser import LONG, Choice
from render_manager.gui.inspector.looking import Looking
from render_manager.gui.inspector.preview import Preview
from render_manager.gui.inspector.sight import LARGEST, SMALLEST, Sight
from render_manager.gui.window import MainWindow
from render_manager.images.viewing import ViewRequest

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SIZE = (64, 36)

BLENDER = [
    *(f"ViewLayer.Combined.{c}" for c in "RGBA"),
    *(f"ViewLayer.Diffuse.{c}" for c in "RGB"),
    "ViewLayer.Depth.Z",
]


def png(path: Path, color: str, size: tuple[int, int] = SIZE) -> FrameFile:
    Image.new("RGB", size, color).save(path)
    return FrameFile(str(path), path.stat().st_size, *size)


def exr(
    path: Path, names: list[str], values: list[float], size: tuple[int, int] = SIZE
) -> FrameFile:
    """A picture of one colour; in the depth, the right half lies behind the left."""
    spec = oiio.ImageSpec(*size, len(names), "half")
    spec.channelnames = tuple(names)
    pixels = np.tile(np.array(values, np.float32), (size[1], size[0], 1))
    picture = oiio.ImageBuf(spec)
    picture.set_pixels(oiio.ROI(), pixels)
    assert picture.write(str(path))
    return FrameFile(str(path), path.stat().st_size, *size)


class Scene:
    """A task of ten frames with a run under way, and the preview that shows it."""

    def __init__(self, window: MainWindow, stand_in: StandIn, qtbot: QtBot, folder: Path) -> None:
        self.window, self.stand_in, self.qtbot, self.folder = window, stand_in, qtbot, folder
        scene = SceneInfo("fake", fps=25.0, width=SIZE[0], height=SIZE[1])
        self.task: Task = stand_in.add("shot", range(101, 111), scene=scene)
        self.run: Run = stand_in.begin(self.task)
        self.preview: Preview = window.details.inspector.preview

    def land(self, number: int, color: str) -> None:
        """A frame is completed: a picture of one colour."""
        self.complete(number, png(self.folder / f"shot_{number:04}.png", color))

    def complete(self, number: int, *files: FrameFile, thumbnail: str | None = None) -> None:
        self.stand_in.report(self.run, FrameCompleted(number, files, 1.0, thumbnail))

    def look(self) -> Preview:
        self.window.table.select([self.task.id])
        self.qtbot.waitUntil(lambda: self.window.details.task is self.task)
        self.qtbot.waitUntil(lambda: bool(self.preview.view.sentence or self.looking.wanted))
        self.settle()
        self.preview.setFocus()
        return self.preview

    @property
    def looking(self) -> Looking:
        return self.preview.picture.looking

    def settle(self) -> None:
        """Wait until all that is wanted of a picture is there."""
        self.qtbot.waitUntil(lambda: self.looking.is_settled)

    def key(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.preview.view, key)

    def number(self) -> int | None:
        row = self.preview.row
        return None if row is None else self.task.frames.numbers[row]

    def color(self, at: QPoint | None = None) -> str:
        view = self.preview.view
        return view.grab().toImage().pixelColor(at or view.rect().center()).name()

    def wait_for_color(self, color: str) -> None:
        self.qtbot.waitUntil(lambda: self.color() == color)


@pytest.fixture
def scene(window: MainWindow, stand_in: StandIn, qtbot: QtBot, tmp_path: Path) -> Scene:
    return Scene(window, stand_in, qtbot, tmp_path)


# --- which frame ------------------------------------------------------------------------------


def test_the_newest_frame_is_shown_and_new_ones_as_they_land(scene: Scene) -> None:
    scene.land(101, "#ff0000")
    scene.land(102, "#00ff00")
    scene.look()
    scene.wait_for_color("#00ff00")
    scene.land(103, "#0000ff")
    scene.wait_for_color("#0000ff")
    assert (scene.number(), scene.preview.is_live) == (103, True)


def test_a_frame_that_was_picked_stays(scene: Scene) -> None:
    scene.land(101, "#ff0000")
    scene.land(102, "#00ff00")
    preview = scene.look()
    scene.window.details.grid.go_to(0)
    scene.wait_for_color("#ff0000")
    scene.land(103, "#0000ff")
    scene.settle()
    assert (scene.number(), scene.color(), preview.is_live) == (101, "#ff0000", False)
    QTest.mouseClick(preview.transport.buttons["live"], LEFT)
    scene.wait_for_color("#0000ff")
    assert preview.is_live


def test_keys_go_to_the_next_and_the_last_frame_and_the_grid_goes_along(scene: Scene) -> None:
    for number, color in ((101, "#ff0000"), (102, "#00ff00"), (105, "#0000ff")):
        scene.land(number, color)
    scene.look()
    scene.key(Qt.Key.Key_Home)
    scene.wait_for_color("#ff0000")
    scene.key(Qt.Key.Key_Right)
    scene.wait_for_color("#00ff00")
    assert scene.window.details.grid.selected_rows() == [1]
    scene.key(Qt.Key.Key_End)
    scene.wait_for_color("#0000ff")
    scene.key(Qt.Key.Key_Left)
    assert scene.number() == 104
    QTest.mouseClick(scene.preview.transport.buttons["frame-next"], LEFT)
    assert scene.window.details.grid.selected_rows() == [4]


def test_what_is_no_picture_is_said_in_words(scene: Scene) -> None:
    scene.land(101, "#ff0000")
    scene.stand_in.report(scene.run, FrameRejected(102, "It is black."), FrameBegan(103))
    scene.look()
    said = []
    for row in (1, 2, 3):
        scene.window.details.grid.go_to(row)
        said.append(scene.preview.view.sentence)
    assert said == [
        "Frame 102 failed.\nIt is black.",
        "Frame 103 is being rendered.",
        "Frame 104 has not been rendered yet.",
    ]


def test_an_empty_preview_says_what_comes(scene: Scene) -> None:
    assert scene.look().view.sentence == (
        "No frame is finished yet. The first one appears here as soon as it is."
    )


def test_a_frame_rendered_again_is_read_again(scene: Scene) -> None:
    scene.land(101, "#ff0000")
    scene.look()
    scene.wait_for_color("#ff0000")
    scene.stand_in.service.retry_frames(scene.task.id, [101])
    assert scene.preview.view.sentence == "Frame 101 has not been rendered yet."
    scene.run = scene.stand_in.begin(scene.task, [101])
    scene.stand_in.report(scene.run, FrameBegan(101))
    scene.land(101, "#0000ff")
    scene.wait_for_color("#0000ff")


def test_nothing_is_read_out_of_sight(scene: Scene) -> None:
    inspector = scene.window.details.inspector
    inspector.show_page(inspector.about)
    scene.land(101, "#ff0000")
    scene.window.table.select([scene.task.id])
    scene.qtbot.waitUntil(lambda: scene.window.details.task is scene.task)
    assert scene.stand_in.pictures.asked == []
    inspector.show_page(scene.preview)
    scene.wait_for_color("#ff0000")


def test_the_thumbnail_is_there_while_the_picture_is_read(scene: Scene) -> None:
    thumbnail = png(scene.folder / "thumbnail.png", "#ff00ff", (16, 9)).path
    scene.complete(101, png(scene.folder / "a.png", "#ff0000"), thumbnail=thumbnail)
    scene.stand_in.pictures.is_slow = True
    scene.window.table.select([scene.task.id])
    scene.wait_for_color("#ff00ff")
    scene.stand_in.pictures.answer()
    scene.wait_for_color("#ff0000")


def test_only_the_newest_wish_is_read(scene: Scene) -> None:
    for number in range(101, 111):
        scene.land(number, "#ff0000")
    scene.look()
    scene.key(Qt.Key.Key_Home)
    scene.settle()
    pictures = scene.stand_in.pictures
    pictures.is_slow, pictures.asked = True, []
    scene.key(*[Qt.Key.Key_Right] * 8)
    pictures.answer()
    pictures.is_slow = False
    scene.settle()
    assert Path(pictures.asked[-1].path).name == "shot_0109.png"
    assert "shot_0109.png" in scene.preview._about.text()


# --- what is seen -----------------------------------------------------------------------------


def test_a_channel_and_a_layer_are_chosen_by_keyboard(scene: Scene) -> None:
    scene.complete(101, exr(scene.folder / "a.exr", BLENDER, [0.5, 0.25, 0, 1, 0, 1, 0, 5]))
    preview = scene.look()
    scene.wait_for_color("#bc8900")
    scene.key(Qt.Key.Key_G)
    scene.wait_for_color("#898989")
    scene.key(Qt.Key.Key_A)
    scene.wait_for_color("#ffffff")
    scene.key(Qt.Key.Key_A)
    scene.wait_for_color("#bc8900")
    chooser = preview.picture.bar.layers
    assert chooser.text() == "ViewLayer.Combined"
    chooser.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chooser, Qt.Key.Key_Space)
    assert chooser.list.isVisible() and not chooser.list.search.isVisible()
    QTest.keyClick(chooser.list.lines, Qt.Key.Key_Down)
    QTest.keyClick(chooser.list.lines, Qt.Key.Key_Down)
    QTest.keyClick(chooser.list.lines, Qt.Key.Key_Return)
    scene.wait_for_color("#00ff00")
    assert (chooser.text(), chooser.list.isVisible()) == ("ViewLayer.Diffuse", False)


def test_the_choice_holds_for_the_next_frame(scene: Scene) -> None:
    scene.complete(101, exr(scene.folder / "a.exr", BLENDER, [0, 0, 0, 1, 1, 0, 0, 5]))
    scene.complete(102, exr(scene.folder / "b.exr", BLENDER, [0, 0, 0, 1, 0, 1, 0, 5]))
    preview = scene.look()
    preview.picture.bar.layers.chosen.emit(Choice(0, "ViewLayer.Diffuse"))
    scene.wait_for_color("#00ff00")
    scene.key(Qt.Key.Key_G, Qt.Key.Key_1)
    scene.wait_for_color("#ffffff")
    scene.key(Qt.Key.Key_Left)
    scene.wait_for_color("#000000")
    assert preview.view.sight.zoom == 1


def test_a_layer_of_two_hundred_channels_is_found_by_typing(scene: Scene) -> None:
    names = [f"light{number:02}.{c}" for number in range(50) for c in "RGBA"]
    values = [float(name.startswith("light37") and not name.endswith("G")) for name in names]
    scene.complete(101, exr(scene.folder / "a.exr", names, values, (16, 9)))
    chooser = scene.look().picture.bar.layers
    QTest.mouseClick(chooser, LEFT)
    assert chooser.list.lines.count() == 50 > LONG
    QTest.keyClicks(chooser.list.search, "37")
    QTest.keyClick(chooser.list.search, Qt.Key.Key_Return)
    scene.wait_for_color("#ff00ff")


def test_files_of_a_frame_are_layers_too(scene: Scene) -> None:
    beauty, mask = (
        png(scene.folder / f"{n}.png", c) for n, c in (("b", "#ff0000"), ("m", "#ffffff"))
    )
    scene.complete(101, beauty, mask)
    preview = scene.look()
    scene.wait_for_color("#ff0000")
    preview.picture.bar.layers.chosen.emit(Choice(1, ""))
    scene.wait_for_color("#ffffff")


def test_exposure_changes_the_picture_as_computed(scene: Scene) -> None:
    scene.complete(101, exr(scene.folder / "a.exr", list("RGB"), [0.1, 0.2, 0.05]))
    slider = scene.look().picture.bar.exposure.slider
    scene.wait_for_color("#597c3f")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    scene.wait_for_color("#7caa59")  # twice the light: 0.2, 0.4, 0.1
    assert len(scene.stand_in.pictures.asked) == 1
    QTest.mouseDClick(slider, LEFT)
    scene.wait_for_color("#597c3f")


def test_the_values_under_the_pointer_are_those_of_the_file(scene: Scene) -> None:
    scene.complete(101, exr(scene.folder / "a.exr", list("RGB"), [0.125, 0.25, 8.0]))
    preview = scene.look()
    QTest.mouseMove(preview.view, preview.view.rect().center())
    scene.qtbot.waitUntil(lambda: preview._right.text() == "x 31  y 17   0.1250  0.2500  8")


# --- where it is seen -------------------------------------------------------------------------


@pytest.fixture
def ruled(scene: Scene) -> Scene:
    """Frame 101 is 2000 × 1000 pixels: each column's red and each row's green tell where it is."""
    pixels = np.zeros((1000, 2000, 3), np.uint8)
    pixels[..., 0] = np.arange(2000)[None, :] % 251
    pixels[..., 1] = np.arange(1000)[:, None] % 241
    path = scene.folder / "ruled.png"
    Image.fromarray(pixels).save(path)
    scene.complete(101, FrameFile(str(path), path.stat().st_size, 2000, 1000))
    scene.look()
    return scene


def ruled_color(x: int, y: int) -> str:
    return QColor(x % 251, y % 241, 0).name()


def test_pixels_are_shown_one_to_one(ruled: Scene) -> None:
    view = ruled.preview.view
    assert view.scale < 1
    ruled.key(Qt.Key.Key_1)
    ruled.settle()
    assert view.scale == 1
    left, top = view.sight.origin((2000, 1000), view.canvas)
    for at in (QPoint(10, 10), QPoint(57, 33), QPoint(view.width() - 1, view.height() - 1)):
        expected = ruled_color(at.x() - left, at.y() - top)
        assert ruled.color(at) == expected


def test_a_hand_moves_the_picture(ruled: Scene) -> None:
    view = ruled.preview.view
    ruled.key(Qt.Key.Key_1)
    ruled.settle()
    at = QPoint(100, 60)
    pixel = view.pixel_at(QPointF(at))
    QTest.mousePress(view, LEFT, NONE, at)
    QTest.mouseMove(view, at + QPoint(30, 20))
    QTest.mouseRelease(view, LEFT, NONE, at + QPoint(30, 20))
    assert view.pixel_at(QPointF(at + QPoint(30, 20))) == pixel
    assert pixel is not None
    ruled.qtbot.waitUntil(lambda: ruled.color(at + QPoint(30, 20)) == ruled_color(*pixel))
    ruled.key(Qt.Key.Key_F)
    assert view.sight.zoom is None


def test_the_wheel_zooms_about_the_pointer(ruled: Scene) -> None:
    view = ruled.preview.view
    at = QPointF(view.width() / 4, view.height() / 2)
    before, scale = view.pixel_at(at), view.scale
    place = view.mapToGlobal(at)
    wheel = QWheelEvent(
        at, place, QPoint(), QPoint(0, 480), LEFT & ~LEFT, NONE, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(view, wheel)
    after = view.pixel_at(at)
    assert view.scale == pytest.approx(scale * 1.25**4)
    assert before and after and max(abs(before[0] - after[0]), abs(before[1] - after[1])) <= 2
    ruled.key(Qt.Key.Key_Minus)
    assert view.scale == pytest.approx(scale * 1.25**3)


def test_a_closer_look_reads_more_and_a_wider_one_does_not(ruled: Scene) -> None:
    asked = ruled.stand_in.pictures.asked
    assert [request.reduction for request in asked] == [
        2 if ruled.preview.view.canvas[0] > 500 else 4
    ]
    ruled.key(Qt.Key.Key_1)
    ruled.settle()
    ruled.key(Qt.Key.Key_F)
    ruled.settle()
    assert [request.reduction for request in asked[1:]] == [1]


def test_of_a_huge_picture_only_what_is_in_sight_is_read_in_full(
    ruled: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("images.look", "gui.inspector.looking"):
        monkeypatch.setattr(f"render_manager.{module}.MOST_PIXELS", 600_000)
    monkeypatch.setattr("render_manager.gui.inspector.looking.MARGIN", 10)
    ruled.key(Qt.Key.Key_1)
    ruled.settle()
    last: ViewRequest = ruled.stand_in.pictures.asked[-1]
    left, top, width, height = ruled.preview.view.seen
    assert (last.reduction, last.region) == (1, (left - 10, top - 10, width + 20, height + 20))
    at = QPoint(50, 40)
    pixel = ruled.preview.view.pixel_at(QPointF(at))
    assert pixel is not None
    ruled.qtbot.waitUntil(lambda: ruled.color(at) == ruled_color(*pixel))


@pytest.mark.parametrize("leave", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_the_preview_fills_the_window_and_goes_back(scene: Scene, leave: Qt.Key) -> None:
    scene.land(101, "#ff0000")
    window, grid = scene.window, scene.window.details.grid
    scene.look()
    grid.setFocus()
    grid.go_to(0)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert not grid.isVisible() and not window.pane.isVisible()
    scene.qtbot.waitUntil(lambda: window.details.height() > 0.95 * window.height())
    assert scene.preview.view.hasFocus()
    QTest.keyClick(scene.preview.view, leave)
    assert grid.isVisible() and window.table.isVisible()


# --- bad files --------------------------------------------------------------------------------


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def removed(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("harm", "said"),
    [(cut_off, "ends too early"), (removed, "is no longer there: it was moved or deleted.")],
)
def test_a_bad_file_is_explained(scene: Scene, harm: Callable[[Path], None], said: str) -> None:
    file = exr(scene.folder / "a.exr", BLENDER, [0.5] * 8)
    harm(Path(file.path))
    scene.complete(101, file)
    assert said in scene.look().view.sentence


def test_a_picture_deleted_while_it_is_seen_stays(ruled: Scene) -> None:
    (ruled.folder / "ruled.png").unlink()
    before = ruled.color()
    ruled.key(Qt.Key.Key_1)
    ruled.qtbot.waitUntil(lambda: "no longer there" in ruled.preview._about.text())
    assert ruled.preview.view.planes and before != ""


# --- the arithmetic ---------------------------------------------------------------------------

sides = st.integers(1, 40_000)
canvases = st.tuples(st.integers(1, 8000), st.integers(1, 8000))


@settings(deadline=None)
@given(
    st.tuples(sides, sides),
    canvases,
    st.floats(1 / 32, 32),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_what_is_under_the_pointer_stays_there(
    picture: tuple[int, int], canvas: tuple[int, int], zoom: float, at: tuple[float, float]
) -> None:
    """Unless it is outside the picture, or the picture's edge is in the middle."""
    point = at[0] * canvas[0], at[1] * canvas[1]
    before = Sight(zoom, (0.5, 0.5))
    after = before.zoomed(1.25, point, picture, canvas)
    assert SMALLEST <= after.scale(picture, canvas) <= LARGEST
    for axis in (0, 1):
        if not 0.01 < after.centre[axis] < 0.99:
            continue
        was = (point[axis] - before.origin(picture, canvas)[axis]) / before.scale(picture, canvas)
        now = (point[axis] - after.origin(picture, canvas)[axis]) / after.scale(picture, canvas)
        assert abs(was - now) <= 1 / min(zoom, 1) + 1


@settings(deadline=None)
@given(st.tuples(sides, sides), canvases, st.none() | st.floats(1 / 64, 64))
def test_what_is_seen_lies_in_the_picture(
    picture: tuple[int, int], canvas: tuple[int, int], zoom: float | None
) -> None:
    left, top, width, height = Sight(zoom).seen(picture, canvas)
    assert 0 <= left <= left + width <= picture[0]
    assert 0 <= top <= top + height <= picture[1]
    if zoom is None:
        assert max(picture[0] - width, picture[1] - height) <= 1 + max(picture) / max(
            1, min(canvas)
        )


def test_nothing_has_no_size(scene: Scene) -> None:
    assert scene.preview.picture.bar.zoom.text() == ""
