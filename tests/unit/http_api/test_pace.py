"""Slow lines are served; those that only keep a place are not."""

from __future__ import annotations

import pytest

from render_manager.http_api.message import Reply
from render_manager.http_api.pace import LEAST, WINDOW, Pace
from render_manager.http_api.wire import written


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_slow_line_is_served_for_hours_and_a_byte_now_and_then_is_not() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _piece in range(10_000):
        clock.now += WINDOW / 10
        pace.note(LEAST // 8)
    with pytest.raises(TimeoutError):
        for _piece in range(100):
            clock.now += WINDOW / 10
            pace.note(1)


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_has_no_length(status: int) -> None:
    assert b"content-length" not in written(Reply(status)).lower()
