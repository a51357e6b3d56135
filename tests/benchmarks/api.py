"""The API beside the stack of the original service, both asked the same in turns.

The original is built in its smallest faithful form (`original/`): FastAPI on uvicorn, Tortoise with
SQLite, four Celery workers on Redis. It gets an environment of its own and free ports, and everything
is ended again. Both hold 10,000 tasks, and four renders report 50 frame events a second.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from house import make_scene

from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.storage.journal import Journal
from tests.benchmarks.report import Figure, percentiles

TASKS = 10_000
WORKERS = 4
TURNS, SECONDS = 3, 4.0
POSTS = 40
SETTLING_SECONDS = 0.3
"""A side that rested has to catch up with what it missed, which no server in use has to."""
FOLLOWED = 40
POLL_SECONDS = 2.0
"""The shortest that the original recommends."""

ORIGINAL = Path(__file__).with_name("original")


@dataclass
class Side:
    """A server to ask; `processes` is everything that must run for it."""

    url: str
    token: str
    processes: list[psutil.Process]
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self.client = httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def memory(self) -> float:
        """Megabytes, each page once where processes share it."""
        return sum(_memory(process) for process in self._whole()) / 1e6

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """It stands still, so that the other one has the machine to itself."""
        whole = self._whole()
        for process in whole:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()
        yield
        for process in whole:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def _whole(self) -> set[psutil.Process]:
        return {p for each in self.processes for p in (each, *each.children(recursive=True))}


def measure(folder: Path) -> list[Figure]:
    if shutil.which("redis-server") is None:
        return [Figure("API beside the original's stack", "Redis is not installed")]
    with _ours(folder / "ours") as ours, original_stack(folder / "original") as original:
        return [
            *_rates("status of one task", "/api/tasks/1/status", ours, original),
            *_rates("100 of 10,000 tasks", "/api/tasks/?limit=100", ours, original),
            *_posts(folder, ours, original),
            *_followed(folder, ours, original),
            Figure(
                "memory of all that must run",
                f"{ours.memory():.0f} MB / {original.memory():.0f} MB",
            ),
        ]


def _rates(what: str, path: str, ours: Side, original: Side) -> list[Figure]:
    rates: dict[str, list[float]] = {"ours": [], "original": []}
    seconds: dict[str, list[float]] = {"ours": [], "original": []}
    for _turn in range(TURNS):
        for name, side, other in (("ours", ours, original), ("original", original, ours)):
            with other.resting():
                found = _load(side, path)
            rates[name].append(found["rate"])
            seconds[name] += found["seconds"]
    mine, theirs = (statistics.median(rates[name]) for name in ("ours", "original"))
    p99 = {name: 1000 * statistics.quantiles(each, n=100)[98] for name, each in seconds.items()}
    return [
        Figure(
            f"{what}: ours / original",
            f"{mine / theirs:.1f}  ({mine:.0f} / {theirs:.0f} a second)",
            "≥ 5",
        ),
        Figure(f"{what}: p99", f"{p99['ours']:.1f} ms / {p99['original']:.1f} ms", "ours < 20 ms"),
    ]


def _load(side: Side, path: str) -> dict[str, Any]:
    words = [
        sys.executable,
        "-m",
        "tests.benchmarks.load",
        side.url,
        path,
        side.token,
        str(SECONDS),
    ]
    said: dict[str, Any] = json.loads(subprocess.check_output(words))
    return said


# --- from the post to the renderer, and from the frame to who waits for it ------------------------


def _posts(folder: Path, ours: Side, original: Side) -> list[Figure]:
    """The renderer writes down when it began; both clocks are this machine's."""
    mine, theirs = [], []
    for number in range(POSTS):
        scene = make_scene(folder / "ours" / "uploads", f"post{number}", end=1, notes_start=True)
        asked = {"project_file": str(scene), "render_engine": "fake", "priority": 10}
        with original.resting():
            mine.append(_begins(ours, asked, scene.with_suffix(".began")))
        plain = folder / "original" / f"post{number}"
        plain.write_text("0")
        asked = {"project_file": str(plain), "render_engine": "maya", "total_frames": 1}
        with ours.resting():
            theirs.append(_begins(original, asked, Path(f"{plain}.began")))
    return [
        percentiles("POST → renderer running, ours", mine, "not slower"),
        percentiles("POST → renderer running, original", theirs),
    ]


def _begins(side: Side, asked: dict[str, Any], told: Path) -> float:
    time.sleep(SETTLING_SECONDS)
    began = time.time()
    side.client.post("/api/tasks/", json=asked).raise_for_status()
    _wait(told.is_file)
    _wait(lambda: told.read_text() != "")
    return float(told.read_text()) - began


