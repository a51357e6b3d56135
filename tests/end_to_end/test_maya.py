"""Maya scenes from drop to thumbnails, against a program that is as strict as `Render`.

No real Maya can be run here; `fakes/fake_maya.py` says what it is held to.
"""

from __future__ import annotations

import sys
from pathlib import Path

import house
import pytest
from gestures import drop, hold
from house import details, wait_for_end, wait_until
from maya_install import make_program, make_scene

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.job import RenderOptions
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui.window import MainWindow

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake is a shell script")


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
