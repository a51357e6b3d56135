"""What a session that did not end properly left behind, in words for the user."""

from __future__ import annotations

from dataclasses import dataclass

from render_manager.base.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class Aftermath:
    """How many renderers were under way when the last session ended, and what became of them."""

    followed: int = 0
    """Still at work, and followed on."""
    ended: int = 0
    """Not there any more; what they left is judged."""
    stopped: int = 0
    """Of cancelled tasks, and so ended now."""

    def text(self, *, is_as_wanted: bool = False) -> str:
        """For the banner; empty if there is nothing to tell.

        `is_as_wanted`: the user had left the renderers at work when quitting.
        """
        told = [_followed(self.followed), _ended(self.ended), _stopped(self.stopped)]
        if not any(told):
            return ""
        first = _("Render Manager did not end properly last time.")
        if is_as_wanted:
            first = _("Renderers were left at work when Render Manager was quit.")
        last = _("Finished frames are as they were.")
        return " ".join(sentence for sentence in (first, *told, last) if sentence)


def _followed(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "{count} renderer is still at work and is followed on.",
        "{count} renderers are still at work and are followed on.",
        count,
    ).format(count=count)


def _ended(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "{count} renderer has ended meanwhile; the frames it left are checked.",
        "{count} renderers have ended meanwhile; the frames they left are checked.",
        count,
    ).format(count=count)


def _stopped(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "{count} renderer of a cancelled task is stopped.",
        "{count} renderers of cancelled tasks are stopped.",
        count,
    ).format(count=count)
