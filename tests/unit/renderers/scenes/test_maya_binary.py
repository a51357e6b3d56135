from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest
from maya_scenes import Scene, ascii_scene, binary_scene, film_scene
from systems import utf8_system

from render_manager.base.errors import UserError
from render_manager.domain.job import SceneInfo
from render_manager.renderers.scenes.maya import read_maya

BOTH = pytest.mark.parametrize("wide", [False, True], ids=["FOR4", "FOR8"])


def read(folder: Path, data: bytes) -> SceneInfo:
    path = folder / "shot.mb"
    path.write_bytes(data)
    return read_maya(path)


@BOTH
def test_a_binary_scene_says_what_the_same_ascii_scene_says(tmp_path: Path, wide: bool) -> None:
    scene = film_scene()
    scene.plugins = {"lookdev": "2"}
    ascii_path = tmp_path / "shot.ma"
    ascii_path.write_bytes(ascii_scene(scene))
    assert read(tmp_path, binary_scene(scene, wide=wide)) == read_maya(ascii_path)


@BOTH
def test_the_time_may_be_saved_as_a_number(tmp_path: Path, wide: bool) -> None:
    data = binary_scene(Scene().globals(an=True, ef=30.0), wide=wide)
    if wide:
        ticks = struct.pack(">q", 30 * 141_120_000 // 24)
        data = data.replace(ticks, struct.pack(">d", 30.0))
    assert (read(tmp_path, data).start, read(tmp_path, data).end) == (1, 30)


def test_groups_may_be_padded_with_their_kind_or_without(tmp_path: Path) -> None:
    padded = read(tmp_path, binary_scene(film_scene(), wide=True, padded=True))
    assert padded == read(tmp_path, binary_scene(film_scene(), wide=True))


@BOTH
def test_frames_before_zero_are_read(tmp_path: Path, wide: bool) -> None:
    info = read(tmp_path, binary_scene(Scene().globals(an=True, fs=-5.0, ef=0.0), wide=wide))
    assert (info.start, info.end) == (-5, 0)


def test_layers_of_render_setup_are_known_by_the_plug_in(tmp_path: Path) -> None:
    scene = Scene().add("renderLayer", "rs_beauty")
    assert read(tmp_path, binary_scene(scene, wide=True)).layers[0].name == "rs_beauty"
    scene.plugins = {"renderSetup.py": "1.0"}
    assert read(tmp_path, binary_scene(scene, wide=True)).layers[0].name == "beauty"


@utf8_system
def test_chinese_names_of_an_unnamed_codeset_are_read_with_a_warning(tmp_path: Path) -> None:
    data = binary_scene(Scene().camera("主摄像机"), wide=True, encoding="gbk")
    info = read(tmp_path, data)
    assert info.camera == "主摄像机"
    assert "The scene does not say its text encoding: names may look wrong." in info.warnings


@BOTH
def test_a_binary_scene_that_was_cut_short_says_what_is_there(tmp_path: Path, wide: bool) -> None:
    data = binary_scene(film_scene(), wide=wide)
    info = read(tmp_path, data[: data.index(b"sceneConfiguration")])
    assert info.version == "2023"
    assert info.camera == "主摄像机"
    assert info.warnings[0].startswith("The scene's file ends too early")


@BOTH
def test_a_binary_scene_without_a_header_is_damaged(tmp_path: Path, wide: bool) -> None:
    data = binary_scene(film_scene(), wide=wide)
    with pytest.raises(UserError, match="damaged"):
        read(tmp_path, data[: data.index(b"VERS")])


def test_plug_ins_textures_are_said_not_to_be_checked(tmp_path: Path) -> None:
    info = read(tmp_path, binary_scene(Scene(plugins={"mtoa": "5"}).globals(an=True), wide=True))
    assert any("textures of plug-ins cannot be checked" in warning for warning in info.warnings)


def test_what_is_in_meshes_is_passed_over(tmp_path: Path) -> None:
    scene = film_scene()
    meshes = replace(scene, nodes=[*scene.nodes])
    for number in range(200):
        meshes.add("mesh", f"m{number}", vt="x" * 50_000)
    data = binary_scene(meshes, wide=True)
    info = read(tmp_path, data)
    assert info == read(tmp_path, binary_scene(scene, wide=True))


def test_frames_at_a_rate_of_television_are_whole(tmp_path: Path) -> None:
    scene = Scene(unit="29.97fps").globals(an=True, fs=1001.0, ef=3000.0)
    info = read(tmp_path, binary_scene(scene, wide=True))
    assert (info.start, info.end, info.warnings) == (1001, 3000, ())
