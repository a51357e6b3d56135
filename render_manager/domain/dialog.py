"""A box that a renderer shows and that waits for a click: what it says, and what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from render_manager.domain.events import NO_LICENSE, Problem, Severity
from render_manager.domain.patience import OUT_OF_MEMORY


@dataclass(frozen=True, slots=True)
class Dialog:
    """What stands in the box, from top to bottom, without its buttons."""

    title: str
    texts: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """All of it in one line."""
        said = [self.title, *self.texts]
        return " | ".join(text for text in (" ".join(each.split()) for each in said) if text)


CRASHED = "crashed"

RULES: tuple[tuple[str, str], ...] = (
    (r"licen[cs]e.*(not|error|fail|denied|unavailable)|(no|not obtain).* licen[cs]e", NO_LICENSE),
    (
        r"has stopped working|crash|fatal error|application error|unexpected(ly)? (error|quit)",
        CRASHED,
    ),
    (r"out of memory|paging file|not enough (memory|storage)", OUT_OF_MEMORY),
)
"""What a box is about, by what stands in it. Others are closed, and that is all."""


def meaning(dialog: Dialog) -> Problem | None:
    """The problem that the box tells of, or None if it is just in the way."""
    found = (code for rule, code in RULES if re.search(rule, dialog.line, re.IGNORECASE))
    code = next(found, None)
    return None if code is None else Problem(code, dialog.line, Severity.ERROR)
