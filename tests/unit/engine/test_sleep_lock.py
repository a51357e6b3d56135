"""The lock that keeps the computer awake: on Linux with a stand-in for logind on a real D-Bus."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from render_manager.engine.sleep_lock import CaffeinateLock

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys
from PySide6.QtCore import QCoreApplication, QSocketNotifier
from render_manager.engine.sleep_lock import LogindLock

app, lock = QCoreApplication([]), LogindLock()

def obey():
    {"hold": lock.hold, "release": lock.release}[sys.stdin.readline().strip()]()

orders = QSocketNotifier(0, QSocketNotifier.Type.Read)
orders.activated.connect(obey)
app.exec()
"""
TAKEN = "Inhibit|sleep:idle|Render Manager|Frames are being rendered|block"

on_a_bus = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dbus-daemon") is None, reason="there is no D-Bus"
)


class Talk:
    """A process that is talked with line by line, in an environment with that system bus."""

    def __init__(self, command: list[str], bus: str = "") -> None:
        environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": bus, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment
        )

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def talks() -> Iterator[tuple[Talk, Talk]]:
    """logind and a holder of its locks, both on a bus of their own."""
    bus = Talk(["dbus-daemon", "--session", "--nofork", "--print-address"])
    address = bus.hear()
    logind = Talk([sys.executable, str(ROOT / "tests" / "fakes" / "logind.py")], address)
    assert logind.hear() == "ready"
    holder = Talk([sys.executable, "-c", HOLDER], address)
    yield logind, holder
    for talk in (holder, logind, bus):
        talk.kill()


@on_a_bus
def test_logind_has_the_lock_until_it_is_released(talks: tuple[Talk, Talk]) -> None:
    logind, holder = talks
    for _time in range(2):
        holder.say("hold")
        assert logind.hear() == TAKEN
        holder.say("release")
        assert logind.hear() == "let go"


@on_a_bus
def test_the_lock_ends_with_a_process_that_is_killed(talks: tuple[Talk, Talk]) -> None:
    logind, holder = talks
    holder.say("hold")
    assert logind.hear() == TAKEN
    holder.kill()
    assert logind.hear() == "let go"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has logind")
def test_without_a_bus_nothing_happens_and_that_is_logged_once(tmp_path: Path) -> None:
    twice = (
        "import logging; logging.basicConfig(level='INFO')\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from render_manager.engine.sleep_lock import LogindLock\n"
        "app, lock = QCoreApplication([]), LogindLock()\n"
        "for _ in range(2): lock.hold(); lock.release()\n"
    )
    nowhere = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/none", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", twice],
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.count("The computer cannot be kept awake") == 1
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_the_child_that_keeps_a_mac_awake_ends_when_it_is_released(tmp_path: Path) -> None:
    stand_in = tmp_path / "caffeinate"
    stand_in.write_text('#!/bin/sh\nexec tail "--pid=$3" -f /dev/null\n')
    stand_in.chmod(0o755)
    lock = CaffeinateLock(str(stand_in))
    before = set(psutil.Process().children())
    lock.hold()
    (child,) = set(psutil.Process().children()) - before
    lock.release()
    assert not child.is_running()


def test_a_missing_program_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    lock = CaffeinateLock(str(tmp_path / "none"))
    for _time in range(2):
        lock.hold()
        lock.release()
    assert len(caplog.messages) == 1
    assert "cannot be kept awake" in caplog.messages[0]
