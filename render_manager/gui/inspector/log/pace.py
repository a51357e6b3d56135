"""How work in the background leaves the window its time."""

from __future__ import annotations

import time
from collections.abc import Iterator

SLICE_SECONDS = 0.0015
"""What is done in one go. Python runs one thread at a time, so the window waits that long."""

PAUSE_SECONDS = 0.001

PIECE_SECONDS = 0.03
"""The work between two reports."""


def strides() -> Iterator[None]:
    """Goes on until a piece of work has lasted its time, with a pause after each slice."""
    end = time.perf_counter() + PIECE_SECONDS
    while True:
        slice_end = time.perf_counter() + SLICE_SECONDS
        while time.perf_counter() < slice_end:
            yield
        if time.perf_counter() >= end:
            return
        time.sleep(PAUSE_SECONDS)
