from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from maya_scenes import Scene, ascii_scene, film_scene

from render_manager.base.errors import UserError
from render_manager.domain.job import SceneCamera, SceneInfo, SceneLayer
from render_manager.renderers.scenes.maya import read_maya


def read(folder: Path, scene: Scene | bytes | str) -> SceneInfo:
    path = folder / "shot.ma"
    if isinstance(scene, str):
        scene = scene.encode()
    path.write_bytes(ascii_scene(scene) if isinstance(scene, Scene) else scene)
    return read_maya(path)


def test_a_shot_says_all_of_its_render(tmp_path: Path) -> None:
    info = read(tmp_path, film_scene())
    assert info.renderer == "maya"
    assert (info.version, info.engine, info.fps) == ("2023", "mayaSoftware", 25.0)
    assert list(info.frames) == [5, 10, 15, 20, 25, 30]
    assert (info.width, info.height, info.format) == (1920, 1080, "PNG")
    assert info.naming == "shot_<Camera>.####.png"
    assert info.prefix == "镜头/shot_<Camera>"
    assert info.camera == "主摄像机"
    assert [camera.name for camera in info.cameras if not camera.renderable] == [
        *("persp", "top", "front", "side", "shotCam")
    ]
    assert info.layers == (
        SceneLayer("defaultRenderLayer", False),
        SceneLayer("背景", True),
        SceneLayer("fx", False),
    )
    assert info.requires == ("mtoa 5.1.0",)
    assert info.references == ("scenes/人物.ma",)
    assert info.scripts == ('preRenderMel: print "begin;\\n";',)
    assert info.missing == (
        str(tmp_path / "scenes/人物.ma"),
        str(tmp_path / "sourceimages/木头.png"),
    )
    assert info.warnings == ()


def test_what_is_absent_has_mayas_default(tmp_path: Path) -> None:
    info = read(tmp_path, Scene().globals(an=True))
    assert (info.start, info.end, info.step, info.fps) == (1, 10, 1, 24.0)
    assert (info.width, info.height, info.engine) == (960, 540, "mayaSoftware")
    assert (info.format, info.naming) == ("IFF", "shot.iff.#")


def test_without_animation_the_frame_is_where_the_time_stands(tmp_path: Path) -> None:
    scene = Scene(selected={"time1": {"o": 537}}).globals(fs=1.0, ef=10.0)
    info = read(tmp_path, scene)
    assert (info.start, info.end, info.single_frame) == (1, 10, 537)
    assert (list(info.frames), info.naming) == ([537], "shot.iff")
    assert info.warnings == (
        "The scene is set to a single frame. Enter the frames if it is an animation.",
    )


def test_without_a_time_the_saved_playback_tells_the_frame(tmp_path: Path) -> None:
    script = "playbackOptions -min 12 -max 120 -ast 1 -aet 200 "
    scene = Scene().add("script", "sceneConfigurationScriptNode", b=script, st=6)
    assert (read(tmp_path, scene).single_frame, read(tmp_path, Scene()).single_frame) == (12, 1)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"pff": True, "ep": 4}, "shot.####.exr"),
        ({"pff": True, "ep": 3, "peie": 2}, "shot_###.exr"),
        ({"pff": True, "ep": 4, "peie": 0}, "shot####.exr"),
        ({"pff": False, "ep": 4}, "shot.exr.####"),
        ({"pff": True, "ep": 4, "ofc": 1}, "shot.####"),
        ({"pff": True, "ep": 4, "ofc": 2, "ofe": "pic"}, "shot.####.pic"),
        ({"pff": True, "ifp": "a/<Scene>_b"}, "shot_b.#.exr"),
    ],
)
def test_pictures_are_named_as_the_scene_wants(
    tmp_path: Path, values: dict[str, bool | int | str], name: str
) -> None:
    scene = Scene().globals(an=True, outf=51, imfkey="exr", **values)
    assert read(tmp_path, scene).naming == name


@pytest.mark.parametrize(
    ("unit", "fps"),
    [("ntsc", 30.0), ("23.976fps", 23.976), ("100fps", 100.0), ("29.97df", 29.97), ("x", None)],
)
def test_the_rate_is_the_time_units(tmp_path: Path, unit: str, fps: float | None) -> None:
    assert read(tmp_path, Scene(unit=unit)).fps == fps


