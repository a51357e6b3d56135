"""Maya scenes from drop to thumbnails, against a program that is as strict as `Render`.

No real Maya can be run here; `fakes/fake_maya.py` says what it is held to.
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import fake_maya
import house
import pytest
from gestures import drop, hold
from house import details, wait_for_end, wait_until
from maya_scenes import Scene, ascii_scene

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.job import RenderOptions
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui.window import MainWindow

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake is a shell script")


def make_program(folder: Path) -> Path:
    """An installation whose `Render` is the fake; settings name its mayabatch."""
    (folder / "bin").mkdir(parents=True)
    command = shlex.join([sys.executable, str(Path(fake_maya.__file__))])
    render = folder / "bin" / "Render"
    render.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (folder / "bin" / "mayabatch").write_text("#!/bin/sh\nexit 9\n")
    for program in (folder / "bin").iterdir():
        program.chmod(0o755)
    return folder / "bin" / "mayabatch"


def make_scene(
    path: Path, engine: str = "arnold", layers: int = 1, cameras: int = 1, **faults: Any
) -> Path:
    scene = Scene(codeset="UTF-8", version="2024")
    scene.camera("persp", rnd=False)
    for index in range(cameras):
        scene.camera(f"shotCam{index}")
    scene.add("renderLayer", "defaultRenderLayer", rndr=layers == 1)
    for index in range(layers if layers > 1 else 0):
        scene.add("renderLayer", f"层_{index}")
    scene.selected["defaultResolution"] = {"w": 96, "h": 54}
    scene.globals(ren=engine, an=True, fs=1.0, ef=4.0, pff=True, ep=4)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(ascii_scene(scene))
    Path(f"{path}.faults").write_text(json.dumps(faults))
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        render_output_dir=tmp_path / "renders",
        maya_executable=make_program(tmp_path / "Autodesk" / "Maya2024"),
        retry_delay_seconds=0,
        finish_grace_seconds=0.5,
        queue_at_once=True,
    )


def run_of(manager: RenderManager, task: Task) -> str:
    """The newest run's log."""
    run = manager.service.runs(task.id).result(timeout=30)[0]
    return Path(str(run.log_path)).read_text("utf-8")


@pytest.mark.parametrize("name", ["shot.ma", "镜头 01 it's.ma", 'say "cheese" & more.ma'])
def test_a_dropped_scene_completes_with_thumbnails(
    window: MainWindow, manager: RenderManager, tmp_path: Path, name: str
) -> None:
    scene = make_scene(tmp_path / "场景 a" / name)
    assert drop(window.table.viewport(), hold([scene]))
    wait_until(manager, lambda: len(manager.service.tasks()) == 1)
    (task,) = manager.service.tasks()
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    for detail in details(manager, task):
        assert Path(str(detail.thumbnail_path)).is_file()
        assert detail.files[0].layers == ("N", "diffuse")


@pytest.mark.parametrize("engine", ["mayaSoftware", "arnold", "redshift", "vray"])
def test_each_renderer_completes(manager: RenderManager, tmp_path: Path, engine: str) -> None:
    task = house.submit(manager, make_scene(tmp_path / "a.ma", engine))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    assert all(len(detail.files) == 1 for detail in details(manager, task))


def test_layers_and_cameras_are_files_of_their_frame(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "a.ma", layers=3, cameras=2, crash_at=3)
    task = house.submit(manager, scene)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    for number, detail in zip(task.frames.numbers, details(manager, task), strict=True):
        names = {Path(file.path).relative_to(task.job.output_dir).parts for file in detail.files}
        assert names == {
            (f"层_{layer}", f"shotCam{camera}", f"a.{number:04d}.exr")
            for layer in range(3)
            for camera in range(2)
        }


def test_chosen_layers_and_camera_are_those_rendered(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "a.ma", layers=3, cameras=2)
    task = house.submit(
        manager, scene, frames="1,3-4", options=RenderOptions(camera="shotCam1", layers=("层_2",))
    )
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    assert [Path(str(detail.output_path)).name for detail in details(manager, task)] == [
        "a.0001.exr",
        "a.0003.exr",
        "a.0004.exr",
    ]
    assert "-seq" not in run_of(manager, task).splitlines()[0] or "-r arnold" in run_of(
        manager, task
    )


def test_a_crash_is_retried_with_what_is_missing(manager: RenderManager, tmp_path: Path) -> None:
    task = house.submit(manager, make_scene(tmp_path / "a.ma", crash_at=3))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert "-s 3 -e 4" in run_of(manager, task).splitlines()[0]


def test_a_licence_is_waited_for(manager: RenderManager, tmp_path: Path) -> None:
    task = house.submit(manager, make_scene(tmp_path / "a.ma", no_license_times=1), max_retries=0)
    wait_until(manager, lambda: task.waits_for_license_since is not None)
    assert task.retry_count == 0
    assert "licence" in (task.error_message or "")
    manager.service.retry([task.id])
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


def test_a_frame_without_its_aov_is_rendered_again(manager: RenderManager, tmp_path: Path) -> None:
    task = house.submit(manager, make_scene(tmp_path / "a.ma", lacks_aov=[3]))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert [detail.files[0].layers for detail in details(manager, task)] == [("N", "diffuse")] * 4


def test_an_aborted_frame_is_rendered_again(manager: RenderManager, tmp_path: Path) -> None:
    task = house.submit(manager, make_scene(tmp_path / "a.ma", abort_at=2))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    runs = manager.service.runs(task.id).result(timeout=30)
    assert len(runs) == 2
    assert "-s 2 -e 2" in run_of(manager, task).splitlines()[0]


def test_one_that_stays_after_its_end_is_ended(manager: RenderManager, tmp_path: Path) -> None:
    task = house.submit(manager, make_scene(tmp_path / "a.ma", hang_at_end=True))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


def test_status_211_with_all_frames_is_success(manager: RenderManager, tmp_path: Path) -> None:
    task = house.submit(manager, make_scene(tmp_path / "a.ma", status=211), max_retries=0)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


def test_a_wrong_camera_holds_the_task_in_words(manager: RenderManager, tmp_path: Path) -> None:
    task = house.submit(
        manager, make_scene(tmp_path / "a.ma"), options=RenderOptions(camera="gone")
    )
    wait_until(manager, lambda: task.is_held or task.state is TaskState.FAILED)
    assert "camera" in (task.error_message or "").lower()


def test_the_example_of_the_specification_runs_through(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "uploads" / "my_project.ma")
    task = house.submit(
        manager, scene, render_engine="maya", priority=7, total_frames=100, max_retries=3
    )
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert (task.total_frames, task.completed_frames, task.priority) == (100, 100, 7)
