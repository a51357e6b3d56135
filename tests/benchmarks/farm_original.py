"""The farm beside the stack of the original service: how soon a renderer runs, and what a frame costs.

Both have a worker at rest on this machine, asked in turns. The original only notes that a frame is
done; ours has looked whether its picture is whole, and has a thumbnail of it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import house
from broker import Node, Redis, has_redis

from render_manager.assembly import RenderManager
from tests.benchmarks.api import Side, original_stack
from tests.benchmarks.program import running
from tests.benchmarks.report import Figure, percentiles, ratio

POSTS = 20
ROUNDS, FRAMES = 3, 200

PATIENCE = 60
"""Seconds for a task of the original's."""


def measure(folder: Path) -> list[Figure]:
    if not has_redis():
        return [Figure("farm beside the original's stack", "Redis is not installed")]
    redis = Redis(folder)
    os.environ |= {"FARM_ENABLED": "true", "BROKER_URL": redis.url}
    node = Node(redis.url, "a", folder / "a")
    try:
        with (
            running(folder) as manager,
            original_stack(folder / "original", is_busy=False) as original,
        ):
            manager.service.machines.drain(["local"])
            house.wait_for_end(manager, house.submit(manager, house.make_scene(folder, "warm")))
            return [*_dispatch(folder, manager, original), *_frames(folder, manager, original)]
    finally:
        for name in ("FARM_ENABLED", "BROKER_URL"):
            os.environ.pop(name)
        node.kill()
        redis.stop()


def _dispatch(folder: Path, manager: RenderManager, original: Side) -> list[Figure]:
    """The renderer writes down when it began; both clocks are this machine's."""
    mine, theirs = [], []
    for number in range(POSTS):
        scene = house.make_scene(folder / "posts", f"post{number}", end=1, notes_start=True)
        began = time.time()
        house.wait_for_end(manager, house.submit(manager, scene))
        mine.append(float(scene.with_suffix(".began").read_text()) - began)
        plain = folder / "original" / f"post{number}"
        plain.write_text("0")
        began = time.time()
        _render(original, plain, 1)
        theirs.append(float(Path(f"{plain}.began").read_text()) - began)
    return [
        percentiles("submitted → renderer running on a worker, ours", mine),
        percentiles("… original", theirs),
        ratio("… ours / original", mine, theirs, "≤ 1"),
    ]


def _frames(folder: Path, manager: RenderManager, original: Side) -> list[Figure]:
    mine, theirs = [], []
    for number in range(ROUNDS):
        scene = house.make_scene(folder / "frames", f"many{number}", end=FRAMES)
        mine.append(_timed(_ours, manager, scene))
        plain = folder / "original" / f"many{number}"
        plain.write_text("0")
        theirs.append(_timed(_render, original, plain, FRAMES))
    per_frame = [f"{1000 * min(each) / FRAMES:.2f} ms" for each in (mine, theirs)]
    return [
        ratio(f"{FRAMES} frames that take no time: ours / original", mine, theirs),
        Figure("… of it for a frame", " / ".join(per_frame)),
    ]


def _render(side: Side, scene: Path, frames: int) -> None:
    asked = {"project_file": str(scene), "render_engine": "maya", "total_frames": frames}
    task = side.client.post("/api/tasks/", json=asked).json()["id"]
    until = time.monotonic() + PATIENCE
    while side.client.get(f"/api/tasks/{task}/status").json()["status"] != "completed":
        assert time.monotonic() < until, "the original does not complete its task"
        time.sleep(0.02)


def _ours(manager: RenderManager, scene: Path) -> None:
    house.wait_for_end(manager, house.submit(manager, scene))


def _timed(act: Callable[..., None], *arguments: object) -> float:
    began = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - began
