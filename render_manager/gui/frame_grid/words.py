"""What is said about a frame: its state, why, and what it left on disk."""

from __future__ import annotations

from render_manager.base.i18n import _
from render_manager.domain.evidence import Suspicion, in_words
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail
from render_manager.gui import text


def title(number: int, state: FrameState) -> str:
    return _("Frame {number}: {state}").format(number=number, state=text.frame_word(state))


def reason(detail: FrameDetail | None, suspicions: tuple[Suspicion, ...] = ()) -> str:
    """Why a frame failed or waits, or what is suspicious about it; else nothing."""
    if detail is not None and detail.error_message:
        return detail.error_message
    return suspicious(suspicions)


def about(
    number: int,
    state: FrameState,
    detail: FrameDetail | None,
    suspicions: tuple[Suspicion, ...] = (),
) -> str:
    """Everything, in lines. The first has no text of the user's, so Qt takes it for plain text."""
    lines = [title(number, state), reason(detail, suspicions)]
    if detail is not None:
        if detail.seconds is not None:
            lines.append(_("Rendered in {time}").format(time=text.precise(detail.seconds)))
        lines += [f"{file.path}  ·  {file.width} × {file.height}" for file in detail.files]
    return "\n".join(filter(None, lines))


def suspicious(suspicions: tuple[Suspicion, ...]) -> str:
    """“Suspicious: all black.”, or nothing."""
    return _("Suspicious: {what}.").format(what=in_words(suspicions)) if suspicions else ""
