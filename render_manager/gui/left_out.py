"""What was not taken of a drop and why, in one message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from render_manager.base.i18n import _, ngettext
from render_manager.gui.scenes import Found
from render_manager.gui.text import suffix_list

NAMED = 3
"""Names that a sentence tells; the others are counted."""


def left_out(found: Found, suffixes: tuple[str, ...]) -> str:
    """One sentence for each reason, or nothing."""
    parts: list[str] = []
    if found.strangers:
        parts.append(
            ngettext(
                "{names} is not a scene that can be rendered here. What can: {kinds}.",
                "{names} are not scenes that can be rendered here. What can: {kinds}.",
                len(found.strangers),
            ).format(names=named(found.strangers), kinds=suffix_list(suffixes))
        )
    if found.barren:
        parts.append(_("There is no scene in {names}.").format(names=named(found.barren)))
    if found.missing:
        sentence = ngettext(
            "{names} is not there any more.",
            "{names} are not there any more.",
            len(found.missing),
        )
        parts.append(sentence.format(names=named(found.missing)))
    if found.closed:
        sentence = _("You may not look into {names}: ask for the right to read it.")
        parts.append(sentence.format(names=named(found.closed)))
    return " ".join(parts)


def refused(refusals: Sequence[str]) -> str:
    """The first refusal, and how many more there were."""
    if len(refusals) == 1:
        return refusals[0]
    more = ngettext(
        "{count} more file was refused.", "{count} more files were refused.", len(refusals) - 1
    )
    return f"{refusals[0]} {more.format(count=len(refusals) - 1)}"


def named(paths: Sequence[Path]) -> str:
    """The first few names: “a.txt”, “b.jpg” and 3 more."""
    names = ", ".join(_("“{name}”").format(name=path.name or path) for path in paths[:NAMED])
    if len(paths) <= NAMED:
        return names
    return _("{names} and {count} more").format(names=names, count=len(paths) - NAMED)
