"""What evidence and thumbnails add to a frame, against the same renderer without any manager."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import house
from fake_renderer import FakeRenderer

from render_manager.assembly import RenderManager
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.domain.states import TaskState
from render_manager.renderers.renderer import Command, Installation
from tests.benchmarks import copying
from tests.benchmarks.program import application, settings_in
from tests.benchmarks.report import Figure
from tests.benchmarks.thumbnails import make_picture

FRAMES = 20
ROUNDS = 5
SECONDS = 0.5
"""Processor time that the renderer takes for a frame, on one core."""

PROGRAM = Path(copying.__file__)


class Copying(FakeRenderer):
    """Renders the same picture again and again."""

    def __init__(self, picture: Path, size: tuple[int, int]) -> None:
        super().__init__()
        self.picture, self.size = picture, size

    def inspect(self, project_file: Path) -> SceneInfo:
        width, height = self.size
        return replace(super().inspect(project_file), width=width, height=height)

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        return Command(self.argv(Path(job.output_dir), job.name, frames))

    def argv(self, folder: Path, name: str, frames: tuple[int, ...]) -> tuple[str, ...]:
        numbers = ",".join(map(str, frames))
        words = (PROGRAM, self.picture, SECONDS, folder, name, numbers)
        return (self.executable, *map(str, words))


def measure(folder: Path) -> list[Figure]:
    application()
    png = make_picture(folder / "p.png", 1920, 1080, "uint8")
    exr = make_picture(folder / "p.exr", 3840, 2160, "half")
    return [
        _added("1080p PNG", Copying(png, (1920, 1080)), folder / "png"),
        _added("4K EXR", Copying(exr, (3840, 2160)), folder / "exr"),
    ]


def _added(what: str, renderer: Copying, folder: Path) -> Figure:
    manager = house.build(settings_in(folder), renderer)
    manager.start()
    try:
        scene = house.make_scene(folder, end=FRAMES)
        _ours(manager, scene, folder / "warm")
        ours: list[float] = []
        by_hand: list[float] = []
        for number in range(ROUNDS):
            ours.append(_timed(_ours, manager, scene, folder / f"ours{number}"))
            by_hand.append(_timed(_by_hand, renderer, folder / f"hand{number}"))
    finally:
        manager.stop()
    a, b = statistics.median(ours), statistics.median(by_hand)
    each = 1000 * (a - b) / FRAMES
    return Figure(
        f"evidence and thumbnail of a {what}, {FRAMES} frames of {SECONDS} s: ours / no manager",
        f"{a / b:.3f}  ({each:+.0f} ms a frame)",
    )


def _ours(manager: RenderManager, scene: Path, output: Path) -> None:
    """In one run, as the same number of starts is to be compared."""
    task = house.submit(manager, scene, output_dir=str(output), frames=f"1-{FRAMES}")
    house.wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message


def _by_hand(renderer: Copying, output: Path) -> None:
    argv = renderer.argv(output, "shot", tuple(range(1, FRAMES + 1)))
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=sys.stderr)


def _timed(act: Callable[..., None], *arguments: object) -> float:
    began = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - began
