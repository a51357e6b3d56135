"""Real Blender renders through our driver: the embedded one, and the installed one if there is one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import OpenImageIO as oiio
import pytest

from render_manager.base.settings import load_settings
from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Progress,
    RunFinished,
    Severity,
)
from render_manager.domain.job import RenderJob, RenderOptions
from render_manager.renderers.blender.places import blender_version
from render_manager.renderers.blender.renderer import BlenderRenderer
from render_manager.renderers.renderer import Command, Installation, read_log

pytestmark = pytest.mark.blender

SCENE_MAKER = Path(__file__).parents[1] / "fakes" / "make_tiny_scene.py"
TIMEOUT = 200


@pytest.fixture(scope="module", params=["embedded", "installed"])
def blender(request: pytest.FixtureRequest) -> Installation:
    if request.param == "embedded":
        embedded: Installation = request.getfixturevalue("blender_installation")
        return embedded
    program = shutil.which("blender")
    version = blender_version(Path(program)) if program else None
    if program is None or version is None:
        pytest.skip("no Blender is installed on PATH")
    return Installation("blender", Path(program), version, "PATH")


@pytest.fixture(scope="module")
def scene(blender: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny scene, saved by the very Blender that renders it, under a name that needs care."""
    path = tmp_path_factory.mktemp("scenes") / "-x 场景 it's.blend"
    program = str(blender.executable)
    argv = [program, str(SCENE_MAKER), "--", str(path)]
    if blender.source != "embedded":
        argv[1:2] = ["-b", "--python-exit-code", "1", "-P", str(SCENE_MAKER)]
    made = subprocess.run(argv, capture_output=True, timeout=TIMEOUT, check=False)
    assert path.is_file(), made.stdout + made.stderr
    return path


@pytest.fixture
def job(scene: Path, tmp_path: Path) -> RenderJob:
    folder = tmp_path / "帧 {frames} #1"
    renderer = BlenderRenderer(load_settings())
    return RenderJob(
        str(scene), "blender", "shot {a} #2.v01", str(folder), scene=renderer.inspect(scene)
    )


