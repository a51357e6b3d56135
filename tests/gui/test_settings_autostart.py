"""Starting with the computer, switched in the settings dialog."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from stand_in import FakeAutostart, StandIn, window_of

from render_manager.gui.settings.autostart_row import AutostartRow
from render_manager.gui.settings.dialog import SettingsDialog
from render_manager.gui.window import MainWindow


@pytest.fixture
def autostart() -> FakeAutostart:
    return FakeAutostart()


def opened(qtbot: QtBot, window: MainWindow) -> SettingsDialog:
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.settings is not None
    return window.settings


@pytest.fixture
def row(
    qtbot: QtBot, stand_in: StandIn, memory_file: Path, autostart: FakeAutostart
) -> AutostartRow:
    dialog = opened(qtbot, window_of(stand_in, memory_file, autostart=autostart))
    assert dialog.autostart is not None
    qtbot.waitUntil(lambda: dialog.autostart._is_on is not None)  # type: ignore[union-attr]
    return dialog.autostart


def written(row: AutostartRow) -> str:
    return "\n".join(label.text() for label in row.findChildren(QLabel) if label.isVisible())


def test_it_is_switched_on_and_off(
    qtbot: QtBot, row: AutostartRow, autostart: FakeAutostart
) -> None:
    assert "Off." in written(row)
    row.do.setFocus()
    QTest.keyClick(row.do, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: autostart.on and row.undo.isVisible())
    assert "It starts by itself." in written(row)
    assert "On." in written(row)
    qtbot.waitUntil(row.undo.hasFocus)
    QTest.mouseClick(row.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(row.do.isVisible)
    assert not autostart.on


def test_what_the_system_refuses_is_said(
    qtbot: QtBot, row: AutostartRow, autostart: FakeAutostart
) -> None:
    autostart.refuses = "There is no systemd here."
    QTest.mouseClick(row.do, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "There is no systemd here." in written(row))
    assert row.do.isVisible()
    assert row.do.isEnabled()


def test_it_is_found_by_its_words(row: AutostartRow) -> None:
    assert row.fits(["start", "computer"])
    assert not row.fits(["thumbnail"])


def test_another_machine_is_not_switched_from_here(
    qtbot: QtBot, stand_in: StandIn, memory_file: Path
) -> None:
    assert opened(qtbot, window_of(stand_in, memory_file)).autostart is None
