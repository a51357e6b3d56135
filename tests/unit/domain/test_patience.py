from __future__ import annotations

from render_manager.domain.patience import license_pause


def test_the_pause_before_asking_for_a_licence_doubles_up_to_a_quarter_of_an_hour() -> None:
    pauses = [license_pause(refusals) for refusals in (1, 2, 3, 4, 5, 6, 1_000_000)]
    assert pauses == [60.0, 120.0, 240.0, 480.0, 900.0, 900.0, 900.0]
