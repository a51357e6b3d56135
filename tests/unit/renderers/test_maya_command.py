"""The command lines of Maya's `Render`: flags that a renderer knows, scene last, any frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from systems import posix_paths

from render_manager.base.settings import load_settings
from render_manager.domain.job import RenderJob, RenderOptions, SceneCamera, SceneInfo, SceneLayer
from render_manager.renderers.maya.engines import engine_of
from render_manager.renderers.maya.renderer import MOST_FRAMES_TEXT, MayaRenderer
from render_manager.renderers.renderer import Installation

MAYA = Installation("maya", Path("/usr/autodesk/maya2024/bin/Render"), "2024", "standard folder")


def job(engine: str | None = "mayaSoftware", layers: int = 1, **options: Any) -> RenderJob:
    scene = SceneInfo(
        "maya",
        version="2024",
        engine=engine,
        cameras=(SceneCamera("persp", renderable=True), SceneCamera("top", renderable=False)),
        layers=tuple(
            SceneLayer(f"layer{i}", renderable=True, node=f"rs_layer{i}") for i in range(layers)
        ),
    )
    wishes = RenderOptions(engine=options.pop("asked", None), **options)
    return RenderJob("/s/场景 it's.ma", "maya", "shot", "/out/a b", wishes, scene)


@pytest.fixture
def renderer() -> MayaRenderer:
    return MayaRenderer(load_settings())


def argv(renderer: MayaRenderer, asked: RenderJob, *frames: int) -> list[str]:
    return list(renderer.command(asked, frames, MAYA).argv)


def value(line: list[str], flag: str) -> str:
    return line[line.index(flag) + 1]


@posix_paths
def test_the_scene_stands_last_and_each_value_after_its_flag(renderer: MayaRenderer) -> None:
    line = argv(renderer, job(), 1, 2, 3)
    assert line == [
        *("/usr/autodesk/maya2024/bin/Render", "-r", "sw", "-s", "1", "-e", "3", "-b", "1"),
        *("-rd", "/out/a b", "-im", "shot", "-fnc", "name.#.ext", "-pad", "4"),
        "/s/场景 it's.ma",
    ]


@pytest.mark.parametrize(
    ("scene", "word"),
    [
        ("mayaSoftware", "sw"),
        ("mayaHardware2", "hw2"),
        ("arnold", "arnold"),
        ("redshift", "redshift"),
        ("vray", "vray"),
        ("renderman", "renderman"),
        ("mentalRay", "file"),
        (None, "file"),
    ],
)
def test_the_renderer_of_the_scene_is_named(
    renderer: MayaRenderer, scene: str | None, word: str
) -> None:
    assert value(argv(renderer, job(scene), 1), "-r") == word


def test_layers_may_have_renderers_of_their_own(renderer: MayaRenderer) -> None:
    assert value(argv(renderer, job("arnold", layers=3), 1), "-r") == "file"
    asked = job("arnold", layers=3, asked="redshift")
    assert value(argv(renderer, asked, 1), "-r") == "redshift"


def test_arnold_takes_any_frames_in_one_process(renderer: MayaRenderer) -> None:
    frames = (1, 5, 6, 7, 20)
    assert renderer.split(job("arnold"), frames) == [frames]
    line = argv(renderer, job("arnold"), *frames)
    assert value(line, "-seq") == "1 5..7 20"
    assert "-s" not in line


def test_the_others_take_even_runs(renderer: MayaRenderer) -> None:
    assert renderer.split(job("vray"), (1, 3, 5, 20)) == [(1, 3, 5), (20,)]
    line = argv(renderer, job("vray"), 1, 3, 5)
    assert [value(line, flag) for flag in ("-s", "-e", "-b")] == ["1", "5", "2"]
    with pytest.raises(ValueError, match="ask split"):
        renderer.command(job("vray"), (1, 3, 20), MAYA)


def test_no_flag_that_a_renderer_refuses(renderer: MayaRenderer) -> None:
    vray = argv(renderer, job("vray", format="EXR"), 1)
    assert not {"-fnc", "-of", "-pad", "-ai:lve"} & set(vray)
    renderman = argv(renderer, job("renderman", width=64, height=32), 1)
    assert not {"-x", "-im", "-fnc"} & set(renderman)
    assert renderman[renderman.index("-res") : renderman.index("-res") + 3] == ["-res", "64", "32"]


def test_threads_devices_and_log(renderer: MayaRenderer) -> None:
    threads = {"threads": "8"}
    assert value(argv(renderer, job(extra=threads), 1), "-n") == "8"
    arnold = argv(renderer, job("arnold", extra=threads, device="GPU"), 1)
    assert value(arnold, "-ai:threads") == "8"
    assert value(arnold, "-ai:device") == "1"
    assert value(arnold, "-ai:alf") == "1"
    assert value(argv(renderer, job("arnold", device="2"), 1), "-ai:gpu") == "2"
    assert value(argv(renderer, job("redshift", device="0, 1"), 1), "-gpu") == "{0,1}"
    assert value(argv(renderer, job("vray", extra=threads), 1), "-threads") == "8"


def test_what_the_user_chose(renderer: MayaRenderer) -> None:
    chosen = RenderJob(
        "/s/a.ma",
        "maya",
        "a",
        "/out",
        RenderOptions(camera="shotCam", layers=("layer0", "new"), width=1920, height=800),
        job(layers=2).scene,
    )
    line = argv(renderer, chosen, 7)
    assert value(line, "-cam") == "shotCam"
    assert value(line, "-rl") == "rs_layer0 new"
    assert (value(line, "-x"), value(line, "-y"), value(line, "-ard")) == (
        "1920",
        "800",
        "2.400000",
    )


def test_windows_paths_are_given_with_forward_slashes(renderer: MayaRenderer) -> None:
    asked = RenderJob("C:\\s\\a.ma", "maya", "a", "D:\\out\\a", RenderOptions(), None)
    line = argv(renderer, asked, 1)
    assert (line[-1], value(line, "-rd")) == ("C:/s/a.ma", "D:/out/a")


def test_the_project_is_that_of_the_scene(renderer: MayaRenderer, tmp_path: Path) -> None:
    (tmp_path / "workspace.mel").write_text('workspace -fr "images" "images";\n')
    (tmp_path / "scenes").mkdir()
    asked = RenderJob(str(tmp_path / "scenes" / "a.ma"), "maya", "a", "/out")
    assert Path(value(argv(renderer, asked, 1), "-proj")) == tmp_path


def test_no_dialog_and_nothing_of_ours_in_the_environment(renderer: MayaRenderer) -> None:
    env = renderer.command(job(), (1,), MAYA).env
    assert env["MAYA_DISABLE_CER"] == "1"
    assert env["MAYA_UI_LANGUAGE"] == "en_US"
    assert env["PYTHONPATH"] is env["QT_PLUGIN_PATH"] is env["PYTHONHOME"] is None


@given(
    st.sets(st.integers(-50, 5000), max_size=400),
    st.sampled_from(["arnold", "vray", "mayaSoftware", None]),
)
def test_pieces_are_all_frames_once_and_fit_a_command_line(
    numbers: set[int], engine: str | None
) -> None:
    renderer, asked, frames = MayaRenderer(load_settings()), job(engine), tuple(sorted(numbers))
    pieces = renderer.split(asked, frames)
    assert tuple(frame for piece in pieces for frame in piece) == frames
    for piece in pieces:
        line = argv(renderer, asked, *piece)
        assert _frames_of(line) == piece
        assert all(len(part) <= MOST_FRAMES_TEXT for part in line)


def _frames_of(line: list[str]) -> tuple[int, ...]:
    if "-seq" not in line:
        first, last, step = (int(value(line, flag)) for flag in ("-s", "-e", "-b"))
        return tuple(range(first, last + 1, step))
    parts = [part.split("..") for part in value(line, "-seq").split()]
    return tuple(frame for part in parts for frame in range(int(part[0]), int(part[-1]) + 1))


def test_every_renderer_has_a_word() -> None:
    assert engine_of(job("ARNOLD")).word == "arnold"
    assert engine_of(job("arnold", asked="hw2")).word == "hw2"


@pytest.mark.parametrize(("location", "is_left"), [("/usr/autodesk/maya2024", True), ("/m", False)])
def test_the_folder_of_another_maya_is_taken_from_the_environment(
    renderer: MayaRenderer, monkeypatch: pytest.MonkeyPatch, location: str, is_left: bool
) -> None:
    monkeypatch.setenv("MAYA_LOCATION", location)
    env = renderer.command(job(), (1,), MAYA).env
    assert ("MAYA_LOCATION" not in env) is is_left
