from __future__ import annotations

from render_manager.domain.forecast import shortage
from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob
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
