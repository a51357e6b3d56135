"""The documented example renders for real: POV-Ray, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render_manager.base.paths import resource
from render_manager.domain.events import (
    FrameFinished,
    FrameStarted,
    LogEvent,
    Problem,
    Progress,
    RunFinished,
    Severity,
)
from render_manager.domain.job import RenderJob, RenderOptions
from render_manager.renderers.custom import CustomRenderer
from render_manager.renderers.renderer import read_log

pytestmark = pytest.mark.skipif(shutil.which("povray") is None, reason="POV-Ray is not installed")

SIZE = RenderOptions(width=160, height=90)


@pytest.fixture
def povray() -> CustomRenderer:
    return CustomRenderer(resource("samples", "povray.toml"))


@pytest.fixture
def job(povray: CustomRenderer, tmp_path: Path) -> RenderJob:
    """The sample scene, in folders and under a name that need quotes."""
    scene = tmp_path / "the scenes" / "orbit's [1].pov"
    scene.parent.mkdir()
    shutil.copy(resource("samples", "orbit.pov"), scene)
    output = tmp_path / "the frames;#1"
    output.mkdir()
    name = "shot 1%d"
    return RenderJob(str(scene), "povray", name, str(output), SIZE, povray.inspect(scene))


def render(
    povray: CustomRenderer, job: RenderJob, frames: tuple[int, ...]
) -> tuple[int, list[LogEvent], list[Path]]:
    """Render as the engine does; the exit code, the events, and the files that were promised."""
    command = povray.command(job, frames, povray.installations()[0])
    run = subprocess.run(
        command.argv,
        cwd=command.cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    lines = re.split(r"[\r\n]", run.stdout.decode("utf-8", "replace"))
    events = [event for _line, event in read_log(povray.listen(job, frames), lines)]
    return run.returncode, events, [path for paths in command.outputs.values() for path in paths]


def test_it_is_found_with_its_version(povray: CustomRenderer) -> None:
    assert re.fullmatch(r"3\.\d[\d.]*", povray.installations()[0].version or "")


def test_the_scene_tells_its_range_and_size(job: RenderJob) -> None:
    assert job.scene is not None and not job.scene.warnings
    assert (job.scene.frames, job.scene.width, job.scene.height) == (range(1, 49), 640, 360)


def test_three_frames_are_rendered_and_told(povray: CustomRenderer, job: RenderJob) -> None:
    code, events, promised = render(povray, job, (8, 9, 10))
    assert code == 0
    assert sorted(Path(job.output_dir).iterdir()) == sorted(promised)
    assert [path.name for path in promised] == [f"shot 1%d_{n}.png" for n in ("08", "09", "10")]
    started = [event.frame for event in events if isinstance(event, FrameStarted)]
    finished = [event.frame for event in events if isinstance(event, FrameFinished)]
    assert started == finished == [8, 9, 10]
    assert {event.frame for event in events if isinstance(event, Progress)} == {8, 9, 10}
    assert isinstance(events[-1], RunFinished)
    assert not [event for event in events if isinstance(event, Problem)]
    pictures = [np.asarray(Image.open(path).convert("RGB"), dtype=int) for path in promised]
    assert {picture.shape for picture in pictures} == {(90, 160, 3)}
    assert all(picture.std() > 20 for picture in pictures), "there is something in the picture"
    assert abs(pictures[0] - pictures[2]).mean() > 1, "it moves"


def test_a_retried_frame_is_the_same_picture(povray: CustomRenderer, job: RenderJob) -> None:
    """The clock depends on the scene's range, not on what is rendered of it in one run."""
    _code, _events, promised = render(povray, job, (9, 10))
    before = Image.open(promised[1]).tobytes()
    promised[1].unlink()
    render(povray, job, (10,))
    after = np.frombuffer(Image.open(promised[1]).tobytes(), dtype=np.uint8).astype(int)
    # the soft shadows are jittered, so a few pixels differ by a little
    assert abs(after - np.frombuffer(before, dtype=np.uint8).astype(int)).mean() < 0.5


def test_a_broken_scene_is_told(povray: CustomRenderer, job: RenderJob) -> None:
    Path(job.project_file).write_text("sphere { nonsense }\n")
    code, events, promised = render(povray, job, (1,))
    assert code == 1
    assert not any(path.exists() for path in promised)
    problem = next(event for event in events if isinstance(event, Problem))
    assert problem.code == "scene_error"
    assert problem.severity is Severity.FATAL
    assert "Parse Error: Expected" in problem.text
