"""The button that sends a test message to who is told of ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from listening import hook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from stand_in import StandIn, window_of

from render_manager.gui.settings.dialog import SettingsDialog
from render_manager.gui.settings.trial_row import TrialRow
from render_manager.service.ends.ends import Ends


@pytest.fixture
def row(qtbot: QtBot, stand_in: StandIn, memory_file: Path) -> Iterator[TrialRow]:
    ends = Ends(stand_in.service)
    window = window_of(stand_in, memory_file, ends=ends)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.settings is not None
    assert window.settings.trial is not None
    yield window.settings.trial
    ends.stop()


def test_a_message_that_is_taken(qtbot: QtBot, stand_in: StandIn, row: TrialRow) -> None:
    with hook() as listening, qtbot.waitSignal(row._ends.tried):
        stand_in.settings.adopt({"webhook_url": listening.url}, {})
        row.do.click()
        assert not row.do.isEnabled()
    assert row.do.isEnabled()
    assert row.where.text() == "The test message was taken."
    assert len(listening.told) == 1


def test_why_it_was_not(qtbot: QtBot, stand_in: StandIn, row: TrialRow) -> None:
    with hook((403, "")) as listening, qtbot.waitSignal(row._ends.tried):
        stand_in.settings.adopt({"webhook_url": listening.url}, {})
        row.do.click()
    assert row.problem.text() == "The webhook was not told: it answers 403."
    assert row.where.text() == ""


def test_a_password_is_not_shown(row: TrialRow) -> None:
    dialog = row.window()
    assert isinstance(dialog, SettingsDialog)
    control = dialog.rows["smtp_password"].control
    control.put("geheim")
    line = control.widget
    assert isinstance(line, QLineEdit)
    assert line.displayText() != "geheim"
    assert control.get() == "geheim"
