from __future__ import annotations

from render_manager.domain.events import Outcome, Problem, RunEnded, Severity
from render_manager.domain.patience import killer, license_pause


def test_the_pause_before_asking_for_a_licence_doubles_up_to_a_quarter_of_an_hour() -> None:
    pauses = [license_pause(refusals) for refusals in (1, 2, 3, 4, 5, 6, 1_000_000)]
    assert pauses == [60.0, 120.0, 240.0, 480.0, 900.0, 900.0, 900.0]


def test_a_frame_for_which_a_renderer_had_to_be_ended_is_its_killer() -> None:
    stall = Problem("stalled", "No sign of life.", Severity.FATAL, 2)
    assert killer(RunEnded(Outcome.FAILED, None, missing=(2, 3), problem=stall, in_work=2)) == 2
    assert killer(RunEnded(Outcome.FAILED, None, missing=(2, 3), in_work=2)) is None
    assert killer(RunEnded(Outcome.FAILED, None, missing=(3,), problem=stall, in_work=2)) is None
