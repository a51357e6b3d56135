from __future__ import annotations

import os
from pathlib import Path

import pytest
from maya_scenes import Scene, ascii_scene, binary_scene
from systems import posix_paths

from render_manager.domain.job import SceneCamera, SceneInfo, SceneLayer
from render_manager.renderers.scenes.maya import read_maya
from render_manager.renderers.scenes.maya_workspace import images_dir, project_of

ELSEWHERE = pytest.mark.skipif(os.name == "nt", reason="drives are this system's there")
RULES = 'workspace -fr "images" "renders";\nworkspace -fr "sourceImages" "tex";\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "show"
    for name in ("scenes/shots", "tex", "sourceimages"):
        (folder / name).mkdir(parents=True)
    (folder / "workspace.mel").write_text(RULES, "utf-8")
    return folder


def write(project: Path, scene: Scene, name: str = "scenes/shots/shot.ma") -> Path:
    path = project / name
    data = ascii_scene(scene) if name.endswith(".ma") else binary_scene(scene, wide=True)
    path.write_bytes(data)
    return path


def read(project: Path, scene: Scene) -> SceneInfo:
    return read_maya(write(project, scene))


def test_the_project_is_the_nearest_folder_with_a_workspace(project: Path) -> None:
    assert project_of(project / "scenes/shots/shot.ma") == project
    (project / "scenes/workspace.mel").touch()
    assert project_of(project / "scenes/shots/shot.ma") == project / "scenes"


def test_pictures_go_where_the_project_says(project: Path) -> None:
    assert images_dir(project) == project / "renders"
    (project / "workspace.mel").write_text("", "utf-8")
    assert images_dir(project) == project / "images"
    (project / "workspace.mel").unlink()
    assert images_dir(project) == project / "images"


@posix_paths
def test_textures_are_looked_for_in_the_project(project: Path) -> None:
    (project / "tex/wood.png").touch()
    (project / "sourceimages/oak.png").touch()
    (project / "scenes/shots/near.png").touch()
    scene = Scene(codeset="utf-8")
    for name in ("wood.png", "sourceimages/oak.png", "near.png", "no.png"):
        scene.add("file", "file1", ftn=name)
    scene.add("aiImage", "ai", f="/no/ai.exr").add("imagePlane", "plane", imn="plane.jpg")
    assert read(project, scene).missing == (
        str(project / "no.png"),
        str(Path("/no/ai.exr")),
        str(project / "plane.jpg"),
    )


def test_tiles_and_sequences_are_there_if_one_of_them_is(project: Path) -> None:
    for name in ("skin.1001.exr", "fire.0007.png"):
        (project / "tex" / name).touch()
    scene = Scene().add("file", "a", ftn="skin.<UDIM>.exr").add("file", "b", ftn="skin.<f>.tif")
    scene.add("file", "c", ftn="fire.0001.png", ufe=True).add("file", "d", ftn="fire.0002.png")
    assert read(project, scene).missing == (
        str(project / "skin.<f>.tif"),
        str(project / "fire.0002.png"),
    )


@ELSEWHERE
def test_paths_of_other_systems_are_one_warning(project: Path) -> None:
    (project / "tex/wood.png").touch()
    scene = Scene().add("file", "a", ftn="D:/tex/a.png").add("file", "b", ftn="\\\\srv\\b.png")
    scene.add("file", "c", ftn="D:/show//tex/wood.png").add("file", "d", ftn="$TEX/d.png")
    info = read(project, scene.globals(an=True))
    assert info.missing == ()
    assert info.warnings == (
        "Paths of other computers cannot be checked here (3): a file may be missing.",
    )


@posix_paths
@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        *(("RedshiftDomeLight", "tex1"), ("RedshiftProxyMesh", "fn"), ("aiVolume", "filename")),
        *(
            ("RedshiftVolumeShape", "fileName"),
            ("VRayMesh", "fileName2"),
            ("PxrTexture", "filename"),
        ),
        *(("RedshiftIESLight", "profile"), ("aiPhotometricLight", "aiFilename")),
    ],
)
def test_files_of_plug_ins_are_looked_for(project: Path, kind: str, attribute: str) -> None:
    scene = Scene().add(kind, "a", **{attribute: "/no/a.x"}).add("audio", "b", f="/no/b.wav")
    assert read(project, scene).missing == (str(Path("/no/a.x")),)


