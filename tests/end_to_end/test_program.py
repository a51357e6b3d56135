"""The window as a program: it lives without a window in sight, and ends when it is asked to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from render_manager.gui.application import open_window
from render_manager.gui.window import MainWindow

GIVE_UP_MS = 60_000
"""After so long the program is ended: a failure within its loop would else let it go on for ever."""


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    qapp.setQuitOnLastWindowClosed(True)


def is_active(window: MainWindow) -> bool:
    """Without a window manager what is asked before the window is on the screen is lost."""
    window.activateWindow()
    return window.isActiveWindow()


def test_it_lives_hidden_and_ends_by_ctrl_q(application: QApplication, qtbot: QtBot) -> None:
    seen: list[str] = []

    def hide() -> None:
        window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
        window.hide()
        QTimer.singleShot(0, lambda: come_back(window))

    def come_back(window: MainWindow) -> None:
        seen.append("alive")
        window.show_again()
        qtbot.waitUntil(lambda: is_active(window), timeout=GIVE_UP_MS // 2)
        QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)

    QTimer.singleShot(0, hide)
    QTimer.singleShot(GIVE_UP_MS, application.quit)
    assert open_window() == 0
    assert seen == ["alive"]
