"""Where a task's frames go, and that no two tasks write the same files."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from render_manager.base.errors import ConflictError
from render_manager.base.i18n import _
from render_manager.domain.preflight import Finding
from render_manager.domain.queue import Queue
from render_manager.domain.task import Task
from render_manager.service.inspection import Inspection

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f#]+')


def scene_name(project_file: str) -> str:
    """The stem of the scene's file name, fit to be part of a path on every system."""
    stem = re.split(r"[\\/]", project_file)[-1].rpartition(".")[0] or "scene"
    return _UNFIT.sub("_", stem).strip(" .")[:120] or "scene"


class OutputFolders:
    """The folders that the tasks of a queue write into."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._news = queue.follow()
        self._folder_of: dict[int, str] = {}
        self._tasks_in: Counter[str] = Counter()

    def free(self, root: Path, name: str) -> Path:
        """`root/name`, or `root/name_2` and so on where a task in the queue already writes there."""
        self._catch_up()
        folder, number = root / name, 1
        while self._tasks_in[_key(str(folder))] > 0:
            number += 1
            folder = root / f"{name}_{number}"
        return folder

    def _catch_up(self) -> None:
        for task_id in self._news():
            if before := self._folder_of.pop(task_id, None):
                self._tasks_in[before] -= 1
            if task := self._queue.tasks.get(task_id):
                key = self._folder_of[task_id] = _key(task.job.output_dir)
                self._tasks_in[key] += 1


def check_no_clash(folder: Path, name: str, tasks: Iterable[Task]) -> None:
    """Raises ConflictError if a task that is not finished writes the same files."""
    wanted = _key(str(folder))
    for task in tasks:
        same = task.job.name == name and _key(task.job.output_dir) == wanted
        if same and not task.state.has_ended:
            raise ConflictError(
                _(
                    "Task {id} already renders “{name}” into {folder}. Choose another output folder."
                ).format(id=task.id, name=name, folder=folder),
                field="output_dir",
            )


def same_files(task: Task, inspection: Inspection, tasks: Iterable[Task]) -> Finding | None:
    """A warning if another task that is not finished renders some of these frames of the same
    scene, and the scene says where they go: an output folder each does not keep them apart."""
    job, frames = inspection.job, set(inspection.frames)
    for other in tasks:
        is_same = other.job.project_file == job.project_file and other.job.renderer == job.renderer
        is_other = other.id != task.id and other.job.options == job.options
        if (
            is_same
            and is_other
            and not other.state.has_ended
            and frames & set(other.frames.numbers)
        ):
            sentence = _(
                "Task {id} renders some of the same frames of this scene, into the same files. Remove "
                "one of the two, or give them different frames."
            )
            return Finding("same_files", sentence.format(id=other.id))
    return None


def _key(folder: str) -> str:
    return os.path.normcase(os.path.normpath(folder))
