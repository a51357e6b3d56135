from __future__ import annotations

import pytest

from render_manager.domain.dialog import Dialog, meaning


@pytest.mark.parametrize(
    ("dialog", "code"),
    [
        (Dialog("Maya", ("License was not obtained",)), "no_license"),
        (Dialog("Redshift", ("No license available for this product.",)), "no_license"),
        (Dialog("blender.exe - Application Error", ("The memory could not be read",)), "crashed"),
        (Dialog("Fatal Error", ("Attempting to save",)), "crashed"),
        (Dialog("Error", ("The paging file is too small",)), "out_of_memory"),
        (Dialog("Unsupported Display", ("Use another driver.",)), None),
        (Dialog("Maya", ("Your license is good for 30 days.",)), None),
    ],
)
def test_what_a_box_tells_of(dialog: Dialog, code: str | None) -> None:
    problem = meaning(dialog)
    assert (problem.code if problem else None) == code


def test_a_box_is_written_in_one_line() -> None:
    assert Dialog("Maya", ("Two\r\nlines", "", "more")).line == "Maya | Two lines | more"
