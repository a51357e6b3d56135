"""What makes a frame good, and what becomes of the files of one that is not."""

from __future__ import annotations

from pathlib import Path

import house
from house import details, make_scene, rendered, submit, wait_for_end

from render_manager.assembly import RenderManager
from render_manager.domain.states import FrameState, TaskState


def test_a_frame_that_was_judged_too_early_is_judged_again_at_the_end(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=3, late=[1])
    task = submit(manager, scene, max_retries=0)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene) == [1, 2, 3]


def test_a_file_left_by_somebody_else_is_no_evidence(
    manager: RenderManager, tmp_path: Path
) -> None:
    whole = submit(manager, make_scene(tmp_path / "scenes", end=2), output_dir=str(tmp_path / "o"))
    wait_for_end(manager, whole)
    scene = make_scene(tmp_path / "scenes", end=2, unwritten=[2])
    task = submit(manager, scene, output_dir=str(tmp_path / "o"), max_retries=0)
    wait_for_end(manager, task)
    assert task.state is TaskState.FAILED
    assert "older than this run" in (details(manager, task)[1].error_message or "")


def test_a_frame_that_lacks_a_file_of_the_first_one_is_rejected(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=3, passes=["depth"], lacks_passes=[2])
    task = submit(manager, scene, max_retries=0)
    wait_for_end(manager, task)
    assert house.frames_in([FrameState.FAILED], task) == [2]
    why = details(manager, task)[1].error_message
    assert why == "“shot_depth_0002.png” is missing: the task's first frame had it."


def test_a_bad_file_is_kept_aside_when_its_frame_is_rendered_again(
    manager: RenderManager, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    scene = make_scene(tmp_path / "scenes", end=3, truncate=[2])
    task = submit(manager, scene, output_dir=str(out), max_retries=1)
    wait_for_end(manager, task)
    aside = sorted(path.name for path in (out / "_rejected").iterdir())
    assert aside == ["shot_0002.png", "shot_0002_2.png"]
    assert sorted(path.name for path in out.glob("*.png")) == ["shot_0001.png", "shot_0003.png"]
    assert (task.error_message or "").endswith(f"Bad files are in “{out / '_rejected'}”.")


def test_what_a_crash_left_half_written_is_put_aside(
    manager: RenderManager, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    scene = make_scene(tmp_path / "scenes", end=3, half_at=2, crash_times=1)
    task = submit(manager, scene, output_dir=str(out))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert [path.name for path in (out / "_rejected").iterdir()] == ["shot_0002.png"]
    assert rendered(scene) == [1, 2, 2, 3]


def test_a_file_that_was_there_before_is_not_put_aside(
    manager: RenderManager, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "shot_0002.png").write_bytes(b"somebody's")
    scene = make_scene(tmp_path / "scenes", end=2, unwritten=[2])
    task = submit(manager, scene, output_dir=str(out), max_retries=0)
    wait_for_end(manager, task)
    assert task.state is TaskState.FAILED
    assert (out / "shot_0002.png").read_bytes() == b"somebody's"
