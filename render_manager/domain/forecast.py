"""Whether a task's frames will find room: pure, from the size of those so far."""

from __future__ import annotations

from render_manager.base.i18n import _, ngettext
from render_manager.base.sizes import bytes_text
from render_manager.domain.job import RenderJob
from render_manager.domain.task import Task

CHANNELS = 4
"""Red, green, blue and alpha; how many more passes a scene writes is seen with its first frame."""

PACKED = 0.5
"""What is left of pixels in a file: 0.45 to 0.6 of half floats with ZIP and grain (measured), less
of a PNG."""

HALF_FLOATS = {"exr", "open_exr", "open_exr_multilayer", "openexr"}


def frames_left(task: Task) -> int:
    """Frames that have yet to be rendered."""
    return task.total_frames - task.completed_frames


def room_needed(task: Task) -> float | None:
    """The bytes that the frames left will take; None before the first frame was seen."""
    return None if task.frame_bytes is None else task.frame_bytes * frames_left(task)


def first_guess(job: RenderJob, count: int) -> float | None:
    """The bytes that `count` frames may take before one of them was seen, from their size in
    pixels and the layers; None where the scene does not tell its size."""
    scene, options = job.scene, job.options
    width = options.width or (scene.width if scene else None)
    height = options.height or (scene.height if scene else None)
    if scene is None or not width or not height:
        return None
    kind = (options.format or scene.format or "").lower().lstrip(".")
    value = 2 if kind in HALF_FLOATS else 1
    layers = len(options.layers) or sum(layer.renderable is not False for layer in scene.layers)
    return width * height * CHANNELS * value * PACKED * max(1, layers) * count


def first_shortage(job: RenderJob, count: int, free: int) -> str | None:
    """A sentence if `free` bytes will hardly do for `count` frames of which none was seen yet."""
    needed = first_guess(job, count)
    if needed is None or needed <= free:
        return None
    return _(
        "The frames may take about {needed}, and {free} are free on their disk. Make room, or "
        "choose another output folder."
    ).format(needed=bytes_text(needed), free=bytes_text(free))


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
