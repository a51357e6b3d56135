from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from pytestqt.qtbot import QtBot

from render_manager.gui.background import Background


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


def test_work_is_done_elsewhere_and_its_result_comes_home(
    background: Background, qtbot: QtBot
) -> None:
    threads: list[threading.Thread] = []

    def come_home(worker: threading.Thread) -> None:
        threads.extend([worker, threading.current_thread()])

    background.run(threading.current_thread, come_home)
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


def test_an_answer_given_on_another_thread_comes_home(background: Background, qtbot: QtBot) -> None:
    asked: Future[int] = Future()
    found: list[tuple[int, threading.Thread]] = []
    background.when_done(asked, lambda n: found.append((n, threading.current_thread())))
    thread = threading.Thread(target=lambda: asked.set_result(7))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(found))
    assert found == [(7, threading.main_thread())]


def test_what_fails_goes_to_the_log_and_the_next_work_is_done(
    background: Background, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[float] = []
    failed: Future[float] = Future()
    failed.set_exception(OSError("the disk is gone"))
    background.when_done(failed, answers.append)
    background.run(lambda: 1 / 0, answers.append)
    background.run(lambda: 2.0, answers.append)
    qtbot.waitUntil(lambda: answers == [2.0])
    assert "the disk is gone" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_after_closing_nothing_comes_home(background: Background, qtbot: QtBot) -> None:
    answers: list[int] = []
    late: Future[int] = Future()
    background.when_done(late, answers.append)
    background.run(lambda: 1, answers.append)
    background.close()
    late.set_result(2)
    qtbot.wait(0)
    assert answers == []
