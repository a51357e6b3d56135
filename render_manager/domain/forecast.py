"""Whether a task's frames will find room: pure, from the size of those so far."""

from __future__ import annotations

from render_manager.base.i18n import ngettext
from render_manager.base.sizes import bytes_text
from render_manager.domain.task import Task


def frames_left(task: Task) -> int:
    """Frames that have yet to be rendered."""
    return task.total_frames - task.completed_frames


def room_needed(task: Task) -> float | None:
    """The bytes that the frames left will take; None before the first frame was seen."""
    return None if task.frame_bytes is None else task.frame_bytes * frames_left(task)


def shortage(task: Task, free: int) -> str | None:
    """A sentence if `free` bytes will not do for the frames left."""
    needed, left = room_needed(task), frames_left(task)
    if needed is None or needed <= free:
        return None
    return ngettext(
        "{needed} are needed for the {count} frame left, {free} are free on its disk.",
        "{needed} are needed for the {count} frames left, {free} are free on their disk.",
        left,
    ).format(needed=bytes_text(needed), count=left, free=bytes_text(free))
