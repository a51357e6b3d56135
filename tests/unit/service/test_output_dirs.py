from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.errors import ConflictError
from render_manager.domain.job import RenderJob, RenderOptions
from render_manager.domain.queue import Queue
from render_manager.service.inspection import Inspection
from render_manager.service.output_dirs import (
    OutputFolders,
    check_no_clash,
    same_files,
    scene_name,
)


def queue_writing_to(*folders: str) -> Queue:
    queue = Queue()
    for folder in folders:
        job = RenderJob("/s/shot.blend", "blender", "shot", folder)
        queue.fill(queue.add(job, 0.0).id, job, [1])
    return queue


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("/a/shot 010.blend", "shot 010"),
        (r"C:\work\镜头_01.v2.ma", "镜头_01.v2"),
        ("/a/what?#1.blend", "what_1"),
        ("/a/.blend", "scene"),
    ],
)
def test_a_scene_names_its_frames(file: str, name: str) -> None:
    assert scene_name(file) == name


@given(st.text())
def test_any_name_is_fit_for_a_path(text: str) -> None:
    name = scene_name(text)
    assert name and not set('<>:"/\\|?*#\0') & set(name)
    assert len(name) <= 120


def test_the_same_scene_twice_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    queue = queue_writing_to(str(tmp_path / "shot"), str(tmp_path / "sub" / ".." / "shot_2"))
    folders = OutputFolders(queue)
    assert folders.free(tmp_path, "shot") == tmp_path / "shot_3"
    assert folders.free(tmp_path, "other") == tmp_path / "other"


def test_folders_are_taken_and_free_again_as_tasks_come_and_go(tmp_path: Path) -> None:
    queue = queue_writing_to(str(tmp_path / "shot"))
    folders = OutputFolders(queue)
    task = queue.add(replace(queue.task(1).job, output_dir=str(tmp_path / "shot_2")), now=0.0)
    assert folders.free(tmp_path, "shot") == tmp_path / "shot_3"
    queue.drain()
    queue.remove(1)
    assert folders.free(tmp_path, "shot") == tmp_path / "shot"
    queue.put_back(queue_writing_to(str(tmp_path / "shot")).task(1))
    queue.fill(task.id, replace(task.job, output_dir=str(tmp_path / "else")), [1])
    queue.drain()
    assert folders.free(tmp_path, "shot") == tmp_path / "shot_2"


def test_two_tasks_do_not_write_the_same_files() -> None:
    queue = queue_writing_to("/out/shot")
    with pytest.raises(ConflictError, match="Task 1 already renders"):
        check_no_clash(Path("/out/./shot"), "shot", queue)
    check_no_clash(Path("/out/shot"), "other", queue)
    queue.cancel(1)
    check_no_clash(Path("/out/shot"), "shot", queue)


def test_the_same_frames_of_a_scene_that_says_where_they_go() -> None:
    queue = queue_writing_to("/out/shot", "/out/shot_2")
    first, second = queue.task(1), queue.task(2)
    read = Inspection(2, second.job, None, frames=(1, 2))
    found = same_files(second, read, queue)
    assert found is not None
    assert found.text.startswith("Task 1 renders some of the same frames of this scene")
    assert not found.blocks
    assert same_files(second, replace(read, frames=(2, 3)), queue) is None
    other_node = replace(second.job, options=RenderOptions(extra={"write": "Write2"}))
    assert same_files(second, replace(read, job=other_node), queue) is None
    assert same_files(first, replace(read, task_id=1), [first]) is None
    queue.cancel(1)
    assert same_files(second, read, queue) is None
