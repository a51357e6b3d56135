"""The window on a stand-in service, in a place where its memory is empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from stand_in import Answers, FakeTray, Opened, StandIn, window_of
from systems import is_wine

from render_manager.base.settings import Settings, load_settings
from render_manager.gui.window import MainWindow


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if is_wine():
        no_keyboard = pytest.mark.skip(reason="Wine without a window manager has no active window")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(no_keyboard)


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings(
        render_output_dir=home / "renders", queue_at_once=True, ui_theme="dark", ui_language="en"
    )


@pytest.fixture
def stand_in(qtbot: QtBot, settings: Settings) -> StandIn:
    return StandIn(settings)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def memory_file(tmp_path: Path) -> Path:
    return tmp_path / "window.ini"


@pytest.fixture
def tray(qtbot: QtBot) -> FakeTray:
    return FakeTray()


@pytest.fixture
def window(
    qtbot: QtBot,
    stand_in: StandIn,
    answers: Answers,
    opened: Opened,
    memory_file: Path,
    tray: FakeTray,
) -> MainWindow:
    """The window, on the screen, with no task yet."""
    window = window_of(stand_in, memory_file, answers=answers, opened=opened, tray=tray)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window
