"""`python -m tests.proof.damage [--frames 1000] [--share 0.05] [--seed 1]`: is every bad frame found?

A film is rendered in which some frames are damaged, in every way there is. Every one should be
found, and no good one accused.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))

import house
from fake_renderer import FakeRenderer
from PySide6.QtCore import QCoreApplication

from render_manager.assembly import RenderManager
from render_manager.base.settings import load_settings
from render_manager.domain.evidence import OnSuspicion
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.domain.states import FrameState
from render_manager.domain.task import Task
from render_manager.renderers.renderer import Command, Installation
from render_manager.service.schemas import Submission
from tests.proof import film

PROGRAM = Path(film.__file__)


class Film(FakeRenderer):
    """The fake renderer with the program that makes films."""

    def inspect(self, project_file: Path) -> SceneInfo:
        return replace(super().inspect(project_file), width=film.WIDTH, height=film.HEIGHT)

    def command(
        self, job: RenderJob, frames: tuple[int, ...], installation: Installation
    ) -> Command:
        command = super().command(job, frames, installation)
        executable, _program, *arguments = command.argv
        return replace(command, argv=(executable, str(PROGRAM), *arguments))


@dataclass(frozen=True, slots=True)
class Finding:
    """What was damaged, and what was found bad or suspicious, with the reasons, by frame."""

    damaged: dict[int, str]
    found: dict[int, str]

    @property
    def missed(self) -> dict[int, str]:
        return {frame: kind for frame, kind in self.damaged.items() if frame not in self.found}

    @property
    def accused(self) -> dict[int, str]:
        return {frame: why for frame, why in self.found.items() if frame not in self.damaged}


def damages(frames: int, share: float, seed: int) -> dict[int, str]:
    """So many of the frames, each damaged in one way, all ways in turn."""
    chance = random.Random(seed)
    places = chance.sample(range(1, frames + 1), round(frames * share))
    kinds = list(film.DAMAGES)
    chosen: dict[int, str] = {}
    for place in places:
        fitting = next(kind for kind in kinds if film.is_visible(kind, place))
        chosen[place] = fitting
        kinds.remove(fitting)
        kinds.append(fitting)
    return dict(sorted(chosen.items()))


def find(manager: RenderManager, folder: Path, frames: int, share: float, seed: int) -> Finding:
    """Render the film, and see which frames fail."""
    damaged = damages(frames, share, seed)
    scene = house.make_scene(folder, "film", end=frames, damage=damaged)
    wishes = Submission(str(scene), max_retries=0, on_suspicion=OnSuspicion.FAIL)
    task = manager.service.submit(wishes)
    house.wait_for_end(manager, task, timeout_ms=1_800_000)
    return Finding(damaged, _reasons(manager, task))


def _reasons(manager: RenderManager, task: Task) -> dict[int, str]:
    known = zip(task.frames.numbers, house.details(manager, task), strict=True)
    return {
        number: detail.error_message or ""
        for number, detail in known
        if detail.state is not FrameState.COMPLETED
    }


@contextmanager
def running(folder: Path) -> Iterator[RenderManager]:
    settings = load_settings(
        database_url=f"sqlite:///{folder / 'film.sqlite3'}",
        render_output_dir=folder / "renders",
        thumbnail_dir=folder / "thumbnails",
        retry_delay_seconds=0,
        hold_after_bad_frames=0,
    )
    manager = house.build(settings, Film())
    manager.start()
    try:
        yield manager
    finally:
        manager.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="film-") as folder:
        QCoreApplication.instance() or QCoreApplication([])
        with running(Path(folder)) as manager:
            finding = find(manager, Path(folder), wanted.frames, wanted.share, wanted.seed)
    for frame, kind in finding.damaged.items():
        print(f"{frame:6}  {kind:18}  {finding.found.get(frame, 'NOT FOUND')}")
    for frame, why in finding.accused.items():
        print(f"{frame:6}  {'good':18}  ACCUSED: {why}")
    kinds = Counter(finding.damaged.values())
    print(
        f"{wanted.frames} frames, {len(finding.damaged)} damaged in {len(kinds)} ways: "
        f"{len(finding.damaged) - len(finding.missed)} found, {len(finding.accused)} good ones accused"
    )
    return 1 if finding.missed or finding.accused else 0


if __name__ == "__main__":
    sys.exit(main())
