"""Both loops do the same: Qt's, in which the program's own runs live, and the plain one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from render_manager.engine.loop import PlainLoop
from render_manager.engine.plain_process import PlainProcess
from render_manager.engine.process import FoundProcess, RendererProcess
from render_manager.engine.process_tree import ProcessTree
from render_manager.engine.qt_loop import QtLoop
from render_manager.engine.qt_process import QtProcess
from render_manager.renderers.renderer import Command

AnyLoop = PlainLoop | QtLoop

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(params=[PlainLoop, QtLoop])
def loop(request: pytest.FixtureRequest) -> AnyLoop:
    made: AnyLoop = request.param()
    return made


def test_what_is_posted_is_done_in_turn_on_the_thread_of_the_loop(loop: AnyLoop) -> None:
    done: list[tuple[int, int]] = []

    def post() -> None:
        for number in range(100):
            loop.post(lambda number=number: done.append((number, threading.get_ident())))  # type: ignore[misc]
        loop.post(loop.quit)

    poster = threading.Thread(target=post)
    poster.start()
    loop.run()
    poster.join()
    assert done == [(number, threading.get_ident()) for number in range(100)]


def test_timers_ring_in_the_order_of_their_times(loop: AnyLoop) -> None:
    rung: list[str] = []
    late, soon = loop.timer(0.1, lambda: rung.append("late")), None
    soon = loop.timer(0.02, lambda: rung.append("soon"))
    never = loop.timer(0.05, lambda: rung.append("never"))
    for each in (late, soon, never):
        assert not each.is_active
        each.start()
        assert each.is_active
    never.stop()
    loop.timer(0.2, loop.quit).start()
    loop.run()
    assert rung == ["soon", "late"]
    assert not late.is_active


def test_a_flood_of_posts_keeps_no_timer_from_ringing(loop: AnyLoop) -> None:
    def post() -> None:
        loop.post(post)

    loop.post(post)
    loop.timer(0.02, loop.quit).start()
    loop.run()


def test_a_timer_that_is_started_again_rings_once(loop: AnyLoop) -> None:
    rung: list[str] = []
    timer = loop.timer(0.03, lambda: rung.append("once"))
    timer.start()
    timer.start()
    loop.timer(0.15, loop.quit).start()
    loop.run()
    assert rung == ["once"]


def test_a_timer_that_repeats_can_stop_itself(loop: AnyLoop) -> None:
    rung: list[bool] = []

    def ring() -> None:
        rung.append(timer.is_active)
        if len(rung) == 3:
            timer.stop()

    timer = loop.timer(0.01, ring, repeats=True)
    timer.start()
    loop.timer(0.15, loop.quit).start()
    loop.run()
    assert rung == [True] * 3


def test_an_end_before_the_beginning_is_not_lost(loop: AnyLoop) -> None:
    loop.quit()
    loop.run()


def test_what_fails_does_not_end_the_plain_loop(caplog: pytest.LogCaptureFixture) -> None:
    loop = PlainLoop()
    loop.post(lambda: 1 / 0)  # type: ignore[arg-type]
    loop.post(loop.quit)
    loop.run()
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


MAKERS: list[tuple[Callable[[], AnyLoop], type[PlainProcess | QtProcess]]] = [
    (PlainLoop, PlainProcess),
    *([] if sys.platform == "win32" else [(QtLoop, QtProcess)]),
]


@pytest.mark.parametrize(("make_loop", "make_process"), MAKERS)
@pytest.mark.parametrize(("code", "end"), [("print('hi')", 0), ("import sys; sys.exit(3)", 3)])
def test_a_process_tells_of_its_start_and_its_end(
    make_loop: Callable[[], AnyLoop],
    make_process: type[PlainProcess | QtProcess],
    code: str,
    end: int,
    tmp_path: Path,
) -> None:
    loop, log = make_loop(), tmp_path / "run.log"
    told: list[object] = []
    words = Command((sys.executable, "-c", code))
    process = make_process(loop, words, log, tmp_path / "stop", tmp_path / "status")
    process.started.connect(lambda: told.append(process.tree is not None))
    process.finished.connect(told.append)
    process.finished.connect(lambda _code: loop.quit())
    process.start()
    loop.run()
    assert told == [True, end]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals on Windows")
@pytest.mark.parametrize(("make_loop", "make_process"), MAKERS)
def test_a_process_that_is_killed_has_the_signal_as_its_code(
    make_loop: Callable[[], AnyLoop], make_process: type[RendererProcess], tmp_path: Path
) -> None:
    loop, codes = make_loop(), list[int]()
    words = Command((sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"))
    process = make_process(loop, words, tmp_path / "log", tmp_path / "stop", tmp_path / "status")  # type: ignore[call-arg]
    process.finished.connect(codes.append)
    process.finished.connect(lambda _code: loop.quit())
    process.start()
    loop.run()
    assert codes == [-9]


def test_a_process_that_ended_unseen_is_told_of_as_such(loop: AnyLoop) -> None:
    process, codes = FoundProcess(loop, ProcessTree(-1, 0.0, "/no/such/run.log")), list[object]()
    process.finished.connect(codes.append)
    process.finished.connect(lambda _code: loop.quit())
    process.start()
    loop.run()
    assert (codes, process.was_seen_alive) == ([None], False)
