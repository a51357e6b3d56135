from __future__ import annotations

from dataclasses import replace

from render_manager.domain.forecast import first_guess, first_shortage, shortage
from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob, RenderOptions, SceneInfo, SceneLayer
from render_manager.domain.task import Task

GIGABYTE = 1 << 30


def test_before_the_first_frame_nothing_is_foreseen() -> None:
    task = Task(1, RenderJob("a", "b", "c", "d"), 0.0, frames=FrameTable(range(300)))
    assert shortage(task, 0) is None


def test_a_disk_that_will_not_do_is_foreseen() -> None:
    task = Task(1, RenderJob("a", "b", "c", "d"), 0.0, frames=FrameTable(range(300)))
    task.learn_size(12 * GIGABYTE // 300)
    assert shortage(task, 13 * GIGABYTE) is None
    assert shortage(task, 4 * GIGABYTE) == (
        "12 GB are needed for the 300 frames left, 4.0 GB are free on their disk."
    )


def test_a_first_guess_counts_pixels_layers_and_frames() -> None:
    job = RenderJob("a", "b", "c", "d", scene=SceneInfo("b", width=1000, height=500, format="EXR"))
    assert first_guess(job, 10) == 1000 * 500 * 4 * 2 * 0.5 * 10
    png = replace(job, options=RenderOptions(format="PNG", width=100, height=100))
    assert first_guess(png, 1) == 100 * 100 * 4 * 0.5
    layers = (SceneLayer("a", True), SceneLayer("b", False), SceneLayer("c"))
    assert job.scene is not None
    layered = replace(job, scene=replace(job.scene, layers=layers))
    assert first_guess(layered, 10) == 2 * (first_guess(job, 10) or 0)
    chosen = replace(layered, options=RenderOptions(layers=("b",)))
    assert first_guess(chosen, 10) == first_guess(job, 10)
    assert first_guess(RenderJob("a", "b", "c", "d"), 10) is None
    assert first_guess(replace(job, scene=SceneInfo("b")), 10) is None


def test_little_room_is_told_before_the_first_frame() -> None:
    job = RenderJob("a", "b", "c", "d", scene=SceneInfo("b", width=8192, height=8192, format="EXR"))
    assert first_shortage(job, 40, 100 * GIGABYTE) is None
    assert first_shortage(job, 400, 4 * GIGABYTE) == (
        "The frames may take about 100 GB, and 4.0 GB are free on their disk. Make room, or choose "
        "another output folder."
    )
