"""A broker of the test's own, and workers of a farm in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

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


RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Itself: the one on the PATH becomes another user first."""


class RabbitMq:
    """`rabbitmq-server` on loopback, with all that it writes in a folder of the test's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "rabbitmq"
        self.folder.mkdir()
        self.port = free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        plugins, advanced = self.folder / "plugins", self.folder / "advanced.config"
        plugins.write_text("[].")
        # Who holds a message longer than that loses its channel: half an hour, as it is delivered.
        advanced.write_text("[{rabbit,[{consumer_timeout,1000},{channel_tick_interval,500}]}].")
        self._env = os.environ | {
            "HOME": str(self.folder),  # where Erlang keeps its secret
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(advanced),
        }
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(RABBITMQ)],
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < until, "rabbitmq-server does not start"
            time.sleep(0.1)

    def _answers(self) -> bool:
        """To the first words of its protocol."""
        with socket.socket() as probe:
            probe.settimeout(1)
            try:
                probe.connect(("127.0.0.1", self.port))
                probe.sendall(b"AMQP\x00\x00\x09\x01")
                return bool(probe.recv(1))
            except OSError:
                return False

    def stop(self) -> None:
        """With all that it started; what is on its disk stays."""
        tree = psutil.Process(self._process.pid)
        members = [tree, *tree.children(recursive=True)]
        members += [each for each in psutil.process_iter() if self._is_its_epmd(each)]
        for each in members:
            with suppress(psutil.Error):
                each.kill()
        self._process.wait()

    def _is_its_epmd(self, process: psutil.Process) -> bool:
        """Erlang's name server becomes a daemon."""
        with suppress(psutil.Error):
            mine = self._env["ERL_EPMD_PORT"]
            return process.name() == "epmd" and process.environ().get("ERL_EPMD_PORT") == mine
        return False


def has_rabbitmq() -> bool:
    return RABBITMQ.exists()


Broker = Redis | RabbitMq


class Cable:
    """Between a worker and its broker: a port of its own that can be cut, as a switch that loses its
    power does it: whoever is connected hears nothing more, and nobody is told."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        """To the broker's port; `host` is where the worker finds it."""
        self._to = port
        self._is_cut = threading.Event()
        self._listener = socket.create_server((host, 0))
        self.port = int(self._listener.getsockname()[1])
        self._ends: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._is_cut.set()

    def mend(self) -> None:
        """What was connected before is reset."""
        for end in self._ends[1:]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        del self._ends[1:]
        self._is_cut.clear()

    def close(self) -> None:
        self._is_cut.set()
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if not self._is_cut.is_set():
                    target.sendall(data)
            target.close()


class Island:
    """A computer of its own, as far as the network goes: a network namespace, joined to this one by a
    pair of virtual network cards. `words` start a program there; `host` is what we are called there.

    Needs root on Linux, and `ip`. Raises OSError where that cannot be had.
    """

    def __init__(self) -> None:
        number = os.getpid() % 16_000
        self._name, self._card = f"rm{number}", f"rmv{number}"
        first = 4 * number  # among the addresses that RFC 2544 keeps for trials of networks
        self.host, there = (f"198.18.{each // 256}.{each % 256}" for each in (first + 1, first + 2))
        self.words = ["ip", "netns", "exec", self._name]
        self._ip("netns", "add", self._name)
        try:
            peer = ("peer", "name", "eth0", "netns", self._name)
            self._ip("link", "add", self._card, "type", "veth", *peer)
            self._ip("addr", "add", f"{self.host}/30", "dev", self._card)
            self._ip("-n", self._name, "addr", "add", f"{there}/30", "dev", "eth0")
            self._ip("-n", self._name, "link", "set", "lo", "up")
            self._ip("-n", self._name, "link", "set", "eth0", "up")
            self.join()
        except OSError:
            self.remove()
            raise

    def cut_off(self) -> None:
        """Pull the plug: packets vanish, and nobody is told."""
        self._ip("link", "set", self._card, "down")

    def join(self) -> None:
        self._ip("link", "set", self._card, "up")

    def remove(self) -> None:
        """With its network cards; what runs there is to be ended first."""
        with suppress(OSError):
            self._ip("netns", "del", self._name)

    def _ip(self, *words: str) -> None:
        done = subprocess.run(["ip", *words], capture_output=True, text=True)
        if done.returncode:
            raise OSError(done.stderr.strip())


class Node:
    """A worker that a test started, with a data folder of its own."""

    def __init__(
        self,
        url: str,
        name: str,
        home: Path,
        *,
        faults: Mapping[str, object] | None = None,
        wrapped: Sequence[str] = (),
    ) -> None:
        """`faults` are those of `farm_node.suffer`; `wrapped` are words to start it with."""
        self.name = name
        self._faults = json.dumps(faults or {})
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self._words = [*wrapped, sys.executable, str(PROGRAM), url, name, str(home)]
        self.start()

    def start(self) -> None:
        path = os.pathsep.join([str(FAKES.parents[1]), str(FAKES)])
        env = os.environ | {
            "PYTHONPATH": path,
            "RENDER_MANAGER_HOME": str(self.home),
            "FARM_NODE_FAULTS": self._faults,
        }
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
