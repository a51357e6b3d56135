from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from render_manager.domain.events import Problem
from render_manager.domain.patience import RunLimits
from render_manager.engine import watchdog
from render_manager.engine.loop import PlainLoop
from render_manager.engine.process_tree import ProcessTree
from render_manager.engine.watchdog import Watchdog

NOBODY = ProcessTree(-1, 0.0, "/no/such/run.log")


@pytest.fixture
def loop() -> PlainLoop:
    return PlainLoop()


def test_a_clock_that_jumps_is_told_and_is_no_stall(
    loop: PlainLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(time=time.time, monotonic=time.monotonic)
    monkeypatch.setattr(watchdog, "time", clock)
    limits = RunLimits(stall_seconds=3600)
    dog = Watchdog(loop, NOBODY, limits, tmp_path / "log", tmp_path, lambda: 1, period=0.1)
    barks: list[Problem] = []
    jumps: list[float] = []

    def take(seconds: float) -> None:
        jumps.append(seconds)
        clock.time = time.time  # it sleeps; then the clock is set back
        if len(jumps) == 2:
            loop.quit()

    dog.barked.connect(barks.append)
    dog.overslept.connect(take)
    dog.start()
    clock.time = lambda: time.time() + 3600 * 8
    loop.run()
    dog.stop()
    assert [round(seconds / 3600) for seconds in jumps] == [8, -8]
    assert barks == []


def test_a_run_whose_processes_do_nothing_is_barked_at_once_only(
    loop: PlainLoop, tmp_path: Path
) -> None:
    limits = RunLimits(stall_seconds=0.3)
    dog = Watchdog(loop, NOBODY, limits, tmp_path / "log", tmp_path, lambda: 4)
    barks: list[Problem] = []
    dog.barked.connect(barks.append)
    dog.barked.connect(lambda _: loop.timer(0.2, loop.quit).start())
    dog.start()
    loop.run()
    assert [(bark.code, bark.frame) for bark in barks] == [("stalled", 4)]


def test_what_another_run_writes_into_the_folder_is_no_sign_of_life(
    loop: PlainLoop, tmp_path: Path
) -> None:
    limits = RunLimits(stall_seconds=0.5)
    log = tmp_path / "log"
    dog = Watchdog(loop, NOBODY, limits, log, tmp_path, lambda: 4, is_alone=lambda: False)
    others = loop.timer(
        0.02, lambda: (tmp_path / f"{time.monotonic_ns()}.png").touch(), repeats=True
    )
    others.start()
    dog.barked.connect(lambda _: loop.quit())
    dog.start()
    loop.run()
