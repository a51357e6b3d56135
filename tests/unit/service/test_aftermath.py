"""The notice after a crash: what is said, and that nothing is said without need."""

from __future__ import annotations

import pytest

from render_manager.service.aftermath import Aftermath

HEAD = "Render Manager did not end properly last time. "
TAIL = " Finished frames are as they were."


def test_without_a_run_there_is_no_notice() -> None:
    assert Aftermath().text() == ""


@pytest.mark.parametrize(
    ("aftermath", "middle"),
    [
        (Aftermath(followed=1), "1 renderer is still at work and is followed on."),
        (Aftermath(stopped=2), "2 renderers of cancelled tasks are stopped."),
        (
            Aftermath(followed=2, ended=1),
            "2 renderers are still at work and are followed on. "
            "1 renderer has ended meanwhile; the frames it left are checked.",
        ),
    ],
)
def test_the_notice_says_what_became_of_each_renderer(aftermath: Aftermath, middle: str) -> None:
    assert aftermath.text() == HEAD + middle + TAIL
