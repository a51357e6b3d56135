"""The whole program as an artist meets it: the real window, a real drop, real Blender."""

from __future__ import annotations

from pathlib import Path

import house
import pytest
from blender_scenes import make_blend
from gestures import drop, hold, pick, right_click
from house import details, wait_for_end, wait_until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.paths import platform_home
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.frames import format_frames
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import Task
from render_manager.gui.window import MainWindow
from render_manager.renderers.renderer import Installation

pytestmark = pytest.mark.blender


@pytest.fixture
def settings(home: Path, blender_installation: Installation) -> Settings:
    return load_settings(
        render_output_dir=home / "renders",
        embedded_blender_dir=platform_home() / "blender",
        retry_delay_seconds=0,
        queue_at_once=True,
    )


def the_task(manager: RenderManager) -> Task:
    wait_until(manager, lambda: len(manager.service.tasks()) == 1)
    return manager.service.tasks()[0]


def logs(manager: RenderManager, task: Task) -> list[str]:
    """The logs of the task's runs, oldest first."""
    runs = manager.service.runs(task.id).result(timeout=30)
    return [Path(str(run.log_path)).read_text("utf-8") for run in reversed(runs)]


def test_drop_cancel_retry(
    window: MainWindow, manager: RenderManager, blender_python: Path, tmp_path: Path
) -> None:
    scene = make_blend(blender_python, tmp_path / "镜头 01.blend", end=8, width=480, samples=96)
    assert drop(window.table.viewport(), hold([scene]))
    task = the_task(manager)
    wait_until(manager, lambda: task.completed_frames >= 3, timeout_ms=120_000)
    assert all(detail.files for detail in details(manager, task)[:3])

    pick(right_click(window, task), "cancel")
    wait_until(manager, lambda: not task.runs)
    assert task.state is TaskState.CANCELLED
    kept = house.frames_in([FrameState.COMPLETED], task)
    assert 3 <= len(kept) < 8
    written = written_at(manager, task)

    pick(right_click(window, task), "retry")
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    after = written_at(manager, task)
    assert {number: after[number] for number in kept} == written, "finished frames stay"
    missing = [number for number in task.frames.numbers if number not in kept]
    assert f"--frames={format_frames(missing)}" in logs(manager, task)[-1].splitlines()[0]
    assert all(Path(str(d.thumbnail_path)).is_file() for d in details(manager, task))


def written_at(manager: RenderManager, task: Task) -> dict[int, int]:
    """When the files of the completed frames were written."""
    return {
        number: Path(str(detail.output_path)).stat().st_mtime_ns
        for number, detail in zip(task.frames.numbers, details(manager, task), strict=True)
        if detail.state is FrameState.COMPLETED
    }


def test_a_high_task_goes_first_and_no_frame_is_rendered_twice(
    window: MainWindow, manager: RenderManager, blender_python: Path, tmp_path: Path
) -> None:
    low_scene = make_blend(blender_python, tmp_path / "low.blend", end=12, width=480, samples=64)
    high_scene = make_blend(blender_python, tmp_path / "high.blend", end=2)
    low = house.submit(manager, low_scene, priority=2)
    wait_until(manager, lambda: low.completed_frames >= 2)
    high = house.submit(manager, high_scene, priority=9)
    wait_for_end(manager, high)
    assert high.state is TaskState.COMPLETED
    assert low.completed_frames < 12, "the high one was finished first"
    wait_for_end(manager, low)
    assert low.state is TaskState.COMPLETED
    lines = [line for log in logs(manager, low) for line in log.splitlines()]
    begun = [line for line in lines if "frame_started" in line]
    assert len(begun) == len(set(begun)) == 12
    assert low.retry_count == 0


def test_the_window_shows_what_was_dropped_that_cannot_be_read(
    window: MainWindow, manager: RenderManager, tmp_path: Path
) -> None:
    scene = tmp_path / "empty.blend"
    scene.write_bytes(b"")
    assert drop(window, hold([scene]))
    task = the_task(manager)
    wait_until(manager, lambda: task.state is TaskState.FAILED)
    assert "empty" in (task.error_message or "")
    assert task.total_frames == 0


def test_an_evening(
    qtbot: QtBot,
    window: MainWindow,
    manager: RenderManager,
    settings: Settings,
    blender_python: Path,
    tmp_path: Path,
) -> None:
    """Looked over in the sheet, rendered, watched, played, and there again the next day."""
    manager.service.change_settings({"queue_at_once": False})
    scene = make_blend(blender_python, tmp_path / "look.blend", end=24, layers_of_light=True)
    assert drop(window, hold([scene]))
    task = the_task(manager)
    qtbot.waitUntil(lambda: window.sheet.isVisible() and task.is_inspected, timeout=20_000)
    assert (task.state, len(task.frames)) == (TaskState.PAUSED, 24)
    QTest.keyClicks(window.sheet.form.frames.line, "1-8x2,8")
    QTest.mouseClick(window.sheet.footer.default, Qt.MouseButton.LeftButton)
    wait_for_end(manager, task)
    assert (task.state, list(task.frames.numbers)) == (TaskState.COMPLETED, [1, 3, 5, 7, 8])
    assert not window.sheet.isVisible()

    grid, preview = window.details.grid, window.details.inspector.preview
    qtbot.waitUntil(lambda: window.details.task is task)
    assert all(Path(str(d.thumbnail_path)).is_file() for d in details(manager, task))
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    layers = preview.picture.bar.layers
    qtbot.waitUntil(lambda: "Combined" in layers.text(), timeout=20_000)
    layers.setFocus()
    QTest.keyClick(layers, Qt.Key.Key_Space)
    names = [layers.list.lines.item(row).text() for row in range(layers.list.lines.count())]
    normal = next(row for row, name in enumerate(names) if "Normal" in name)
    layers.list.lines.setCurrentRow(normal)
    QTest.keyClick(layers.list.lines, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Normal" in layers.text())

    played: list[int] = []
    preview.player.frame_shown.connect(played.append)
    QTest.keyClick(preview.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: set(played) == {0, 1, 2, 3, 4}, timeout=20_000)
    QTest.keyClick(preview.view, Qt.Key.Key_Space)
    assert not preview.player.is_playing

    inspector = window.details.inspector
    window.details.show_frame_log(2)
    qtbot.waitUntil(lambda: inspector.log.area.band is not None, timeout=20_000)
    first, last = inspector.log.area.band or (0, 0)
    lines = logs(manager, task)[-1].splitlines()[first : last + 1]
    assert any("_0005.exr" in line for line in lines)
