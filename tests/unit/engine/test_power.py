"""Sleep and shutting down: asked of a stand-in for logind on a real D-Bus, never of this computer."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from render_manager.base.errors import UserError
from render_manager.domain.deeds import Deed
from render_manager.engine import power
from render_manager.engine.power import LOGIND_VERBS, MACOS_COMMANDS, WINDOWS_COMMANDS, SystemPower

from .test_sleep_lock import ROOT, Talk, on_a_bus

ASKER = """
import sys
from PySide6.QtCore import QCoreApplication
from render_manager.domain.deeds import Deed
from render_manager.engine.power import SystemPower

app = QCoreApplication([])
for line in sys.stdin:
    try:
        SystemPower().carry_out(Deed(line.strip()))
        print("done", flush=True)
    except Exception as error:
        print(error, flush=True)
"""


@pytest.fixture
def bus() -> Iterator[tuple[Talk, str]]:
    bus = Talk(["dbus-daemon", "--session", "--nofork", "--print-address"])
    yield bus, bus.hear()
    bus.kill()


@on_a_bus
def test_logind_is_asked_without_a_question_to_the_user(bus: tuple[Talk, str]) -> None:
    logind = Talk([sys.executable, str(ROOT / "tests" / "fakes" / "logind.py")], bus[1])
    asker = Talk([sys.executable, "-c", ASKER], bus[1])
    try:
        assert logind.hear() == "ready"
        for deed, verb in LOGIND_VERBS.items():
            asker.say(deed.value)
            assert asker.hear() == "done"
            while (said := logind.hear()) == "let go":
                pass
            assert said == f"{verb}|False"
    finally:
        asker.kill()
        logind.kill()


@on_a_bus
def test_without_logind_it_is_refused_in_words(bus: tuple[Talk, str]) -> None:
    asker = Talk([sys.executable, "-c", ASKER], bus[1])
    try:
        asker.say("sleep")
        assert asker.hear().startswith("The computer could not be put to sleep or shut down: ")
    finally:
        asker.kill()


def test_every_deed_has_a_way_on_every_system() -> None:
    deeds = set(Deed) - {Deed.NOTHING}
    assert set(LOGIND_VERBS) == set(MACOS_COMMANDS) == deeds
    assert set(WINDOWS_COMMANDS) == deeds - {Deed.SLEEP}  # which has a call of its own


def test_a_program_that_fails_is_told() -> None:
    with pytest.raises(UserError, match="could not be put to sleep"):
        power._run(("/no/such/program",))


def test_nothing_is_nothing() -> None:
    SystemPower().carry_out(Deed.NOTHING)
