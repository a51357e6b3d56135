"""What is read from scenes of the described renderers that are text, and from damaged ones."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from render_manager.base.errors import UserError
from render_manager.base.paths import resource
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.renderers.custom import CustomRenderer

NUKE_SCRIPT = r"""#! /usr/local/Nuke16.0v1/libnuke-16.0.1.so -nx
version 16.0 v1
define_window_layout_xml {<?xml version="1.0" encoding="UTF-8"?>
<layout version="1.0">
</layout>
}
Root {
 inputs 0
 name "/jobs/雪 山/comp v003.nk"
 frame 1010
 first_frame 1001
 last_frame 1096
 format "2048 1152 0 0 2048 1152 1 our format"
 addUserKnob {20 studio}
}
Read {
 inputs 0
 file /jobs/plate.%04d.exr
 first 900
 last_frame 7
 name Read1
}
Group {
 name Group1
}
 Write {
  name Inside
 }
end_group
Write {
 file "/jobs/out/beauty %04d.exr"
 file_type exr
 name Write1
 xpos -40
}
Write {
 file /jobs/out/preview.%04d.jpg
 name 预览
}
"""

PROJECT = """<?xml version="1.0" encoding="UTF-8"?>
<AfterEffectsProject xmlns="http://www.adobe.com/products/aftereffects" majorVersion="1">
  <Fold>
    <Item>
      <idta bdata="00010000000000000000000000000000000000000001"/>
      <string>A folder</string>
    </Item>
    <Item>
      <idta bdata="00040000000000000000000000000000000000000007"/>
      <string>Main &amp; “片头”</string>
      <Layr><string>A layer</string></Layr>
    </Item>
    <Item>
      <idta bdata="00040000000000000000000000000000000000000009"/>
      <Utf8>
        <string>Credits</string>
      </Utf8>
    </Item>
    <Item>
      <idta bdata="00070000000000000000000000000000000000000011"/>
      <string>clip.mov</string>
    </Item>
  </Fold>
</AfterEffectsProject>
"""

STAGE = """#usda 1.0
(
    defaultPrim = "World"
    endTimeCode = 48.0
    framesPerSecond = 24
    startTimeCode = -3
)

def Xform "World"
{
    double width.timeSamples = { 1: 2.5 }
}
"""

ARNOLD = """### exported: Mon
options
{
 AA_samples 3
 xres 1280
 yres 720
 camera "cam"
}

polymesh
{
 xres 7
}
"""

SCENES = {
    "nuke": ("shot.nk", NUKE_SCRIPT),
    "aftereffects": ("shot.aepx", PROJECT),
    "husk": ("shot.usda", STAGE),
    "kick": ("shot.0012.ass", ARNOLD),
}


def renderer(name: str) -> CustomRenderer:
    return CustomRenderer(resource("renderers", f"{name}.toml"))


def inspected(folder: Path, name: str, text: str | None = None, file: str = "") -> SceneInfo:
    scene = folder / (file or SCENES[name][0])
    scene.write_bytes((SCENES[name][1] if text is None else text).encode("utf-8"))
    return renderer(name).inspect(scene)


def test_a_nuke_script_tells_range_format_and_write_nodes(tmp_path: Path) -> None:
    scene = inspected(tmp_path, "nuke")
    assert (scene.start, scene.end) == (1001, 1096)
    assert (scene.width, scene.height) == (2048, 1152)
    assert scene.choices == {"write": ("Group1.Inside", "Write1", "预览")}


GROUPS_IN_GROUPS = """Group {
 name Outer
 addUserKnob {20 User}
 first_frame 3
}
 Root {
  first_frame 5
 }
 Write {
  file /a.exr
  name Near
 }
 LiveGroup {
  inputs 0
  name Inner
 }
  Write {
   metadata {
    {set name x}
   }
   name Deep
  }
 end_group
 Write {
  name After
 }
