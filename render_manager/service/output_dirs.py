"""Where a task's frames go, and that no two tasks write the same files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from render_manager.base.errors import ConflictError
from render_manager.base.i18n import _
from render_manager.domain.task import Task

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f#]+')


def scene_name(project_file: str) -> str:
    """The stem of the scene's file name, fit to be part of a path on every system."""
    stem = re.split(r"[\\/]", project_file)[-1].rpartition(".")[0] or "scene"
    return _UNFIT.sub("_", stem).strip(" .")[:120] or "scene"


def free_output_dir(root: Path, name: str, tasks: Iterable[Task]) -> Path:
    """`root/name`, or `root/name_2` and so on where a task in the queue already writes there."""
    taken = {_key(task.job.output_dir) for task in tasks}
    folder, number = root / name, 1
    while _key(str(folder)) in taken:
        number += 1
        folder = root / f"{name}_{number}"
    return folder


def check_no_clash(folder: Path, name: str, tasks: Iterable[Task]) -> None:
    """Raises ConflictError if a task that is not finished writes the same files."""
    for task in tasks:
        same = _key(task.job.output_dir) == _key(str(folder)) and task.job.name == name
        if same and not task.state.has_ended:
            raise ConflictError(
                _(
                    "Task {id} already renders “{name}” into {folder}. Choose another output folder."
                ).format(id=task.id, name=name, folder=folder),
                field="output_dir",
            )


@lru_cache(maxsize=65536)
def _key(folder: str) -> str:
    """Remembered, as each new task is compared with every other."""
    return os.path.normcase(os.path.normpath(folder))
