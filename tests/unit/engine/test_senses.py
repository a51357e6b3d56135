"""What this computer knows of its user, as far as it does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from systems import lists_programs

from render_manager.domain.courtesy import Courtesy, Rules, Seen, is_named
from render_manager.engine import senses
from render_manager.engine.niceness import LOWEST, set_lowest
from render_manager.engine.process_tree import ProcessTree


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield child
    child.kill()
    child.communicate()


def test_idle_time_is_a_figure_or_not_known() -> None:
    seconds = senses.idle_seconds()
    assert seconds is None or seconds >= 0


def test_the_screen_saver_of_x11_tells_it() -> None:
    if sys.platform != "linux" or not os.environ.get("DISPLAY"):
        pytest.skip("there is no X server")
    before = senses._idle_of_x11()
    assert before is not None and 0 <= before < 7 * 86_400


def test_what_fails_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> float:
        raise OSError

    monkeypatch.setattr(senses, "_ways", lambda: (fail, lambda: None, lambda: 7.0))
    assert senses.idle_seconds() == 7.0
    monkeypatch.setattr(senses, "_ways", lambda: (fail,))
    monkeypatch.setattr(psutil, "sensors_battery", fail)
    assert senses.idle_seconds() is None
    assert senses.on_battery() is None


def test_only_what_the_rules_ask_for_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("idle_seconds", "running_program", "on_battery"):
        monkeypatch.setattr(senses, name, lambda *_args: pytest.fail("looked"))
    assert senses.look(Rules()) == Seen()
    monkeypatch.setattr(senses, "on_battery", lambda: True)
    assert senses.look(Rules(when_on_battery=Courtesy.PAUSE)) == Seen(is_on_battery=True)


@lists_programs
def test_a_named_program_is_found(sleeper: subprocess.Popen[bytes]) -> None:
    name = psutil.Process(sleeper.pid).name()
    rules = Rules(when_programs_run=Courtesy.PAUSE, programs=(name.upper(),))
    found = senses.running_program(rules)
    assert found is not None and is_named(found, (name,))
    other = Rules(when_programs_run=Courtesy.PAUSE, programs=("no such program",))
    assert senses.running_program(other) is None


@lists_programs
def test_only_the_one_in_front_counts_where_that_is_known(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = psutil.Process(sleeper.pid).name()
    rules = Rules(when_programs_run=Courtesy.PAUSE, programs=(name,), only_in_front=True)
    for front, found in ((name, name), ("other", None), ("", None), (None, name)):
        monkeypatch.setattr(senses, "_front_program", lambda front=front: front)
        told = senses.running_program(rules)
        assert told is found is None or (told and found and is_named(told, (found,)))


@pytest.mark.skipif(psutil.WINDOWS, reason="xprop is of X11")
def test_the_window_in_front_is_asked_of_xprop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    xprop = tmp_path / "xprop"
    xprop.write_text(
        '#!/bin/sh\ncase "$1" in\n'
        '-root) echo "_NET_ACTIVE_WINDOW(WINDOW): window id # 0x3e00007";;\n'
        f'-id) echo "_NET_WM_PID(CARDINAL) = {psutil.Process().pid}";;\nesac\n'
    )
    xprop.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":99")
    assert senses._front_program() == psutil.Process().name()
    xprop.write_text("#!/bin/sh\necho _NET_ACTIVE_WINDOW: not found.\n")
    assert senses._front_program() is None


def test_the_priority_of_a_tree_is_lowered(sleeper: subprocess.Popen[bytes]) -> None:
    process = psutil.Process(sleeper.pid)
    tree = ProcessTree(sleeper.pid, process.create_time(), "test")
    set_lowest([tree, ProcessTree(2**30, time.time(), "gone")], is_lowest=True)
    assert process.nice() == (getattr(psutil, "IDLE_PRIORITY_CLASS", None) or LOWEST)
    set_lowest([tree], is_lowest=False)  # the administrator alone may on Linux; nothing is raised