end_group
Group {
}
end_group
end_group
Write {
 name Top
}
"""


def test_write_nodes_in_groups_are_called_by_their_full_names(tmp_path: Path) -> None:
    scene = inspected(tmp_path, "nuke", GROUPS_IN_GROUPS)
    assert scene.choices == {
        "write": ("Outer.Near", "Outer.Inner.Deep", "Outer.After", "Top"),
    }
    assert scene.start is None


@pytest.mark.parametrize("deep", [3, 100])
def test_groups_without_an_end_do_no_harm(tmp_path: Path, deep: int) -> None:
    nested = "".join("{0}Group {{\n{0} name a\n{0}}}\n".format(" " * at) for at in range(deep))
    write = "{0}Write {{\n{0} name b\n{0}}}\n".format(" " * deep)
    scene = inspected(tmp_path, "nuke", nested + write)
    assert scene.choices == ({"write": ("a.a.a.b",)} if deep == 3 else {})


def test_a_write_node_may_have_another_size_than_the_script(tmp_path: Path) -> None:
    scene = inspected(tmp_path, "nuke")
    assert scene.size_may_differ
    assert RenderJob("/a.nk", "nuke", "a", "/out", scene=scene).expected_size is None


def test_a_nuke_script_without_a_range_has_none(tmp_path: Path) -> None:
    scene = inspected(tmp_path, "nuke", NUKE_SCRIPT.replace(" first_frame 1001\n", ""))
    assert len(scene.frames) == 0
    assert "“shot.nk” does not say its frames; name the frames to render." in scene.warnings


def test_an_after_effects_project_in_xml_tells_its_compositions(tmp_path: Path) -> None:
    scene = inspected(tmp_path, "aftereffects")
    assert scene.choices == {"comp": ("Main & “片头”", "Credits")}
    assert scene.start is None


def test_a_stage_in_text_tells_its_time_codes(tmp_path: Path) -> None:
    scene = inspected(tmp_path, "husk")
    assert (scene.start, scene.end) == (-3, 48)


@pytest.mark.parametrize(
    "text", [STAGE.replace("48.0", "48.5"), STAGE.replace("-3", "nan"), "PXR-USDC\0startTimeCode"]
)
def test_a_range_that_is_not_of_whole_frames_is_not_made_up(tmp_path: Path, text: str) -> None:
    assert len(inspected(tmp_path, "husk", text).frames) == 0


@pytest.mark.parametrize(
    ("file", "frame"), [("a.0012.ass", 12), ("A_7.ASS.GZ", 7), ("v2.still.ass", 1)]
)
def test_an_arnold_scene_is_one_frame_with_its_size(tmp_path: Path, file: str, frame: int) -> None:
    scene = inspected(tmp_path, "kick", file=file)
    assert list(scene.frames) == [frame]
    assert (scene.width, scene.height) == (1280, 720)


@pytest.mark.parametrize(("name", "file"), [("cinema4d", "a.c4d"), ("houdini", "a.hiplc")])
def test_a_binary_scene_has_no_range_that_it_does_not_tell(
    tmp_path: Path, name: str, file: str
) -> None:
    scene = tmp_path / file
    scene.write_bytes(b"QC4DC4D6\x00\x01start 1 end 100")
    assert len(renderer(name).inspect(scene).frames) == 0


@pytest.mark.parametrize("name", SCENES)
def test_damaged_scenes_give_a_result_or_one_sentence(name: str, tmp_path: Path) -> None:
    chance = random.Random(5)
    file, text = SCENES[name]
    whole, scene, subject = text.encode("utf-8"), tmp_path / file, renderer(name)
    for _ in range(1000):
        data = bytearray(whole[: chance.randrange(len(whole) + 1)])
        for _n in range(chance.randrange(8) if data else 0):
            data[chance.randrange(len(data))] = chance.randrange(256)
        scene.write_bytes(data)
        try:
            assert isinstance(subject.inspect(scene), SceneInfo)
        except UserError as error:
            assert str(error) == f"“{file}” is empty. Save the scene again.".replace(
                file, str(scene)
            )


@pytest.mark.parametrize("filler", [b"\n", b"a", b" name x\nWrite {\n"])
def test_a_huge_scene_is_read_to_a_limit(filler: bytes, tmp_path: Path) -> None:
    scene = tmp_path / "huge.nk"
    scene.write_bytes(filler * (4_000_000 // len(filler)))
    assert renderer("nuke").inspect(scene).start is None