def test_long_names_and_other_orders_of_flags_are_read(tmp_path: Path) -> None:
    info = read(
        tmp_path,
        """//Maya ASCII 2018ff09 scene
requires maya "2018ff09";
currentUnit -linear centimeter -angle degree -time ntsc;
createNode transform -shared -name "cam";
createNode camera -p "|group|cam" -s -n "camShape";
\tsetAttr -k off -cb on ".renderable" no;
createNode renderLayer -n "fx";
\tsetAttr ".renderable" no;
select -noExpand :defaultRenderGlobals;
\tsetAttr ".currentRenderer" -type "string" "arnold";
\tsetAttr ".animation" on;
\tsetAttr ".startFrame"
\t\t-5;
setAttr "defaultRenderGlobals.endFrame" 1.2e1;
setAttr -l on ":defaultResolution.width" 640;
parent "a" "b";
// End of shot.ma
""",
    )
    assert (info.version, info.fps, info.engine) == ("2018", 30.0, "arnold")
    assert (info.start, info.end, info.width) == (-5, 12, 640)
    assert info.cameras == (SceneCamera("cam", False),)
    assert info.layers == (SceneLayer("fx", False),)


def test_strings_with_semicolons_quotes_and_statements_are_strings(tmp_path: Path) -> None:
    mel = 'createNode camera -n "x"; // no "comment"\\\nselect -ne :defaultRenderGlobals;'
    info = read(tmp_path, Scene().globals(an=True, pom=mel, ifp='a;"b'))
    assert info.cameras == ()
    assert info.prefix == 'a;"b'
    assert info.scripts == (
        'postRenderMel: createNode camera -n "x"; // no "comment"\\ select -ne :defau…',
    )


def test_layers_of_render_setup_have_the_names_people_gave(tmp_path: Path) -> None:
    scene = Scene().add("renderSetupLayer", "beauty").add("renderLayer", "rs_beauty", rndr=False)
    scene.add("renderLayer", "rs_old").add("absUniqueOverride", "startFrame1")
    info = read(tmp_path, scene.globals(an=True))
    assert info.layers == (SceneLayer("beauty", False, "rs_beauty"), SceneLayer("rs_old", True))
    assert info.warnings == (
        "A layer changes startFrame: the values shown are the scene's defaults.",
    )


def test_what_an_old_layer_changes_is_told(tmp_path: Path) -> None:
    change = 'connectAttr ":defaultRenderGlobals.ef" "fx.adjs[0].plg";'
    info = read(tmp_path, Scene(extra=change).globals(an=True))
    assert info.warnings == (
        "A layer changes endFrame: the values shown are the scene's defaults.",
    )


def test_cameras_of_one_name_are_told_apart_by_their_paths(tmp_path: Path) -> None:
    info = read(tmp_path, Scene().camera("cam", "|a").camera("cam", "|b"))
    assert [camera.name for camera in info.cameras] == ["a|cam", "b|cam"]


def test_arnold_has_its_format_at_its_driver(tmp_path: Path) -> None:
    scene = Scene().globals(ren="arnold", an=True, pff=True)
    assert read(tmp_path, scene).format == "EXR"
    scene.add("aiAOVDriver", "defaultArnoldDriver", ai_translator="png")
    assert read(tmp_path, scene).naming == "shot.#.png"


def test_vray_has_its_own_resolution_and_name(tmp_path: Path) -> None:
    scene = Scene().globals(ren="vray", an=True)
    scene.add("VRaySettingsNode", "vraySettings", wi=800, he=600, fnprx="v/<Layer>", imgfs="exr")
    info = read(tmp_path, scene)
    assert (info.width, info.height, info.prefix, info.format) == (800, 600, "v/<Layer>", "EXR")


def test_script_nodes_that_run_are_told_but_not_mayas_own(tmp_path: Path) -> None:
    scene = film_scene().add("script", "vaccine_gene", b="import os\nprint(1)", st=1)
    scene.add("script", "idle", b="print 1", st=0)
    scene.add("script", "uiConfigurationScriptNode1", b="python(1)", st=3)
    assert read(tmp_path, scene).scripts[1:] == (
        "vaccine_gene: import os print(1)",
        "uiConfigurationScriptNode1: python(1)",
    )


