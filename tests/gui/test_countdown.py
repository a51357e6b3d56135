"""The strip that counts down, and the menu that chooses what comes after the queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from stand_in import Answers, FakeTray, Opened, StandIn

from render_manager.domain.deeds import Deed
from render_manager.domain.events import Outcome, RunEnded
from render_manager.gui.memory import WindowMemory
from render_manager.gui.window import MainWindow
from render_manager.service.after_queue import AfterQueue

LEFT = Qt.MouseButton.LeftButton


class FakePower:
    def __init__(self) -> None:
        self.done: list[Deed] = []

    def carry_out(self, deed: Deed) -> None:
        self.done.append(deed)


@pytest.fixture
def power() -> FakePower:
    return FakePower()


@pytest.fixture
def window(
    qtbot: QtBot, stand_in: StandIn, power: FakePower, tmp_path: Path
) -> Iterator[MainWindow]:
    after = AfterQueue(stand_in.service, power, tick_ms=60_000)
    window = MainWindow(
        stand_in.service,
        stand_in.settings,
        memory=WindowMemory(tmp_path / "window.ini"),
        dialogs=Answers(),
        desktop=Opened(),
        tray=FakeTray(),
        after_queue=after,
    )
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    after.deleteLater()


def choose(window: MainWindow, deed: Deed) -> None:
    (action,) = [each for each in window._deeds.actions() if each.data() == deed]
    action.trigger()


def render_all(stand_in: StandIn) -> None:
    task = stand_in.add("shot")
    run = stand_in.begin(task)
    stand_in.tell()
    stand_in.queue.cancel(task.id)
    stand_in.report(run, RunEnded(Outcome.CANCELLED))


def test_it_counts_down_and_can_be_stopped(window: MainWindow, stand_in: StandIn) -> None:
    choose(window, Deed.SHUT_DOWN)
    assert stand_in.settings.after_queue == "shut_down"
    assert window.countdown.isHidden()
    render_all(stand_in)
    assert window.countdown.isVisible()
    assert window.countdown.sentence == (
        "Everything is rendered. The computer shuts down in 60 seconds."
    )
    QTest.mouseClick(window.countdown.stop, LEFT)
    assert window.countdown.isHidden()
    assert stand_in.settings.after_queue == "nothing"
    checked = [each.data() for each in window._deeds.actions() if each.isChecked()]
    assert checked == [Deed.NOTHING]


def test_it_can_be_had_at_once(window: MainWindow, stand_in: StandIn, power: FakePower) -> None:
    choose(window, Deed.SLEEP)
    render_all(stand_in)
    assert "goes to sleep in 60 seconds" in window.countdown.sentence
    QTest.mouseClick(window.countdown.now, LEFT)
    assert power.done == [Deed.SLEEP]
    assert window.countdown.isHidden()


def test_it_comes_out_of_the_tray_to_be_seen(window: MainWindow, stand_in: StandIn) -> None:
    choose(window, Deed.HIBERNATE)
    window.hide()
    render_all(stand_in)
    assert window.isVisible() and window.countdown.isVisible()
