"""How Blender is started: pure, so that every platform's paths can be tried on one."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from systems import posix_paths

from render_manager.base.settings import load_settings
from render_manager.domain.frames import parse_frames
from render_manager.domain.job import RenderJob, RenderOptions, SceneInfo
from render_manager.renderers.blender.renderer import DRIVER, MOST_FRAMES_TEXT, BlenderRenderer
from render_manager.renderers.renderer import Installation, Renderer

BLENDER = Installation("blender", Path("/opt/blender-4.5/blender"), "4.5.1", "PATH")
MODULE = Installation("blender", Path("/data/blender-4.5.15/bin/python"), "4.5.15", "embedded")
JOB = RenderJob("/projects/shot.blend", "blender", "shot", "/renders/shot")


@pytest.fixture
def renderer() -> BlenderRenderer:
    return BlenderRenderer(load_settings())


def argv(renderer: BlenderRenderer, job: RenderJob, *frames: int) -> list[str]:
    return list(renderer.command(job, frames or (1,), BLENDER).argv)


def test_it_is_a_renderer(renderer: BlenderRenderer) -> None:
    assert isinstance(renderer, Renderer)
    assert (renderer.name, renderer.suffixes, renderer.gives_way) == ("blender", (".blend",), True)


@posix_paths
def test_the_order_of_arguments(renderer: BlenderRenderer) -> None:
    """Blender reads them from left to right: the safety comes before the scene."""
    assert argv(renderer, JOB, 1, 2, 3, 7) == [
        str(BLENDER.executable),
        *("-b", "--disable-autoexec", "--python-exit-code", "9"),
        "/projects/shot.blend",
        *("-P", str(DRIVER), "--"),
        "--frames=1-3,7",
        "--output=/renders/shot/shot_####",
    ]
    assert DRIVER.is_file()


@posix_paths
def test_the_embedded_blender_reads_no_arguments_of_blenders(renderer: BlenderRenderer) -> None:
    command = renderer.command(JOB, (-5, -4), MODULE)
    assert command.argv == (
        str(MODULE.executable),
        *("-I", "-X", "utf8"),
        *(str(DRIVER), "--", "/projects/shot.blend"),
        "--frames=-5--4",
        "--output=/renders/shot/shot_####",
    )


def test_what_the_user_wants_different(renderer: BlenderRenderer) -> None:
    options = RenderOptions(
        camera="-远 Cam",
        layers=("Main", "it's 2"),
        scene="S",
        width=64,
        height=36,
        samples=8,
        engine="cycles",
        device="optix",
        format="exr",
    )
    job = replace(JOB, options=options, scene=SceneInfo("blender", engine="BLENDER_EEVEE"))
    asked = [
        *("--scene=S", "--camera=-远 Cam", "--width=64", "--height=36", "--samples=8"),
        *("--engine=CYCLES", "--device=optix", "--format=OPEN_EXR"),
        *("--view-layer=Main", "--view-layer=it's 2"),
    ]
    assert argv(renderer, job)[-len(asked) :] == asked


@pytest.mark.parametrize(
    ("asked", "in_scene", "passed"),
    [
        (None, None, None),
        (None, "CYCLES", "CYCLES"),
        (None, "LUXCORE", "LUXCORE"),
        (None, "BLENDER_GAME", None),
        (None, "BLENDER_EEVEE_NEXT", "BLENDER_EEVEE"),
        ("eevee", "CYCLES", "BLENDER_EEVEE"),
        ("Workbench", None, "BLENDER_WORKBENCH"),
        ("octane", None, "octane"),
    ],
)
def test_the_engine_is_named_so_that_a_missing_one_is_noticed(
    renderer: BlenderRenderer, asked: str | None, in_scene: str | None, passed: str | None
) -> None:
    scene = SceneInfo("blender", engine=in_scene)
    job = replace(JOB, scene=scene, options=RenderOptions(engine=asked))
    named = [word for word in argv(renderer, job) if word.startswith("--engine")]
    assert named == ([f"--engine={passed}"] if passed else [])


def test_another_scene_has_an_engine_of_its_own(renderer: BlenderRenderer) -> None:
    scene = SceneInfo("blender", engine="CYCLES")
    job = replace(JOB, scene=scene, options=RenderOptions(scene="Other"))
    assert argv(renderer, job)[-1] == "--scene=Other"


@pytest.mark.parametrize("path", ["-x.blend", "--", "-P"])
def test_a_scene_never_looks_like_an_option(renderer: BlenderRenderer, path: str) -> None:
    command = argv(renderer, replace(JOB, project_file=path))
    assert command[5] in (f"./{path}", f".\\{path}")
    assert command.count("--") == 1


@pytest.mark.parametrize(
    "folder",
    [
        r"C:\Users\王 Jo's\out",
        r"\\server\share\out 100%",
        "/renders/with \"quotes\" & 'more' $HOME",
        "C:/mixed\\slashes",
    ],
)
def test_paths_stay_as_they_are(renderer: BlenderRenderer, folder: str) -> None:
    job = replace(JOB, project_file=folder + "/s c.blend", output_dir=folder)
    command = argv(renderer, job)
    assert command[5] == folder + "/s c.blend"
    output = command[-1].removeprefix("--output=")
    assert output.startswith(folder)
    assert PurePosixPath(output).name.endswith("shot_####")
    assert PureWindowsPath(output).name == "shot_####"


def test_the_environment_of_a_qt_program_stays_out(renderer: BlenderRenderer) -> None:
    env = renderer.command(JOB, (1,), BLENDER).env
    for name in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "QT_PLUGIN_PATH"):
        assert env[name] is None
    assert env["PYTHONUNBUFFERED"] == "1"


# --- frames -----------------------------------------------------------------------------------


def test_a_million_frames_in_a_row_are_one_piece(renderer: BlenderRenderer) -> None:
    frames = tuple(range(1, 1_000_001, 2))
    assert renderer.split(JOB, frames) == [frames]
    assert "--frames=1-999999x2" in renderer.command(JOB, frames, BLENDER).argv


def test_scattered_frames_are_split_to_fit_a_command_line(renderer: BlenderRenderer) -> None:
    frames = tuple(100_000 + number * number for number in range(9000))
    pieces = renderer.split(JOB, frames)
    assert sum(pieces, ()) == frames
    assert len(pieces) > 1
    for piece in pieces:
        command = renderer.command(JOB, piece, BLENDER)
        assert len(subprocess.list2cmdline(command.argv)) < 32_000
    with pytest.raises(ValueError, match="ask split"):
        renderer.command(JOB, frames, BLENDER)


def test_no_frames_no_pieces(renderer: BlenderRenderer) -> None:
    assert renderer.split(JOB, ()) == []


@given(st.sets(st.integers(-999, 999), min_size=1))
def test_the_frames_named_are_the_frames_asked_for(frames: set[int]) -> None:
    asked = tuple(sorted(frames))
    words = BlenderRenderer(load_settings()).command(JOB, asked, BLENDER).argv
    (text,) = [word.removeprefix("--frames=") for word in words if word.startswith("--frames=")]
    assert parse_frames(text) == asked
    assert len(text) <= MOST_FRAMES_TEXT
