"""What makes a frame good, and what becomes of the files of one that is not."""

from __future__ import annotations

from pathlib import Path

import house
from house import details, make_scene, rendered, submit, wait_for_end, wait_until
from PIL import Image
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings
from render_manager.domain.evidence import Suspicion
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


def test_files_that_the_log_does_not_name_are_the_frames_too(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(
        tmp_path / "scenes", end=3, passes=["depth"], says_passes=False, lacks_passes=[3]
    )
    task = submit(manager, scene, max_retries=0)
    wait_for_end(manager, task)
    first, _second, third = details(manager, task)
    assert [Path(file.path).name for file in first.files] == [
        "shot_0001.png",
        "shot_depth_0001.png",
    ]
    assert third.error_message == "“shot_depth_0003.png” is missing: the task's first frame had it."


def test_a_renderer_that_names_no_file_is_believed_by_what_it_wrote(
    manager: RenderManager, tmp_path: Path
) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", end=3, silent=True))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert [len(one.files) for one in details(manager, task)] == [1, 1, 1]


def test_two_tasks_in_one_folder_do_not_take_each_others_files(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    manager = house.build(settings.model_copy(update={"max_concurrent_runs": 2}))
    manager.start()
    try:
        out = str(tmp_path / "out")
        faults = {"end": 4, "seconds": 0.2, "startup": 0.5}
        good = make_scene(tmp_path / "a", "shot", **faults)
        bad = make_scene(tmp_path / "b", "shot_b", truncate=[1, 2, 3, 4], **faults)
        tasks = [submit(manager, one, output_dir=out, max_retries=0) for one in (good, bad)]
        wait_for_end(manager, *tasks)
    finally:
        manager.stop()
    assert [task.state for task in tasks] == [TaskState.COMPLETED, TaskState.FAILED]


def test_a_watermark_is_told_with_the_frames_that_follow(
    manager: RenderManager, tmp_path: Path
) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", end=3, watermark_at=2))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert task.suspicions == {2: (Suspicion.WATERMARK,), 3: (Suspicion.WATERMARK,)}
    assert [file.pattern for file in task.expected] == ["shot_#.png"]


def test_a_stray_file_beside_the_first_frame_is_not_expected_of_the_others(
    manager: RenderManager, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    scene = make_scene(tmp_path / "scenes", end=6, wait_at=1)
    task = submit(manager, scene, output_dir=str(out), max_retries=0)
    wait_until(manager, lambda: task.frames.counts[FrameState.RENDERING] == 1)
    stray = out / "shot_note_0001.png"
    Image.new("RGB", (8, 8), "red").save(stray)
    scene.with_suffix(".go").touch()
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    assert [file.pattern for file in task.expected] == ["shot_#.png"]
