"""How runs are written in the window, in the user's language."""

from __future__ import annotations

import time

from render_manager.base.i18n import N_, _
from render_manager.domain.events import Outcome
from render_manager.gui import text
from render_manager.gui.theme import Colors
from render_manager.storage.records import RunRecord

OUTCOME_WORDS = {
    Outcome.FINISHED: N_("finished"),
    Outcome.FAILED: N_("failed"),
    Outcome.GAVE_WAY: N_("gave way"),
    Outcome.CANCELLED: N_("cancelled"),
    Outcome.NOT_STARTED: N_("not started"),
}

_STATES = {
    Outcome.FINISHED: "completed",
    Outcome.FAILED: "failed",
    Outcome.GAVE_WAY: "paused",
    Outcome.CANCELLED: "cancelled",
    Outcome.NOT_STARTED: "failed",
}


def outcome_word(run: RunRecord, *, is_under_way: bool) -> str:
    """How it ended; “interrupted” if nobody was there to see."""
    if is_under_way:
        return _("running")
    return _("interrupted") if run.outcome is None else _(OUTCOME_WORDS[run.outcome])


def glyph(run: RunRecord, colors: Colors, *, is_under_way: bool) -> tuple[str, str]:
    """The icon of its outcome and the colour."""
    state = "cancelled" if run.outcome is None else _STATES[run.outcome]
    state = "running" if is_under_way else state
    return f"state-{state}", colors.of(state)


def title(run: RunRecord, *, is_under_way: bool) -> str:
    """“Run 12 · failed · 22:05”."""
    return _("Run {id} · {outcome} · {time}").format(
        id=run.id,
        outcome=outcome_word(run, is_under_way=is_under_way),
        time=moment(run.started_at),
    )


def moment(at: float | None, now: float | None = None) -> str:
    """The time of day, with the date where it is not today; a dash where there is none."""
    if at is None:
        return text.NOTHING
    then, today = time.localtime(at), time.localtime(now)
    is_today = then[:3] == today[:3]
    return time.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M", then)


def lasted(run: RunRecord, now: float, *, is_under_way: bool) -> str:
    """How long it took, or has taken up to now."""
    end = now if is_under_way else run.ended_at
    return text.duration(None if end is None else max(0.0, end - run.started_at))
