"""Numbers as scenes and logs write them; what is no sensible number is None, never an error."""

from __future__ import annotations

import math

from render_manager.domain.frames import MAX_FRAMES, MAX_NUMBER


def whole(text: str | None) -> int | None:
    """`text` as a number that a frame can have."""
    try:
        number = int(text or "")
    except ValueError:
        return None
    return number if abs(number) <= MAX_NUMBER else None


def amount(text: str | None) -> float | None:
    """`text` as a finite number that is not negative."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def seconds(text: str | None) -> float | None:
    """`12.3` or `1:02:03.4` in seconds."""
    total = 0.0
    for part in (text or "").split(":"):
        number = amount(part)
        if number is None:
            return None
        total = total * 60 + number
    return total if math.isfinite(total) else None


def percentage(percent: str | None, part: str | None, of: str | None) -> float | None:
    """0–100, from the percentage itself or from so many parts of so many."""
    said, n, total = amount(percent), amount(part), amount(of)
    if said is None and n is not None and total:
        said = n / total * 100
    return None if said is None else min(said, 100.0)


def frame_range(start: int | None, end: int | None, step: int = 1) -> range | None:
    """The frames from `start` to `end`, or None if no task can have them."""
    if start is None or end is None or not 0 <= end - start < MAX_FRAMES:
        return None
    return range(start, end + 1, step)