def _followed(folder: Path, ours: Side, original: Side) -> list[Figure]:
    scene = make_scene(folder / "ours" / "uploads", "followed", end=FOLLOWED, seconds=0.25)
    asked = {"project_file": str(scene), "render_engine": "fake", "priority": 10}
    with original.resting():
        mine = _events_of(ours, asked)
    plain = folder / "original" / "followed"
    plain.write_text("0.25")
    asked = {"project_file": str(plain), "render_engine": "maya", "total_frames": FOLLOWED}
    return [
        percentiles("frame saved → seen by a client, ours by events", mine),
        percentiles(
            f"… original, asked every {POLL_SECONDS:.0f} s", _polled(original, asked, plain)
        ),
    ]


def _events_of(side: Side, asked: dict[str, Any]) -> list[float]:
    """From the time on the picture's file to the event that names it."""
    from tests.benchmarks.event_client import events

    late: list[float] = []
    task_id = 0
    for said in events(side.url, side.token):
        if said["type"] == "snapshot" and not said["more"]:
            task_id = side.client.post("/api/tasks/", json=asked).json()["id"]
        late += [
            time.time() - Path(frame["output_path"]).stat().st_mtime
            for frame in said.get("frames", ())
            if frame["task_id"] == task_id and frame["status"] == "completed"
        ]
        if len(late) >= FOLLOWED:
            return late
    raise AssertionError("the events ended")


def _polled(side: Side, asked: dict[str, Any], scene: Path) -> list[float]:
    task_id = side.client.post("/api/tasks/", json=asked).json()["id"]
    late: list[float] = []
    while len(late) < FOLLOWED:
        time.sleep(POLL_SECONDS)
        done = side.client.get(f"/api/tasks/{task_id}/status").json()["completed_frames"]
        now = time.time()
        late += [
            now - Path(f"{scene}.{n}.done").stat().st_mtime for n in range(len(late) + 1, done + 1)
        ]
    return late


def _wait(is_so: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.001)


# --- the two sides --------------------------------------------------------------------------------


@contextlib.contextmanager
def _ours(home: Path) -> Iterator[Side]:
    home.mkdir()
    _fill(home / "render-manager.sqlite3")
    env = os.environ | {"RENDER_MANAGER_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    words = [sys.executable, "-m", "tests.benchmarks.api_process", str(home)]
    with subprocess.Popen(
        words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        url = process.stdout.readline().strip()
        token = (home / "api-token").read_text("ascii")
        yield Side(url, token, [psutil.Process(process.pid)])
        process.stdin.close()


def _fill(path: Path) -> None:
    journal = Journal(path)
    journal.open()
    queue = Queue()
    for number in range(TASKS):
        job = RenderJob(f"/shots/{number}.fake", "fake", f"shot_{number:05d}", f"/out/{number}")
        queue.fill(queue.add(job, now=0.0).id, job, range(1, 11))
        if number % 500 == 499:
            journal.commit(queue.drain(), queue.tasks)
    journal.close()


@contextlib.contextmanager
def original_stack(folder: Path, *, is_busy: bool = True) -> Iterator[Side]:
    """`is_busy` has four renders report frames all the while."""
    folder.mkdir()
    python = _environment(folder)
    redis, port = _free_port(), _free_port()
    # Celery's own command takes BROKER_URL for `--broker`, which goes before what its app says.
    env = {name: value for name, value in os.environ.items() if name != "BROKER_URL"} | {
        "DATABASE_URL": f"sqlite://{folder}/db.sqlite3",
        "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
        "RENDERER": str(ORIGINAL / "renderer.py"),
        "PYTHONPATH": str(ORIGINAL),
    }
    filled = [str(python), str(ORIGINAL / "worker.py"), str(TASKS), str(folder / "filled")]
    subprocess.run(filled, env=env, check=True)
    commands = [
        ["redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        [str(python), "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"],
        *(
            [str(python), "-m", "celery", "-A", "worker", "worker", "--pool=solo",
             "--loglevel=error", "-n", f"w{number}@bench"]
            for number in range(WORKERS + 1)
        ),
    ]  # fmt: skip
    quiet = subprocess.DEVNULL
    started = [
        subprocess.Popen(words, env=env, cwd=folder, stdout=quiet, stderr=quiet)
        for words in commands
    ]
    try:
        side = Side(
            f"http://127.0.0.1:{port}", "none", [psutil.Process(each.pid) for each in started]
        )
        _wait(lambda: _answers(side))
        if is_busy:
            _report_frames(side, folder)
        yield side
    finally:
        for each in reversed(started):
            each.kill()
            each.wait()


def _report_frames(side: Side, folder: Path) -> None:
    """Four renders that report 50 frames a second, for as long as anybody measures."""
    for number in range(WORKERS):
        scene = folder / f"busy{number}"
        scene.write_text(str(WORKERS / 50))
        asked = {"project_file": str(scene), "render_engine": "maya", "total_frames": 20_000}
        side.client.post("/api/tasks/", json=asked).raise_for_status()


def _answers(side: Side) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return side.client.get("/api/tasks/1/status").status_code == 200
    return False


def _environment(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    words = [str(python), "-m", "pip", "install", "-q", "-r", str(ORIGINAL / "requirements.txt")]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return python


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _memory(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        full = process.memory_full_info()
        return float(getattr(full, "pss", 0) or full.rss)
    return 0.0
