"""What the tiny renderer of the self-test is to the rest of the program."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import render_manager
from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.domain.events import FrameSaved, FrameStarted, LogEvent
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import Command, Installation, Renderer
from render_manager.selftest.program import GENERATIONS, SIZE, TREE, WORD, frame_file, own_command

FRAMES = 2


class SelftestRenderer:
    """Fulfils the protocol `Renderer`. Its scenes hold the word `png`, `exr` or `tree`."""

    name = "selftest"
    title = "Self-test"
    suffixes = (".selftest",)
    gives_way = False

    def installations(self) -> list[Installation]:
        return [Installation(self.name, Path(own_command()[0]), None, "embedded")]

    def how_to_install(self) -> str:
        return ""

    def problems(self) -> list[str]:
        return []

    def inspect(self, project_file: Path) -> SceneInfo:
        last = 1 if _word(project_file) == TREE else FRAMES
        return SceneInfo(self.name, start=1, end=last, width=SIZE[0], height=SIZE[1])

    def split(self, job: RenderJob, frames: tuple[int, ...]) -> list[tuple[int, ...]]:  # noqa: ARG002
        return [frames] if frames else []

    def command(
        self,
        job: RenderJob,
        frames: tuple[int, ...],
        installation: Installation,  # noqa: ARG002
    ) -> Command:
        scene = Path(job.project_file)
        word = _word(scene)
        command = (*own_command(), WORD, word)
        if word == TREE:
            return Command((*command, str(scene.parent), str(GENERATIONS)), env=_environment())
        folder = Path(job.output_dir)
        return Command(
            (*command, str(folder), job.name, ",".join(map(str, frames))),
            env=_environment(),
            outputs={frame: (frame_file(folder, job.name, frame, word),) for frame in frames},
        )

    def listen(self, job: RenderJob | None, frames: tuple[int, ...]) -> SelftestListener:  # noqa: ARG002
        return SelftestListener()


class SelftestListener:
    """Understands what `program.py` prints."""

    def feed(self, line: str) -> Iterator[LogEvent]:
        if match := re.fullmatch(r"frame (\d+)", line):
            yield FrameStarted(int(match[1]))
        elif match := re.fullmatch(r"saved (\d+) (.+)", line):
            yield FrameSaved(match[2], int(match[1]))

    def close(self) -> Iterable[LogEvent]:
        return ()


class SelftestCatalog(Catalog):
    """Nothing but that renderer: what else is on this machine is the doctor's to say."""

    def __init__(self, settings: Settings, renderer: Renderer | None = None) -> None:
        super().__init__(settings)
        self._loaded = ({"selftest": renderer or SelftestRenderer()}, ())


def _word(scene: Path) -> str:
    try:
        return scene.read_text("utf-8").strip()
    except OSError as error:
        raise UserError(f"{scene}: {error.strerror}") from None


def _environment() -> dict[str, str | None]:
    """The renderer is this package, wherever it was imported from."""
    if getattr(sys, "frozen", False):
        return {}
    return {"PYTHONPATH": str(Path(render_manager.__file__).parents[1])}
