"""A line of a log as it is shown: decoded, without what only a terminal understands."""

from __future__ import annotations

import re

from render_manager.base.decoding import decode

LONGEST_SHOWN = 2_000
"""Characters of a line that are shown."""

MOST_BYTES = 4 * LONGEST_SHOWN
"""Bytes that so many characters can take."""

CUT = " ⋯"
"""Stands at the end of a line that goes on."""

TAB = 8

_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\^-~]?)"
)
_CONTROL = dict.fromkeys(code for code in (*range(32), *range(127, 160)) if code != 9)


def clean(line: bytes) -> str:
    """Colours, cursor moves and other control characters are taken out, tabs become spaces."""
    text = decode(line)
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    return text if text.isprintable() else text.translate(_CONTROL).expandtabs(TAB)


def shown(line: bytes) -> str:
    """The line cleaned, and cut if it is very long."""
    text = clean(line[:MOST_BYTES])
    is_cut = len(text) > LONGEST_SHOWN or len(line) > MOST_BYTES
    return text[:LONGEST_SHOWN] + CUT if is_cut else text
