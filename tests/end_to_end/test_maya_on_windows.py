"""A Maya scene on Windows, from drop to thumbnails, cancel and retry, against a real `Render.exe`.

`fakes/fake_maya.c` says what that is. Who runs this has built it, and names it here.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import maya_install
import psutil
import pytest
from gestures import drop, hold
from house import details, wait_for_end, wait_until

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.states import TaskState
from render_manager.gui.window import MainWindow

FAKE = os.environ.get("FAKE_RENDER_EXE", "")
PICTURE = os.environ.get("FAKE_RENDER_PICTURE", "")
"""Where a picture of the window at the end goes, if anywhere."""

GENERATIONS = 2

pytestmark = pytest.mark.skipif(
    sys.platform != "win32" or not FAKE, reason="FAKE_RENDER_EXE names no Render.exe for Windows"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "Autodesk" / "Maya2024" / "bin"
    folder.mkdir(parents=True)
    shutil.copy(FAKE, folder / "Render.exe")
    return load_settings(
        render_output_dir=tmp_path / "渲染 renders",
        maya_executable=folder / "Render.exe",
        cancel_grace_seconds=0.5,
        finish_grace_seconds=0.5,
        queue_at_once=True,
        min_free_memory_mb=0,
        min_free_disk_mb=0,
    )


@pytest.fixture
def scene(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    scene = maya_install.make_scene(tmp_path / "场景 a" / "镜头 01.ma", request.param)
    waits = Path(f"{scene}.wait")
    waits.touch()
    Path(f"{scene}.tree").touch()
    yield scene
    waits.unlink(missing_ok=True)


@pytest.mark.parametrize("scene", ["mayaSoftware", "arnold"], indirect=True)
def test_a_dropped_scene_is_rendered_cancelled_and_retried(
    window: MainWindow, manager: RenderManager, scene: Path
) -> None:
    assert drop(window, hold([scene]))
    wait_until(manager, lambda: len(manager.service.tasks()) == 1)
    (task,) = manager.service.tasks()
    # Arnold's last frame before it waits is known to be done only by what follows.
    wait_until(manager, lambda: task.completed_frames >= 1)
    (run,) = task.runs.values()
    assert run.pid is not None
    files = [Path(f"{scene}.pid.{number + 1}") for number in range(GENERATIONS)]
    tree = [psutil.Process(int(file.read_text())) for file in files]
    tree.append(psutil.Process(run.pid))
    manager.service.cancel([task.id])
    wait_for_end(manager, task)
    assert task.state is TaskState.CANCELLED
    assert psutil.wait_procs(tree, timeout=30)[1] == [], "renderer, child and grandchild"
    Path(f"{scene}.wait").unlink()
    done = task.completed_frames
    manager.service.retry([task.id])
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    assert 1 <= done < task.completed_frames == 4
    for detail in details(manager, task):
        assert Path(str(detail.thumbnail_path)).stat().st_size
    window.table.select([task.id])
    if PICTURE:
        window.grab().save(PICTURE)