@dataclass
class Rendered:
    exit_code: int
    log: str
    events: list[LogEvent]

    def of(self, kind: type[LogEvent]) -> list[LogEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def problems(self) -> list[tuple[str, Severity]]:
        return [(event.code, event.severity) for event in self.events if isinstance(event, Problem)]


def render(
    blender: Installation, job: RenderJob, frames: tuple[int, ...], stop_file: Path | None = None
) -> Rendered:
    renderer = BlenderRenderer(load_settings())
    with start(renderer.command(job, frames, blender), stop_file) as process:
        output = process.communicate(timeout=TIMEOUT)[0]
    lines = output.splitlines()
    events = [event for _, event in read_log(renderer.listen(job, frames), lines)]
    return Rendered(process.returncode, output, events)


def start(command: Command, stop_file: Path | None = None) -> subprocess.Popen[str]:
    env = {**os.environ, **command.env, "RENDER_MANAGER_STOP_FILE": stop_file and str(stop_file)}
    return subprocess.Popen(
        command.argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={name: value for name, value in env.items() if value is not None},
    )


def with_options(job: RenderJob, options: RenderOptions) -> RenderJob:
    return replace(job, options=options)


def names(job: RenderJob) -> list[str]:
    folder = Path(job.output_dir)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def size_of(path: Path) -> tuple[int, int]:
    picture = oiio.ImageInput.open(str(path))
    assert picture is not None
    spec = picture.spec()
    return spec.full_width, spec.full_height


def brightness(path: Path) -> float:
    """Of the whole picture: how much of it the lit cube fills."""
    pixels = oiio.ImageBuf(str(path)).get_pixels(oiio.FLOAT)
    assert pixels is not None
    return float(pixels[:, :, :3].mean())


def layers_in(path: Path) -> set[str]:
    """The view layers whose pictures a multi-layer EXR holds, in one part or several."""
    found = set()
    for part in range(oiio.ImageBuf(str(path)).nsubimages):
        channels = oiio.ImageBuf(str(path), part, 0).spec().channelnames
        found |= {name.split(".")[0] for name in channels if ".Combined." in name}
    return found


# --- frames -----------------------------------------------------------------------------------


def test_any_list_of_frames_in_one_process(blender: Installation, job: RenderJob) -> None:
    before = Path(job.project_file).read_bytes()
    done = render(blender, job, (-2, 1, 3, 7))
    numbers = ("-0002", "0001", "0003", "0007")
    files = [f"shot {{a}} #2.v01_{number}.png" for number in numbers]
    assert done.exit_code == 0, done.log
    assert names(job) == sorted(files)
    assert [size_of(Path(job.output_dir, name)) for name in files] == [(64, 36)] * 4
    expected: list[LogEvent] = []
    for frame, name in zip((-2, 1, 3, 7), files, strict=True):
        expected += [FrameStarted(frame), FrameSaved(str(Path(job.output_dir, name)), frame)]
    assert done.of(FrameStarted) == expected[::2]
    assert done.of(FrameSaved) == expected[1::2]
    assert [event.frame for event in done.of(FrameFinished)] == [-2, 1, 3, 7]  # type: ignore[union-attr]
    assert done.of(Progress)
    assert done.events[-1] == RunFinished("done")
    assert {code for code, _ in done.problems} <= {"scripts_blocked"}
    assert Path(job.project_file).read_bytes() == before
    assert not Path(job.project_file).with_name("script-ran").exists()


def test_stops_before_the_first_frame(
    blender: Installation, job: RenderJob, tmp_path: Path
) -> None:
    stop_file = tmp_path / "停.stop"
    stop_file.touch()
    done = render(blender, job, (1, 2), stop_file)
    assert done.exit_code == 0
    assert names(job) == []
    assert done.events[-1] == RunFinished("gave_way")


def test_gives_way_at_the_next_frame_border(
    blender: Installation, job: RenderJob, tmp_path: Path
) -> None:
    frames = tuple(range(1, 2001))
    stop_file = tmp_path / "run.stop"
    renderer = BlenderRenderer(load_settings())
    listener = renderer.listen(job, frames)
    finished = []
    with start(renderer.command(job, frames, blender), stop_file) as process:
        for event in events_of(process, renderer, job):
            if isinstance(event, FrameFinished):
                finished.append(event.frame)
                stop_file.touch()
    assert list(listener.close()) == []
    assert process.returncode == 0
    assert 1 <= len(finished) < 2000
    assert finished == list(range(1, len(finished) + 1))
    assert len(names(job)) == len(finished)


def events_of(
    process: subprocess.Popen[str], renderer: BlenderRenderer, job: RenderJob
) -> Iterator[LogEvent]:
    assert process.stdout is not None
    listener = renderer.listen(job, ())
    for line in process.stdout:
        yield from listener.feed(line.rstrip("\n"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to wait for")
def test_ends_on_sigterm(blender: Installation, job: RenderJob) -> None:
    renderer = BlenderRenderer(load_settings())
    with start(renderer.command(job, tuple(range(1, 2001)), blender)) as process:
        for event in events_of(process, renderer, job):
            if isinstance(event, FrameFinished):
                process.send_signal(signal.SIGTERM)
                break
        process.communicate(timeout=30)
    assert process.returncode != 0
    assert len(names(job)) < 2000


# --- what the user wants different ------------------------------------------------------------


def test_size_and_format(blender: Installation, job: RenderJob) -> None:
    options = RenderOptions(width=32, height=20, samples=2, format="jpg", device="cpu")
    done = render(blender, with_options(job, options), (1,))
    assert done.exit_code == 0, done.log
    assert [Path(job.output_dir, name).suffix for name in names(job)] == [".jpg"]
    assert size_of(Path(job.output_dir, names(job)[0])) == (32, 20)


def test_a_stereo_movie_becomes_pictures_for_each_eye(
    blender: Installation, job: RenderJob
) -> None:
    done = render(blender, with_options(job, RenderOptions(scene="Stereo movie")), (1, 2))
    assert done.exit_code == 0, done.log
    files = [f"{job.name}_000{frame}_{eye}.png" for frame in (1, 2) for eye in "LR"]
    assert names(job) == files
    saved = [FrameSaved(str(Path(job.output_dir, name)), int(name[-7])) for name in files]
    assert done.of(FrameSaved) == saved


def test_the_camera_asked_for_wins_over_markers(blender: Installation, job: RenderJob) -> None:
    """The scene's marker switches to the far camera (for the frames before it too)."""
    render(blender, replace(job, name="as is"), (5,))
    render(blender, replace(job, name="asked", options=RenderOptions(camera="Near")), (5,))
    far, near = (
        brightness(Path(job.output_dir, f"{name}_0005.png")) for name in ("as is", "asked")
    )
    assert 0 < far < near / 3


def test_layers_and_cameras_in_multilayer_files(blender: Installation, job: RenderJob) -> None:
    options = RenderOptions(format="OPEN_EXR_MULTILAYER")
    for camera in ("Near", "远 Far"):
        both = replace(job, options=replace(options, camera=camera), name=camera)
        assert render(blender, both, (1,)).exit_code == 0
        assert layers_in(Path(job.output_dir, f"{camera}_0001.exr")) == {"Main", "Extra"}
    one = replace(job, options=replace(options, layers=("Extra",)), name="one")
    done = render(blender, one, (1,))
    assert layers_in(Path(job.output_dir, "one_0001.exr")) == {"Extra"}
    assert done.of(FrameFinished)


# --- what goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (RenderOptions(camera="Nope"), "unknown_camera"),
        (RenderOptions(camera="Cube"), "unknown_camera"),
        (RenderOptions(layers=("Main", "Nope")), "unknown_layer"),
        (RenderOptions(engine="LUXCORE"), "unknown_engine"),
        (RenderOptions(format="DOCX"), "unknown_format"),
        (RenderOptions(scene="Nope"), "unknown_scene"),
    ],
)
def test_refuses_what_is_not_there(
    blender: Installation, job: RenderJob, options: RenderOptions, code: str
) -> None:
    done = render(blender, with_options(job, options), (1,))
    assert done.exit_code == 3
    assert (code, Severity.FATAL) in done.problems
    assert names(job) == []


def test_a_scene_without_a_camera(blender: Installation, job: RenderJob) -> None:
    done = render(blender, with_options(job, RenderOptions(scene="Other")), (1, 2))
    assert done.exit_code == 4
    assert ("no_camera", Severity.FATAL) in done.problems
    assert done.of(FrameStarted) == [FrameStarted(1)]
    assert not done.of(FrameFinished)


def test_a_folder_that_cannot_be_written(blender: Installation, job: RenderJob) -> None:
    Path(job.output_dir).touch()
    done = render(blender, job, (1, 2))
    assert done.exit_code == 4
    assert ("cannot_save", Severity.FATAL) in done.problems
    assert not done.of(FrameFinished)


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "scene_missing"), (b"no", "scene_damaged"), ("half", "scene_damaged")],
)
def test_a_scene_that_cannot_be_opened(
    blender: Installation, job: RenderJob, tmp_path: Path, content: bytes | str | None, code: str
) -> None:
    broken = tmp_path / "broken.blend"
    if content == "half":
        whole = Path(job.project_file).read_bytes()
        content = whole[: len(whole) // 2]
    if isinstance(content, bytes):
        broken.write_bytes(content)
    done = render(blender, replace(job, project_file=str(broken), scene=None), (1,))
    assert done.exit_code != 0
    assert (code, Severity.FATAL) in done.problems
    assert names(job) == []


def test_the_native_log_tells_the_same(
    blender: Installation, job: RenderJob, tmp_path: Path
) -> None:
    """Without our driver, as in a log that a user brings."""
    if blender.source == "embedded":
        pytest.skip("Blender as a module has no command line")
    argv = [str(blender.executable), "-b", job.project_file, "-o", f"{tmp_path}/n_####", "-a"]
    ran = subprocess.run(argv, capture_output=True, text=True, timeout=TIMEOUT, check=True)
    listener = BlenderRenderer(load_settings()).listen(None, ())
    events = [event for _, event in read_log(listener, ran.stdout.splitlines())]
    frames = (1, 2, 3)
    assert [e for e in events if isinstance(e, FrameStarted)] == [FrameStarted(f) for f in frames]
    saved = [FrameSaved(f"{tmp_path}/n_{frame:04d}.png", frame) for frame in frames]
    assert [e for e in events if isinstance(e, FrameSaved)] == saved
    assert [e.frame for e in events if isinstance(e, FrameFinished)] == list(frames)
    assert events[-1] == RunFinished("Blender quit")
