"""What changing tasks does to the frames that are there already, in one sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from render_manager.base.i18n import _, ngettext
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.scene_choice_field import TITLES

OF_THE_PICTURE = frozenset({"camera", "layers", "size", *TITLES})


def consequence(tasks: Iterable[Task], changed: Collection[str]) -> str:
    """`changed` are fields of TaskChanges. Nothing if no frame is finished or at stake."""
    begun = [task for task in tasks if task.completed_frames]
    if not begun:
        return ""
    total = sum(task.total_frames for task in begun)
    if OF_THE_PICTURE & set(changed):
        return ngettext(
            "The {count:,} frame will be rendered again, because the picture changes.",
            "All {count:,} frames will be rendered again, because the picture changes.",
            total,
        ).format(count=total)
    if "output_dir" in changed:
        return ngettext(
            "The {count:,} frame will be rendered again, into the other folder.",
            "All {count:,} frames will be rendered again, into the other folder.",
            total,
        ).format(count=total)
    return _of_frames(begun) if "frames" in changed else ""


def _of_frames(begun: list[Task]) -> str:
    done = sum(task.completed_frames for task in begun)
    return ngettext(
        "{count:,} finished frame stays if it is still asked for; only what is missing is rendered.",
        "{count:,} finished frames stay where still asked for; only what is missing is rendered.",
        done,
    ).format(count=done)


def locked_sentence() -> str:
    """Why some fields cannot be changed now."""
    return _("Pause or cancel the task to change what is rendered.")
