from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from render_manager.domain.patience import RunLimits
from render_manager.engine import watchdog
from render_manager.engine.process_tree import ProcessTree
from render_manager.engine.watchdog import Watchdog

NOBODY = ProcessTree(-1, 0.0, "/no/such/run.log")


def test_a_clock_that_jumps_is_told_and_is_no_stall(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(time=time.time, monotonic=time.monotonic)
    monkeypatch.setattr(watchdog, "time", clock)
    limits = RunLimits(stall_seconds=3600)
    dog = Watchdog(NOBODY, limits, tmp_path / "log", tmp_path, lambda: 1, period=0.1)
    barks: list[object] = []
    dog.barked.connect(barks.append)
    dog.start()
    for hours in (8, 0):  # it sleeps; then the clock is set back
        clock.time = lambda hours=hours: time.time() + 3600 * hours
        with qtbot.waitSignal(dog.overslept) as told:
            pass
        assert abs(abs(told.args[0]) - 8 * 3600) < 60
    dog.stop()
    assert barks == []


def test_a_run_whose_processes_do_nothing_is_barked_at_once_only(
    qtbot: QtBot, tmp_path: Path
) -> None:
    limits = RunLimits(stall_seconds=0.3)
    dog = Watchdog(NOBODY, limits, tmp_path / "log", tmp_path, lambda: 4)
    with qtbot.waitSignal(dog.barked) as told:
        dog.start()
    assert (told.args[0].code, told.args[0].frame) == ("stalled", 4)
    with qtbot.assertNotEmitted(dog.barked, wait=200):
        pass


def test_what_another_run_writes_into_the_folder_is_no_sign_of_life(
    qtbot: QtBot, tmp_path: Path
) -> None:
    limits = RunLimits(stall_seconds=0.5)
    dog = Watchdog(NOBODY, limits, tmp_path / "log", tmp_path, lambda: 4, is_alone=lambda: False)
    others = QTimer(interval=20)
    others.timeout.connect(lambda: (tmp_path / f"{time.monotonic_ns()}.png").touch())
    others.start()
    with qtbot.waitSignal(dog.barked):
        dog.start()
    others.stop()
