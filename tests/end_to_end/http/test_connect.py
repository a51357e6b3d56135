"""`render-manager --connect` before there is a window: whom it finds, and what it says if nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.cli.remote.connection import address_of
from render_manager.remote.greeting import greet

from .conftest import Served

WRONG_USE = 2


class Other(BaseHTTPRequestHandler):
    """Something else that speaks HTTP; or, at /api/health, an older one of ours."""

    is_ours = False

    def do_GET(self) -> None:
        is_health = self.is_ours and self.path == "/api/health"
        self.send_response(200 if is_health else 404)
        self.end_headers()
        if is_health:
            self.wfile.write(b'{"status": "ok", "version": "0.0.1", "tasks": {}, "running": 0}')

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def other() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Other)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_answers_is_no_render_manager(other: str) -> None:
    with pytest.raises(UserError, match="is no Render Manager"):
        greet(other, "x", is_here=False)


def test_an_older_one_is_told(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Other, "is_ours", True)
    with pytest.raises(UserError, match=r"has Render Manager 0\.0\.1"):
        greet(other, "x", is_here=False)


def test_a_token_that_is_refused(served: Served) -> None:
    with pytest.raises(UserError, match="does not know this token"):
        greet(served.url, "wrong", is_here=False)


def test_on_this_machine_the_key_of_its_user_is_found(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENDER_MANAGER_HOME", str(served.home))
    address = address_of(served.url, None)
    there = greet(address.url, address.token, is_here=address.is_here)
    assert there.is_here
    assert there.settings["upload_dir"]["may_change"]
    assert there.token == json.loads((served.home / "api.json").read_text("utf-8"))["key"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("http://127.0.0.1:1", "does not answer at"), ("ftp://x", "is no address")],
)
def test_the_command_says_one_sentence(url: str, sentence: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "render_manager", "--connect", url],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        cwd=Path(__file__).parents[3],
        env=os.environ | {"RENDER_MANAGER_HOME": str(tmp_path)},
    )
    assert ended.returncode == WRONG_USE
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