def test_tokens_of_renderers_stand_for_files(project: Path) -> None:
    for name in ("skin_red.png", "hair_1001.tex"):
        (project / "tex" / name).touch()
    scene = Scene().add("aiImage", "a", f="skin_<attr:tone default:red>.png")
    scene.add("PxrTexture", "b", filename="hair__MAPID_.tex")
    assert read(project, scene).missing == ()


def test_more_missing_files_than_a_list_holds_are_counted(project: Path) -> None:
    scene = Scene().globals(an=True)
    for number in range(303):
        scene.add("file", f"file{number}", ftn=f"no{number}.png")
    info = read(project, scene)
    assert len(info.missing) == 300
    assert info.warnings == ("More files are missing than the list shows: 3 others.",)


@pytest.mark.parametrize("name", ["hero.ma", "hero.mb"])
def test_cameras_and_layers_of_references_are_listed(project: Path, name: str) -> None:
    hero = Scene().camera("persp", rnd=False).camera("heroCam")
    hero.add("renderLayer", "defaultRenderLayer").add("renderLayer", "fx")
    write(project, hero, f"scenes/{name}")
    scene = Scene(references=[(f"scenes/{name}", "hero")]).camera("persp", rnd=False)
    info = read(project, scene.globals(an=True))
    assert info.cameras == (SceneCamera("persp", False), SceneCamera("hero:heroCam", True))
    assert info.layers == (SceneLayer("hero:fx", True, is_referenced=True),)
    assert info.camera == "hero:heroCam"
    assert (info.missing, info.warnings) == ((), ())


def test_a_camera_changed_at_its_reference_is_as_the_scene_wants_it(project: Path) -> None:
    write(project, Scene().camera("cam"), "scenes/hero.ma")
    edits = (
        'createNode reference -n "heroRN";\n'
        '\tsetAttr ".ed" -type "dataReferenceEdits" \n\t\t"heroRN"\n\t\t"heroRN" 0\n'
        '\t\t"heroRN" 2\n\t\t2 "|hero:cam" "visibility" " 1"\n'
        '\t\t2 "|hero:cam|hero:camShape" "renderable" " 0";\n'
    )
    scene = Scene(references=[("scenes/hero.ma{1}", "hero")], extra=edits)
    assert read(project, scene).cameras == (SceneCamera("hero:cam", False),)


def test_missing_and_broken_references_are_told(project: Path) -> None:
    (project / "scenes/broken.ma").write_bytes(b"nothing")
    references = [("scenes/no.ma", "no"), ("scenes/broken.ma", "broken")]
    info = read(project, Scene(references=references).globals(an=True))
    assert info.missing == (str(project / "scenes/no.ma"),)
    assert info.warnings == (
        "Not all referenced scenes were looked into: cameras and layers may be missing here.",
    )


def test_no_camera_to_render_is_told_unless_a_reference_may_have_one(project: Path) -> None:
    scene = Scene().camera("persp", rnd=False).globals(an=True)
    assert read(project, scene).warnings == (
        "No camera of the scene is set to render. Choose a camera.",
    )
    scene.references = [("scenes/no.ma", "no")]
    assert read(project, scene).warnings == ()


def test_a_reference_that_is_not_loaded_is_no_trouble(project: Path) -> None:
    extra = 'file -r -ns "a" -dr 1 -rfn "aRN" -typ "mayaAscii" "scenes/no.ma";'
    info = read(project, Scene(extra=extra).globals(an=True))
    assert (info.references, info.missing) == (("scenes/no.ma",), ())


def test_a_scene_that_refers_to_itself_ends(project: Path) -> None:
    scene = Scene(references=[("scenes/shots/shot.ma", "me")]).camera("cam")
    assert [camera.name for camera in read(project, scene).cameras] == ["cam", "me:cam"]


def test_a_render_setup_layer_of_a_reference_has_its_namespace_for_render(project: Path) -> None:
    hero = Scene().add("renderSetupLayer", "fx").add("renderLayer", "rs_fx")
    write(project, hero, "scenes/hero.ma")
    scene = Scene(references=[("scenes/hero.ma", "hero")])
    assert read(project, scene).layers == (
        SceneLayer("hero:fx", True, "hero:rs_fx", is_referenced=True),
    )
