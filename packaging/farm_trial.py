"""The installed Windows program as a worker of a farm: the manager is the checkout, on Linux, and has
no Maya; the broker is Debian's Redis on loopback."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steps import BuildError, Workplace, run, say
from trial import Tasks, make_scene
from wine import Wine, named

FRAMES, NAME = 12, "wine"
PATIENCE = 120


def try_installed_worker(place: Workplace, tools: Path, wine: Wine, installed: Path) -> None:
    """Raises BuildError unless it renders all frames of a scene that is queued on Linux."""
    folder = place.work / "farm 农场"
    shutil.rmtree(folder, ignore_errors=True)
    scene = make_scene(folder / "farmed.ma", FRAMES)
    with _redis(folder) as broker:
        manager = _Manager(place, tools, folder, broker)
        try:
            words = ["farm", "worker", "--broker", broker, "--name", NAME, "--slots", "1"]
            worker = wine.start([installed / "render-manager.exe", *words])
            try:
                manager.wait_for_worker()
                manager.ask("submit", str(scene))
                tasks = Tasks(folder / "home" / "render-manager.sqlite3")
                tasks.wait(farmed="completed")
            finally:
                wine.end()
                worker.wait(60)
            tasks.check_frames(FRAMES)
            tasks.check_machines({NAME})
        finally:
            manager.end()
    say(f"A worker of a farm whose manager is on Linux: {FRAMES} frames with thumbnails")


class _Manager:
    """`serve`, and the commands that speak with it."""

    def __init__(self, place: Workplace, tools: Path, folder: Path, broker: str) -> None:
        self._words = [str(tools), "-m", "render_manager"]
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(place.root),
            "RENDER_MANAGER_HOME": str(folder / "home"),
            "RENDER_OUTPUT_DIR": str(folder / "out"),
            "FARM_ENABLED": "true",
            "BROKER_URL": broker,
            "FARM_PATHS": f"{folder} = {named(folder)}",
            "MACHINES_OFF": "local",
        }
        self._process = subprocess.Popen(
            [*self._words, "serve", "--port", str(_free_port())],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, *words: str) -> str:
        return run([*self._words, *words], environment=self._environment, seconds=60)

    def wait_for_worker(self) -> None:
        latest = time.monotonic() + PATIENCE
        while NAME not in self._machines():
            if time.monotonic() > latest:
                raise BuildError("The installed program does not join the farm as a worker")
            time.sleep(0.5)

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _machines(self) -> set[str]:
        """None while it is not there yet."""
        try:
            told = json.loads(self.ask("machines", "--json"))
        except (BuildError, ValueError):
            return set()
        return {machine["name"] for machine in told if machine["state"] != "away"}


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    """A broker that keeps nothing, and its address."""
    port = _free_port()
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen([*words, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
