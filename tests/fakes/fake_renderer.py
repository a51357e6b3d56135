"""The renderer that stands for `fake_render.py`: scenes are `.fake` files with JSON in them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.domain.events import (
    NO_LICENSE,
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Progress,
    Severity,
)
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.renderers.renderer import Command, Installation, Listener

PROGRAM = Path(__file__).with_name("fake_render.py")


class FakeRenderer:
    """Fulfils the protocol `Renderer`."""

    name = "fake"
    title = "Fake"
    suffixes = (".fake",)
    gives_way = True

    def __init__(self, executable: str = sys.executable) -> None:
        self.executable = executable

    def installations(self) -> list[Installation]:
        return [Installation(self.name, Path(self.executable), "1.0", "test")]

    def how_to_install(self) -> str:
        return "It comes with the tests."

    def problems(self) -> list[str]:
        return []

    def inspect(self, project_file: Path) -> SceneInfo:
        try:
            scene = json.loads(project_file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"{project_file.name} is not a fake scene: {error}") from None
        return SceneInfo(
            renderer=self.name,
            start=scene.get("start", 1),
            end=scene.get("end", 5),
            width=scene.get("width", 32),
            height=scene.get("height", 18),
        )

    def split(self, job: RenderJob, frames: tuple[int, ...]) -> list[tuple[int, ...]]:
        return [frames]

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        argv = (
            str(installation.executable),
            str(PROGRAM),
            job.project_file,
            job.output_dir,
            job.name,
            ",".join(str(frame) for frame in frames),
        )
        return Command(argv)

    def listen(self, job: RenderJob | None, frames: tuple[int, ...]) -> Listener:
        return FakeListener()


class FakeListener:
    """Understands the lines of `fake_render.py`."""

    def feed(self, line: str) -> Iterator[LogEvent]:
        if match := re.fullmatch(r"frame (-?\d+)", line):
            yield FrameStarted(int(match[1]))
        elif match := re.fullmatch(r"progress (-?\d+) ([\d.]+)", line):
            yield Progress(float(match[2]), int(match[1]))
        elif match := re.fullmatch(r"saved (-?\d+) (.+)", line):
            yield FrameSaved(match[2], int(match[1]))
        elif match := re.fullmatch(r"done (-?\d+) ([\d.]+)", line):
            yield FrameFinished(int(match[1]), float(match[2]))
        elif match := re.fullmatch(r"WATERMARK (.+)", line):
            yield Problem("watermark", match[1], Severity.WARNING)
        elif line == "ERROR no license":
            yield Problem(NO_LICENSE, "no license", Severity.FATAL)
        elif match := re.fullmatch(r"ERROR (.+)", line):
            yield Problem("error", match[1])

    def close(self) -> Iterable[LogEvent]:
        return ()
