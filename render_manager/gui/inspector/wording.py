"""What the preview says in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from render_manager.base.i18n import _
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Task
from render_manager.gui.inspector.layer_chooser import Choice, Offer
from render_manager.images.viewing import View

_IN_TIME = 0.97
"""The share of the wanted rate that counts as reached; the clock of a screen is not ours."""


def title() -> str:
    """What a screen reader calls the canvas."""
    return _("Picture")


def without_picture(task: Task, row: int, detail: FrameDetail | None) -> str:
    """Why there is nothing to see of a frame."""
    number = task.frames.numbers[row]
    match task.frames.state(row):
        case FrameState.FAILED:
            reason = detail.error_message if detail else None
            failed = _("Frame {number} failed.").format(number=number)
            return f"{failed}\n{reason}" if reason else failed
        case FrameState.RENDERING:
            return _("Frame {number} is being rendered.").format(number=number)
        case FrameState.COMPLETED:
            if detail is None:
                return ""
            return _("Frame {number} is completed, but no file of it is known.").format(
                number=number
            )
        case _:
            return _("Frame {number} has not been rendered yet.").format(number=number)


def without_frame(task: Task | None) -> str:
    """What to do before there is anything to see."""
    if task is None:
        return _("Select a task to look at its frames.")
    if not task.frames:
        return _("The frames appear here once the scene has been read.")
    return _("No frame is finished yet. The first one appears here as soon as it is.")


def offers(detail: FrameDetail, file: int, view: View | None) -> list[Offer]:
    """The layers of all files of a frame; those of the file that is seen are as it says itself."""
    found: list[Offer] = []
    for place, one in enumerate(detail.files):
        is_seen = place == file and view is not None
        names = view.layers if is_seen and view else one.layers or ("",)
        prefix = f"{Path(one.path).name}  ·  " if len(detail.files) > 1 else ""
        for name in names:
            title = f"{prefix}{name or _('Picture')}"
            found.append(Offer(Choice(place, name), title))
    return found


def about(number: int, path: str, size: tuple[int, int]) -> str:
    """Frame number, file name and resolution."""
    return "  ·  ".join([str(number), Path(path).name, "{} × {}".format(*size)])


def pixel_under(at: tuple[int, int], views: Sequence[View]) -> str:
    """“x 812  y 304   0.1820  0.1790  0.2010  1.0000”, from the most exact view that has it.

    The mean of several pixels is marked with ≈.
    """
    from render_manager.images.grading import values_at  # numpy came with the first view

    for view in views:
        values = values_at(view, *at)
        if values is not None:
            written = "  ".join(_figure(value) for value in values)
            return f"x {at[0]}  y {at[1]}   {'≈ ' if view.reduction > 1 else ''}{written}"
    return f"x {at[0]}  y {at[1]}"


def rate(reached: float | None, wanted: float) -> str:
    """“24.0 fps”, or “18 of 24 fps” if it is slower than wanted."""
    if reached is None:
        return ""
    if reached >= _IN_TIME * wanted:
        return _("{rate} fps").format(rate=f"{wanted:.1f}")
    return _("{reached} of {wanted} fps").format(reached=f"{reached:.0f}", wanted=f"{wanted:g}")


def _figure(value: float) -> str:
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.5g}"
