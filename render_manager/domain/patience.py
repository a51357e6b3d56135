"""How long the queue has patience: pure functions from what a run reports to what it costs."""

from __future__ import annotations

FIRST_LICENSE_PAUSE = 60.0
"""Seconds until a licence is asked for again, the first time that there was none."""

LONGEST_LICENSE_PAUSE = 900.0


def license_pause(refusals: int) -> float:
    """Seconds to wait after so many refusals in a row (from 1): doubling, up to a longest."""
    doublings = min(max(0, refusals - 1), 10)
    return min(LONGEST_LICENSE_PAUSE, FIRST_LICENSE_PAUSE * 2.0**doublings)
