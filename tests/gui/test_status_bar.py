from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.gui.status_bar import Notice, StatusBar
from render_manager.gui.tally import Tally
from render_manager.gui.theme import Theme
from render_manager.gui.window import MainWindow
from render_manager.service.vitals import Disk, Vitals

GB = 1 << 30
SEEN = Vitals(37.4, 12 * GB, 32 * GB, Disk(Path("/renders"), 218 * GB, 900 * GB))


def test_slots_are_counted(window: MainWindow, stand_in: StandIn) -> None:
    assert window.status.slots.text == "0 of 1 slots"
    stand_in.begin(stand_in.add("a"))
    assert window.status.slots.text == "1 of 1 slots"


@pytest.fixture
def bar(window: MainWindow) -> StatusBar:
    """A bar that no machine reports to."""
    window.vitals.seen.disconnect(window.status.show_vitals)
    return window.status


def test_the_machine_is_told_of(bar: StatusBar) -> None:
    bar.show_vitals(SEEN)
    assert bar.cpu.text == "37 %"
    assert bar.memory.text == "12 GB / 32 GB"
    assert bar.disk.text == "218 GB free"
    assert "/renders" in bar.disk.toolTip() and "900 GB" in bar.disk.toolTip()
    assert "MAX_CONCURRENT_RUNS" in bar.slots.toolTip()


def test_readings_keep_their_width(bar: StatusBar) -> None:
    widths = set()
    for percent in (0.0, 9.0, 10.0, 100.0):
        bar.show_vitals(replace(SEEN, cpu=percent))
        widths.add(bar.cpu.sizeHint().width())
    assert len(widths) == 1


def test_little_room_is_marked(bar: StatusBar) -> None:
    bar.show_vitals(SEEN)
    plenty = bar.disk.grab().toImage()
    bar.show_vitals(replace(SEEN, disk=Disk(Path("/renders"), 9 * GB, 900 * GB)))
    assert bar.disk.text == "9.0 GB free"
    assert bar.disk.toolTip().startswith("Little room is left.")
    assert bar.disk.grab().toImage() != plenty


def test_a_disk_that_hangs_is_said(bar: StatusBar) -> None:
    bar.show_vitals(replace(SEEN, disk=Disk(Path("/net/renders"))))
    assert bar.disk.text == "Disk does not answer"
    assert bar.disk.toolTip() == "/net/renders"
    assert bar.cpu.text == "37 %"


def test_the_disk_is_that_of_the_selected_task(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    seen: list[Disk | None] = []
    window.vitals.seen.connect(lambda vitals: seen.append(vitals.disk))
    window.table.select([stand_in.add("shot").id])
    qtbot.waitUntil(
        lambda: any(disk is not None and disk.folder == Path("/renders/shot") for disk in seen)
    )


def test_a_notice_goes_by_itself(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    notice = Notice(20, parent)
    notice.say("Undone: Remove 1 task")
    assert notice.text() == "Undone: Remove 1 task"
    qtbot.waitUntil(lambda: notice.text() == "")
    notice.say("Another")
    assert notice.text() == "Another"
    effect = notice.graphicsEffect()
    assert effect is not None and not effect.isEnabled()


def test_a_bar_speaks_of_nothing_it_does_not_know(stand_in: StandIn, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    bar = StatusBar(Tally(stand_in.queue.tasks), lambda: (0, 2), Theme("dark", parent), parent)
    assert bar.cpu.text == "– %"
    assert bar.disk.isHidden()