def test_a_save_that_was_cut_short_is_told(tmp_path: Path) -> None:
    whole = ascii_scene(film_scene())
    cut = whole[: whole.index(b'".ifp"') + 20]
    info = read(tmp_path, cut)
    assert (info.start, info.end) == (5, 30)
    assert info.warnings[0].startswith("The scene's file ends too early")


def test_an_unknown_codeset_is_told_and_read_as_utf_8(tmp_path: Path) -> None:
    text = ascii_scene(Scene(codeset="utf-8").camera("摄像机")).replace(b"utf-8", b"klingon")
    info = read(tmp_path, text)
    assert info.camera == "摄像机"
    assert "“klingon”" in info.warnings[0]


@pytest.mark.parametrize(
    "data", [b"", b"//Maya", b"PNG" * 99, b"//Blender ASCII 2023 scene\n", b"FOR4\0\0\0\0Mayo"]
)
def test_what_is_no_scene_is_refused_with_a_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UserError, match=r"“shot\.ma” is no Maya scene"):
        read(tmp_path, data)


def test_a_folder_and_nothing_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        read_maya(tmp_path)
    with pytest.raises(UserError, match="There is no file"):
        read_maya(tmp_path / "no.ma")


def test_quotes_that_never_close_do_not_take_the_rest(tmp_path: Path) -> None:
    line = b'createNode camera -n "open;\n'
    end = b'select -ne :defaultRenderGlobals;\n\tsetAttr ".an" yes;\n\tsetAttr ".ef" 7;\n// End of a\n'
    info = read(tmp_path, b"//Maya ASCII 2023 scene\n" + line * 30_000 + end)
    assert info.end == 7


PEAK = """
import sys
from pathlib import Path
from render_manager.renderers.scenes.maya import read_maya
info = read_maya(Path(sys.argv[1]))
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0]
print(peak.split()[1], info.start, info.end, len(info.cameras))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to read memory from")
def test_a_large_scene_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.ma"
    whole = ascii_scene(film_scene())
    middle = whole.index(b"createNode")
    numbers = b'\tsetAttr ".vt[0:165]"\n' + b"\t\t1.5 2.25 -3.125 4.0625 5.5 6.5\n" * 200 + b";\n"
    mesh = b'createNode mesh -n "meshShape" -p "mesh";\n' + numbers
    with path.open("wb") as file:
        file.write(whole[:middle])
        for _block in range(50_000_000 // len(mesh)):
            file.write(mesh)
        # One line of 20 MB, as exporters of others write them.
        file.write(b'createNode mesh -n "one";\n\tsetAttr ".vt" ' + b"1.5 " * 5_000_000 + b";\n")
        file.write(whole[middle:])
    assert peak_of(path) == ([b"5", b"30", b"6"], True)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to read memory from")
def test_many_long_scripts_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "scripts.ma"
    script = (
        b'createNode script -n "s";\n\tsetAttr ".b" -type "string" "' + b"a" * 399_000 + b'";\n'
    )
    path.write_bytes(b"//Maya ASCII 2023 scene\n" + script * 150)
    assert peak_of(path) == ([b"1", b"10", b"0"], True)


def peak_of(path: Path) -> tuple[list[bytes], bool]:
    """What a process of its own read of the scene, and whether it took less than 60 MB."""
    run = [sys.executable, "-c", PEAK, str(path)]
    said = subprocess.run(run, capture_output=True, check=True, env={**os.environ})
    peak, *info = said.stdout.split()
    return info, int(peak) < 60_000


@pytest.mark.parametrize(("codeset", "encoding"), [("54936", "gb18030"), ("932", "cp932")])
def test_names_in_the_code_pages_of_windows(tmp_path: Path, codeset: str, encoding: str) -> None:
    name = "表示" if codeset == "932" else "主摄像机㐀"
    text = ascii_scene(Scene(codeset="utf-8").camera(name)).replace(b"utf-8", codeset.encode())
    info = read(tmp_path, text.decode().encode(encoding))
    assert info.camera == name


def test_what_another_time_unit_left_of_whole_frames_is_whole(tmp_path: Path) -> None:
    scene = Scene(selected={"time1": {"o": 11.9999999}}).globals(fs=0.9999999, ef=124.9999999)
    assert read(tmp_path, scene).single_frame == 12
    info = read(tmp_path, scene.globals(an=True))
    assert (info.start, info.end, info.step, info.warnings) == (1, 125, 1, ())
