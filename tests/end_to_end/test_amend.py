"""Changing a task before, between and after its runs, with every real part but the renderer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import house
import pytest
from house import details, make_scene, rendered, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.errors import ConflictError, UserError
from render_manager.base.settings import Settings
from render_manager.domain.job import SceneCamera, SceneLayer
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import Task
from render_manager.service.schemas import TaskChanges


def completed(task: Task) -> list[int]:
    return house.frames_in([FrameState.COMPLETED], task)


def test_other_frames_keep_what_is_finished(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    manager = house.build(settings)
    manager.start()
    scene = make_scene(tmp_path / "scenes", end=6)
    task = submit(manager, scene)
    wait_for_end(manager, task)
    before = dict(zip(task.frames.numbers, details(manager, task), strict=True))
    manager.service.amend([task.id], TaskChanges(frames="4-8"))
    assert completed(task) == [4, 5, 6]
    wait_for_end(manager, task)
    assert rendered(scene) == [1, 2, 3, 4, 5, 6, 7, 8], "nothing was rendered twice"
    after = dict(zip(task.frames.numbers, details(manager, task), strict=True))
    assert {n: after[n] for n in (4, 5, 6)} == {n: before[n] for n in (4, 5, 6)}

    manager.stop()
    again = house.build(settings)
    found = again.service.task(task.id)
    assert (found.frames_text, completed(found)) == ("4-8", [4, 5, 6, 7, 8])
    assert dict(zip(found.frames.numbers, details(again, found), strict=True)) == after
    again.stop()


def test_another_picture_is_rendered_whole(manager: RenderManager, tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "scenes", end=3)
    task = submit(manager, scene)
    wait_for_end(manager, task)
    for look in ({"samples": 8}, {"engine": "CYCLES"}, {"device": "CPU"}, {"format": "PNG"}):
        manager.service.amend([task.id], replace(TaskChanges(), **look))
        assert (completed(task), getattr(task.job.options, *look)) == ([], *look.values())
        manager.service.undo()
        assert completed(task) == [1, 2, 3]
    elsewhere = tmp_path / "elsewhere"
    manager.service.amend([task.id], TaskChanges(output_dir=str(elsewhere)))
    assert completed(task) == []
    wait_for_end(manager, task)
    assert rendered(scene) == [1, 2, 3, 1, 2, 3]
    assert all(Path(str(d.output_path)).parent == elsewhere for d in details(manager, task))


def test_it_can_be_undone_with_all_that_was_finished(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=4)
    task = submit(manager, scene, frames="1-4")
    wait_for_end(manager, task)
    before = details(manager, task)
    for changes in (TaskChanges(frames="2", priority=9), TaskChanges(size=(64, 36))):
        manager.service.amend([task.id], replace(changes, max_retries=7))
        assert task.max_retries == 7 and completed(task) != [1, 2, 3, 4]
        assert manager.service.undo() == "Change 1 task"
        assert (task.frames_text, task.priority, task.max_retries) == ("1-4", 5, 3)
        assert (task.job.options.width, completed(task)) == (None, [1, 2, 3, 4])
        assert details(manager, task) == before
    wait_until(manager, lambda: not task.runs)
    assert rendered(scene) == [1, 2, 3, 4]


def test_a_scene_that_is_being_read_is_read_for_what_is_asked_now(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=4)
    task = submit(manager, scene, hold=True)
    manager.service.amend([task.id], TaskChanges(frames="2-3", output_dir=str(tmp_path / "out")))
    wait_until(manager, lambda: task.is_inspected)
    assert list(task.frames.numbers) == [2, 3]
    assert task.job.output_dir == str(tmp_path / "out")
    manager.service.resume([task.id])
    wait_for_end(manager, task)
    assert rendered(scene) == [2, 3]


def test_a_scene_without_frames_is_saved_by_naming_them(
    manager: RenderManager, tmp_path: Path
) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", start=None, end=None))
    wait_until(manager, lambda: task.is_broken)
    manager.service.amend([task.id], TaskChanges(frames="1-2"))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


def test_what_is_being_rendered_cannot_be_changed(manager: RenderManager, tmp_path: Path) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", end=50, seconds=0.2))
    wait_until(manager, lambda: task.completed_frames > 0)
    for changes in (TaskChanges(frames="1-3"), TaskChanges(size=(9, 9))):
        with pytest.raises(ConflictError, match="Pause or cancel it"):
            manager.service.amend([task.id], changes)
    manager.service.amend([task.id], TaskChanges(priority=8, max_retries=0, frames="1-50"))
    assert (task.priority, task.max_retries, len(task.frames)) == (8, 0, 50)
    manager.service.cancel([task.id])
    wait_until(manager, lambda: not task.runs)


def test_all_of_the_tasks_or_none(manager: RenderManager, tmp_path: Path) -> None:
    tasks = [submit(manager, make_scene(tmp_path / n, "shot"), hold=True) for n in "ab"]
    wait_until(manager, lambda: all(task.is_inspected for task in tasks))
    scene = tasks[0].job.scene
    assert scene is not None
    has_one = replace(scene, cameras=(SceneCamera("front"),), layers=(SceneLayer("beauty"),))
    tasks[0].job = replace(tasks[0].job, scene=has_one)
    ids = [task.id for task in tasks]
    for changes, field in (
        (TaskChanges(camera="side"), "camera"),
        (TaskChanges(layers=("glow",)), "layers"),
        (TaskChanges(frames="5-1"), "frames"),
        (TaskChanges(size=(0, 5)), "size"),
        (TaskChanges(samples=-1), "samples"),
        (TaskChanges(priority=11), "priority"),
        (TaskChanges(max_retries=-1), "max_retries"),
        (TaskChanges(output_dir=str(tmp_path / "same")), "output_dir"),
        (TaskChanges(output_dir=" "), "output_dir"),
    ):
        with pytest.raises(UserError) as refused:
            manager.service.amend(ids, replace(changes, priority=changes.priority or 1))
        assert refused.value.field == field
        assert [task.priority for task in tasks] == [5, 5]
    manager.service.amend([ids[0]], TaskChanges(camera="front", layers=("beauty",)))
    assert tasks[0].job.options.camera == "front"
    wait_until(manager, lambda: tasks[0].is_inspected)


def test_undo_never_brings_back_evidence_of_another_picture(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=3)
    task = submit(manager, scene)
    wait_for_end(manager, task)
    manager.service.amend([task.id], TaskChanges(size=(32, 18)))
    wait_until(manager, lambda: task.state is TaskState.COMPLETED)
    manager.service.undo()
    assert completed(task) == [], "the files show another picture now"
    wait_for_end(manager, task)
    assert rendered(scene) == [1, 2, 3] * 3

    manager.service.amend([task.id], TaskChanges(frames="2-5"))
    wait_until(manager, lambda: task.state is TaskState.COMPLETED)
    manager.service.undo()
    assert (list(task.frames.numbers), completed(task)) == ([1, 2, 3], [2, 3])
    wait_for_end(manager, task)


def test_an_undo_that_is_refused_is_not_lost(manager: RenderManager, tmp_path: Path) -> None:
    tasks = [submit(manager, make_scene(tmp_path / n), hold=True) for n in "ab"]
    wait_until(manager, lambda: all(task.is_inspected for task in tasks))
    manager.service.amend([task.id for task in tasks], TaskChanges(frames="1-90", priority=9))
    manager.service.resume([tasks[1].id])
    wait_until(manager, lambda: any(run.pid for run in tasks[1].runs.values()))
    with pytest.raises(ConflictError):
        manager.service.undo()
    assert [task.priority for task in tasks] == [9, 9], "all of them or none"
    manager.service.pause([tasks[1].id])
    wait_until(manager, lambda: not tasks[1].runs)
    manager.service.undo()
    wait_until(manager, lambda: [len(task.frames) for task in tasks] == [5, 5])
    assert [task.priority for task in tasks] == [5, 5]
