"""What `render` says of a task at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from render_manager.cli.render import Result
from render_manager.domain.events import FrameFile
from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task


def headline(*files: str) -> str:
    """For a task of one frame with these files, whose own folder is /renders/a."""
    task = Task(1, RenderJob("/a.nk", "nuke", "a", "/renders/a"), 0.0, frames=FrameTable([7]))
    task.frames.move(0, FrameState.RENDERING)
    task.frames.move(0, FrameState.COMPLETED)
    found = tuple(FrameFile(str(Path(file)), 1, 1, 1) for file in files)
    return Result(task, [FrameDetail(FrameState.COMPLETED, found)]).sentence()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "/renders/a"),
        (["/renders/a/x.0007.exr", "/renders/a/layer/x.0007.exr"], "/renders/a"),
        (["/jobs/out/雪 0007.exr"], "/jobs/out"),
        (["/jobs/b/x.exr", "/renders/a/x.exr", "/jobs/b/y.exr"], "/jobs/b, /renders/a"),
        ([f"/jobs/{number}/x.exr" for number in range(5)], "/jobs/0, /jobs/1, /jobs/2, …"),
    ],
)
def test_it_says_where_the_files_really_are(files: list[str], told: str) -> None:
    folders = ", ".join(str(Path(one)) if one != "…" else one for one in told.split(", "))
    assert headline(*files) == f"a: all 1 frames are in {folders}"
