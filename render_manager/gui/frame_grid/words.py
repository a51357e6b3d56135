"""What is said about a frame: its state, why, and what it left on disk."""

from __future__ import annotations

from pathlib import PurePath

from render_manager.base.i18n import N_, _
from render_manager.domain.events import FrameFile
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail
from render_manager.gui import text

NOTES = {
    "nan": N_("has pixels that are no number (NaN)"),
    "inf": N_("has infinitely bright pixels"),
    "black": N_("is all black"),
    "flat": N_("is one colour all over"),
    "transparent": N_("is fully transparent"),
}


def title(number: int, state: FrameState) -> str:
    return _("Frame {number}: {state}").format(number=number, state=text.frame_word(state))


def reason(detail: FrameDetail | None) -> str:
    """Why a frame failed or waits, or what is suspicious about it; else nothing."""
    if detail is None:
        return ""
    sentences = [detail.error_message] if detail.error_message else []
    return "  ".join(sentences + [_suspicion(file) for file in detail.files if file.notes])


def about(number: int, state: FrameState, detail: FrameDetail | None) -> str:
    """Everything, in lines. The first has no text of the user's, so Qt takes it for plain text."""
    lines = [title(number, state)]
    if detail is not None:
        if detail.error_message:
            lines.append(detail.error_message)
        if detail.seconds is not None:
            lines.append(_("Rendered in {time}").format(time=text.precise(detail.seconds)))
        lines += [f"{file.path}  ·  {file.width} × {file.height}" for file in detail.files]
        lines += [_suspicion(file) for file in detail.files if file.notes]
    return "\n".join(lines)


def _suspicion(file: FrameFile) -> str:
    name = PurePath(file.path).name
    noted = ", ".join(_(NOTES[note]) if note in NOTES else note for note in file.notes)
    return _("“{file}” {noted}.").format(file=name, noted=noted)
