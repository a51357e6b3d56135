"""What is due to whoever works at the computer."""

from __future__ import annotations

import pytest

from render_manager.domain.courtesy import (
    Courtesy,
    Due,
    Rules,
    Seen,
    due,
    is_named,
    named_programs,
)

LOWER, PAUSE = Courtesy.LOWER, Courtesy.PAUSE
USED = Rules(when_in_use=PAUSE, rest_minutes=10)
PROGRAMS = Rules(when_programs_run=LOWER, programs=("maya",))


@pytest.mark.parametrize(
    ("rules", "seen", "courtesy", "said"),
    [
        (Rules(), Seen(0.0, "maya", True), Courtesy.NOTHING, ""),
        (USED, Seen(599.0), PAUSE, "after 10 minutes without keyboard"),
        (USED, Seen(600.0), Courtesy.NOTHING, ""),
        (USED, Seen(None), Courtesy.NOTHING, ""),
        (PROGRAMS, Seen(program="maya.exe"), LOWER, "“maya.exe” is running"),
        (PROGRAMS, Seen(), Courtesy.NOTHING, ""),
        (Rules(when_on_battery=PAUSE), Seen(is_on_battery=True), PAUSE, "battery"),
        (Rules(when_on_battery=PAUSE), Seen(is_on_battery=False), Courtesy.NOTHING, ""),
        (Rules(LOWER, 10, PAUSE, ("maya",)), Seen(1.0, "maya"), PAUSE, "maya"),
    ],
)
def test_the_weightiest_rule_counts(
    rules: Rules, seen: Seen, courtesy: Courtesy, said: str
) -> None:
    found = due(rules, seen)
    assert found.courtesy is courtesy
    assert said in found.reason
    assert (found == Due()) is (courtesy is Courtesy.NOTHING)


def test_how_programs_are_named() -> None:
    names = named_programs(" maya.exe, Adobe Premiere Pro.exe，resolve ,")
    assert names == ("maya.exe", "Adobe Premiere Pro.exe", "resolve")
    assert is_named("MAYA.EXE", names) and is_named("Resolve.exe", names)
    assert not is_named("mayabatch.exe", names)


def test_what_is_not_asked_for_is_not_looked_at() -> None:
    assert not Rules().is_any
    assert not Rules(when_programs_run=PAUSE).is_any
    assert PROGRAMS.is_any and USED.is_any and Rules(when_on_battery=LOWER).is_any
