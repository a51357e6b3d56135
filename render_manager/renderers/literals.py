"""The text that every line fulfilling a pattern must hold, found so that most need no pattern."""

from __future__ import annotations

_SPECIAL = frozenset(".^$|()[]{}*+?\\")
_CLASSES = frozenset("sSdDwWbB")


def certain_text(pattern: str) -> str:
    """The longest piece of plain text outside all brackets; "" if nothing is certain.

    Careful, not clever: what is not plainly certain counts as uncertain.
    """
    if "(?" in pattern.replace("(?:", "("):
        return ""  # flags and looks around change what the rest means
    pieces, depth, at = [""], 0, 0
    while at < len(pattern):
        character, step = pattern[at], 1
        if character == "\\":
            step, character = 2, pattern[at + 1 : at + 2]
            if character == "x":
                step = 4
            elif character not in _SPECIAL and character not in _CLASSES:
                return ""
            if depth == 0:
                pieces[-1:] = (
                    [pieces[-1] + character] if character in _SPECIAL else [pieces[-1], ""]
                )
        elif character == "[":
            step = _end_of_class(pattern, at) - at
            pieces.append("")
        elif character in "()":
            depth += 1 if character == "(" else -1
            pieces.append("")
        elif depth:
            pass
        elif character == "|":
            return ""
        elif character in "*?{":
            pieces[-1] = pieces[-1][:-1]
            step = pattern.find("}", at) + 1 - at if character == "{" else 1
            pieces.append("")
        elif character in _SPECIAL:
            pieces.append("")
        else:
            pieces[-1] += character
        at += max(step, 1)
    return max(pieces, key=len)


def _end_of_class(pattern: str, start: int) -> int:
    """Where a character class that begins at `start` is over."""
    at = start + 1 + pattern[start + 1 : start + 2].count("^")
    at += pattern[at : at + 1].count("]")
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
