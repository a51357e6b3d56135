"""A server with the fake renderer, one for the tests of a module."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from ending import TELLING, exit_code
from house import make_scene

SERVER = Path(__file__).parents[2] / "fakes" / "api_server.py"


@dataclass
class Served:
    """The server, a client that may do everything, and the folders."""

    url: str
    pairing_link: str
    home: Path
    client: httpx.Client

    @property
    def uploads(self) -> Path:
        return self.home / "uploads"

    @property
    def token(self) -> str:
        return (self.home / "api-token").read_text("ascii")

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def scene(self, name: str, **faults: Any) -> str:
        """A scene that may be named from outside."""
        return str(make_scene(self.uploads, name, **faults))

    def submit(
        self, name: str, faults: dict[str, Any] | None = None, **asked: Any
    ) -> dict[str, Any]:
        body = {
            "project_file": self.scene(name, **(faults or {})),
            "render_engine": "fake",
            **asked,
        }
        reply = self.client.post("/api/tasks/", json=body)
        assert reply.status_code == 201, reply.text
        task: dict[str, Any] = reply.json()
        return task

    def task(self, task_id: int) -> dict[str, Any]:
        task: dict[str, Any] = self.client.get(f"/api/tasks/{task_id}").json()
        return task

    def wait(
        self, task_id: int, is_so: Callable[[dict[str, Any]], bool], seconds: float = 30
    ) -> dict[str, Any]:
        """Ask for the task as the original's clients do, until it is as wanted."""
        until = time.monotonic() + seconds
        while not is_so(task := self.task(task_id)):
            assert time.monotonic() < until, task
            time.sleep(0.02)
        return task

    def wait_for_end(self, task_id: int) -> dict[str, Any]:
        ended = ("completed", "failed", "cancelled")
        return self.wait(task_id, lambda task: task["status"] in ended)


def start_server(home: Path, **env: str) -> tuple[subprocess.Popen[str], list[str]]:
    """The process, and its first line in words."""
    process = subprocess.Popen(
        [sys.executable, str(SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | TELLING | {"RENDER_MANAGER_HOME": str(home), **env},
    )
    assert process.stdout is not None
    return process, process.stdout.readline().split()


def end_server(process: subprocess.Popen[str]) -> None:
    with process:
        assert process.stdin is not None
        process.stdin.close()
        assert exit_code(process) == 0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("api") / "家 home"
    process, (url, link) = start_server(home)
    token = (home / "api-token").read_text("ascii")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=20, trust_env=False) as client:
        yield Served(url, link, home, client)
    end_server(process)
