"""The whole program with a fake renderer, started and stopped for each test."""

from __future__ import annotations

from collections.abc import Iterator

import house
import pytest
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings
from render_manager.gui.window import MainWindow


@pytest.fixture
def manager(qtbot: QtBot, settings: Settings) -> Iterator[RenderManager]:
    """Render Manager under way, with one slot."""
    manager = house.build(settings)
    manager.start()
    yield manager
    manager.stop()


@pytest.fixture
def window(qtbot: QtBot, manager: RenderManager, settings: Settings) -> Iterator[MainWindow]:
    window = MainWindow(manager.service, settings)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.hide()
    window.deleteLater()
