"""The door beside the window: opened and shut by the settings while everything goes on."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import house
import httpx
import pytest
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.errors import UserError
from render_manager.base.paths import address_file
from render_manager.base.settings import Settings
from render_manager.gui.window import MainWindow
from render_manager.http_api.door import HttpDoor


@pytest.fixture
def manager(qtbot: QtBot, settings: Settings) -> Iterator[RenderManager]:
    manager = house.build(settings)
    manager.start()
    yield manager
    manager.stop()


@pytest.fixture
def door(manager: RenderManager) -> Iterator[HttpDoor]:
    door = HttpDoor(manager.service)
    yield door
    door.close()


Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(qtbot: QtBot) -> Iterator[Ask]:
    """Asks from another thread, as the door answers on this one."""
    with ThreadPoolExecutor(1) as elsewhere:

        def ask(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
            asked = elsewhere.submit(httpx.get, url, headers=headers, timeout=10, trust_env=False)
            qtbot.waitUntil(asked.done, timeout=10_000)
            return asked.result()

        yield ask


def test_the_settings_open_and_shut_it(
    manager: RenderManager, settings: Settings, door: HttpDoor, qtbot: QtBot, ask: Ask
) -> None:
    window = MainWindow(manager.service, settings, remote=door)
    qtbot.addWidget(window)
    window.show()
    assert window.sharing is not None
    door.open()
    assert not door.is_open, "it is off until it is switched on"
    manager.service.change_settings({"api_port": 0, "api_enabled": True})
    assert door.is_open and window.sharing.isVisible()
    assert ask(f"{door.url}/api/health").status_code == 200
    assert ask(f"{door.url}/api/tasks/").status_code == 401
    assert address_file().is_file()
    url = door.url
    manager.service.change_settings({"api_enabled": False})
    assert not window.sharing.isVisible()
    assert not address_file().exists()
    with pytest.raises(httpx.ConnectError):
        ask(f"{url}/api/health")


def test_a_browser_is_let_in_once(
    manager: RenderManager, door: HttpDoor, qtbot: QtBot, ask: Ask
) -> None:
    manager.service.change_settings({"api_port": 0, "api_enabled": True})
    link = door.pairing_link()
    let_in = ask(link)
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/")
    cookie = let_in.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert str(door.token) not in cookie
    assert ask(link).status_code == 403


def test_a_port_that_is_taken_is_said(manager: RenderManager, door: HttpDoor) -> None:
    said: list[str] = []
    door.noticed.connect(said.append)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        manager.service.change_settings({"api_port": port, "api_enabled": True})
    assert not door.is_open
    assert said[0].startswith(f"Port {port} of 127.0.0.1 cannot be listened on")


def test_without_a_token_it_listens_to_this_computer_alone(
    manager: RenderManager, door: HttpDoor, ask: Ask
) -> None:
    manager.service.change_settings({"api_port": 0, "api_enabled": True, "api_auth": "none"})
    assert ask(f"{door.url}/api/tasks/").status_code == 200
    said: list[str] = []
    door.noticed.connect(said.append)
    manager.service.change_settings({"api_host": "0.0.0.0"})
    assert not door.is_open
    assert "listens to this computer alone" in said[0]
    with pytest.raises(UserError):
        door.open()


def test_a_proxy_in_front_is_known_by_its_address(
    manager: RenderManager, door: HttpDoor, ask: Ask
) -> None:
    origin = {"api_port": 0, "api_enabled": True, "api_allowed_origins": "https://render.example"}
    manager.service.change_settings(origin)
    url = f"{door.url}/api/health"
    said = {"host": "render.example", "origin": "https://render.example"}
    let_through = ask(url, said)
    assert let_through.status_code == 200
    assert let_through.headers["access-control-allow-origin"] == "https://render.example"
    assert ask(url, {"host": "elsewhere.example"}).status_code == 403
