"""A Redis of the test's own, and workers of a farm in processes of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

FAKES = Path(__file__).parent
PROGRAM = FAKES / "farm_node.py"


def has_redis() -> bool:
    return shutil.which("redis-server") is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redis:
    """`redis-server` on loopback, which keeps nothing on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        words += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("redis-server does not start")

    def stop(self) -> None:
        """Its data is gone with it."""
        self._process.kill()
        self._process.wait()


class Node:
    """A worker that a test started, with a data folder of its own."""

    def __init__(self, redis: Redis, name: str, home: Path, words: Sequence[str] = ()) -> None:
        self.name = name
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self._words = [sys.executable, str(PROGRAM), redis.url, name, str(home), *words]
        self.start()

    def start(self) -> None:
        path = os.pathsep.join([str(FAKES.parents[1]), str(FAKES)])
        env = os.environ | {"PYTHONPATH": path, "RENDER_MANAGER_HOME": str(self.home)}
        with (self.home / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(self._words, env=env, stdout=log, stderr=log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    @property
    def log(self) -> str:
        return (self.home / "worker.log").read_text("utf-8", "replace")
