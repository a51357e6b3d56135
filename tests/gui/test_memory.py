from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from render_manager.gui.memory import WindowMemory, fitted

ROOM = QRect(100, -50, 1280, 800)


@given(
    st.integers(-9000, 9000), st.integers(-9000, 9000), st.integers(1, 9000), st.integers(1, 9000)
)
def test_a_window_fits_into_its_screen(left: int, top: int, width: int, height: int) -> None:
    place = QRect(left, top, width, height)
    found = fitted(place, ROOM)
    assert ROOM.contains(found)
    assert found.size() == QSize(min(width, 1280), min(height, 800))
    assert fitted(found, ROOM) == found


def test_a_window_of_a_screen_that_is_gone_comes_back_whole(qtbot: QtBot, tmp_path: Path) -> None:
    away, memory = QMainWindow(), WindowMemory(tmp_path / "window.ini")
    qtbot.addWidget(away)
    away.setGeometry(QRect(QPoint(5000, -3000), QSize(4000, 3000)))
    memory.remember("window", away)
    back = QMainWindow()
    qtbot.addWidget(back)
    memory.restore("window", back)
    back.show()
    assert QGuiApplication.primaryScreen().availableGeometry().contains(back.geometry())


def test_a_window_that_is_in_sight_stays_where_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    there, memory = QMainWindow(), WindowMemory(tmp_path / "window.ini")
    qtbot.addWidget(there)
    there.setGeometry(40, 50, 300, 200)
    memory.remember("window", there)
    back = QMainWindow()
    qtbot.addWidget(back)
    memory.restore("window", back)
    assert back.geometry() == QRect(40, 50, 300, 200)
