"""Movies asked for from outside: that they are made, stopped, and refused where there are none."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from .conftest import Served, end_server, start_server
from .test_commands import Command, anywhere, command, quiet_log

__all__ = ["anywhere", "command", "quiet_log"]

FAKE = """#!/bin/sh
for last; do :; done
cat > "$last"
[ ! -e "$0.slow" ] || exec tail -f /dev/null
"""
"""Writes what it is given into the file it is to make, and never ends if it is to be slow."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if os.name == "nt":
        pytest.skip("the ffmpeg of these tests is a shell script")
    home = tmp_path_factory.mktemp("movies")
    ffmpeg = home / "ffmpeg"
    ffmpeg.write_text(FAKE, "utf-8")
    ffmpeg.chmod(0o755)
    process, (url, link) = start_server(home, FFMPEG_EXECUTABLE=str(ffmpeg))
    token = (home / "api-token").read_text("ascii")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=20, trust_env=False) as client:
        yield Served(url, link, home, client)
    end_server(process)


def until(is_so: Callable[[], object]) -> None:
    """A file has no signal to wait for."""
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def rendered(served: Served, name: str) -> tuple[int, Path]:
    task = served.wait_for_end(served.submit(name, {"end": 2})["id"])
    assert task["status"] == "completed"
    return task["id"], Path(task["output_dir"])


def parts(folder: Path) -> list[Path]:
    return list(folder.glob(".*.part.mp4"))


def test_the_api_makes_one(served: Served) -> None:
    id, folder = rendered(served, "film")
    asked = served.client.post(f"/api/tasks/{id}/movie")
    assert (asked.status_code, asked.json()["id"]) == (202, id)
    until((folder / "film.mp4").exists)
    assert not parts(folder)


def test_the_command_line_makes_one(served: Served, command: Command) -> None:
    id, folder = rendered(served, "spoken")
    (told,) = command("movie", id, "--json").json
    assert told["id"] == id
    until((folder / "spoken.mp4").exists)


def test_one_that_is_being_made_is_stopped(served: Served, command: Command) -> None:
    id, folder = rendered(served, "long")
    slow = served.home / "ffmpeg.slow"
    slow.touch()
    try:
        served.client.post(f"/api/tasks/{id}/movie")
        until(lambda: parts(folder))
        assert command("movie", id, "--stop").code == 0
        until(lambda: not parts(folder))
    finally:
        slow.unlink()
    assert not (folder / "long.mp4").exists()
    again = command("movie", id, "--stop")
    assert again.code == 1
    assert f"{id}: No movie is being made of it." in again.err
    assert served.task(id)["status"] == "completed"


def test_of_nothing_there_is_none(served: Served) -> None:
    held = served.submit("held", {"end": 2}, paused=True)
    refused = served.client.post(f"/api/tasks/{held['id']}/movie")
    assert refused.status_code == 409
    assert "no finished frame" in refused.json()["detail"]
