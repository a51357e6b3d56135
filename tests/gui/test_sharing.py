"""The door for other programs, as the window shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from stand_in import StandIn

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.gui.sharing import Sharing
from render_manager.gui.window import MainWindow


class Remote(QObject):
    """A door that only says what it is told to say."""

    changed = Signal()
    noticed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.is_open = False
        self.is_beyond = False
        self.url = "http://127.0.0.1:8787"
        self.token: str | None = "secret-secret-secret"
        self.listeners: list[str] = []
        self.links = 0

    def pairing_link(self) -> str:
        self.links += 1
        return f"{self.url}/pair/{self.links}"

    def open(self) -> None:
        raise UserError("Port 8787 is taken.")

    def close(self) -> None:
        self.is_open = False

    def become(self, **what: object) -> None:
        for name, value in what.items():
            setattr(self, name, value)
        self.changed.emit()


@pytest.fixture
def remote() -> Remote:
    return Remote()


@pytest.fixture
def shared(
    qtbot: QtBot, stand_in: StandIn, settings: Settings, remote: Remote
) -> Iterator[MainWindow]:
    window = MainWindow(stand_in.service, settings, remote=remote)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.hide()


def button(window: MainWindow) -> Sharing:
    assert window.sharing is not None
    return window.sharing


def test_a_door_that_is_shut_takes_no_room(shared: MainWindow) -> None:
    assert not button(shared).isVisible()
    assert button(shared).actions_of_it["switch"].isEnabled()
    assert not button(shared).actions_of_it["link"].isEnabled()


def test_an_open_door_says_where_and_who(shared: MainWindow, remote: Remote) -> None:
    remote.become(is_open=True)
    assert button(shared).isVisible()
    assert button(shared).text() == "Web page"
    assert remote.url in button(shared).toolTip()
    remote.become(listeners=["127.0.0.1", "127.0.0.1"])
    assert button(shared).text() == "Web page · 2 connected"


def test_a_door_to_the_network_is_a_warning(shared: MainWindow, remote: Remote) -> None:
    remote.become(is_open=True)
    quiet = button(shared).icon().pixmap(14).toImage()
    remote.become(is_beyond=True, listeners=["192.168.1.7"])
    assert button(shared).text() == "Open to the network · 1 connected"
    assert "192.168.1.7" in button(shared).toolTip()
    assert button(shared).icon().pixmap(14).toImage() != quiet


def test_that_nobody_has_to_show_a_token_is_said(shared: MainWindow, remote: Remote) -> None:
    remote.become(is_open=True, token=None)
    assert button(shared).text() == "Web page without a token"
    assert not button(shared).actions_of_it["token"].isVisible()


def test_link_and_token_go_to_the_clipboard(shared: MainWindow, remote: Remote) -> None:
    remote.become(is_open=True)
    button(shared).actions_of_it["link"].trigger()
    assert QGuiApplication.clipboard().text() == f"{remote.url}/pair/1"
    button(shared).actions_of_it["token"].trigger()
    assert QGuiApplication.clipboard().text() == remote.token


def test_the_menu_switches_the_setting(shared: MainWindow, settings: Settings) -> None:
    button(shared).actions_of_it["switch"].trigger()
    assert settings.api_enabled
    button(shared).actions_of_it["switch"].trigger()
    assert not settings.api_enabled


def test_why_it_cannot_listen_is_said(shared: MainWindow, remote: Remote) -> None:
    remote.noticed.emit("Port 8787 is taken.")
    assert shared.banner.sentence == "Port 8787 is taken."
