"""Makes .blend files that try a reader, and says what Blender itself reads in them.

Run it with a python that can `import bpy`:

    python make_blend_scenes.py FOLDER [NAME ...]

writes the named scenes (all, if none is named) and `truth.json`: for each file what Blender says
after opening it again, and the size of a picture it rendered. Blender 4.2 to 5.0.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fea7356d260000000049454e44ae426082"
)


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for name in names or list(SCENES):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        SCENES[name](folder / name)
        truth[name] = blender_says(folder / name)
    text = json.dumps(truth, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")


# --- the scenes


def full(path: Path) -> None:
    """Everything at once: two scenes, cameras, layers, a crop, missing files, markers, scripts."""
    scene = bpy.context.scene
    scene.name = "镜头_010"
    other = bpy.data.scenes.new("另一个场景")
    add_camera(other, "Elsewhere")
    scene.camera = add_camera(scene, "主摄影机")
    nested = bpy.data.collections.new("Cameras")
    scene.collection.children.link(nested)
    witness = bpy.data.objects.new("Witness 2", bpy.data.cameras.new("Witness 2"))
    nested.objects.link(witness)
    scene.view_layers[0].name = "Beauty"
    scene.view_layers.new("Matte 蒙版").use = False
    set_frames(scene, 1001, 1100, 3)
    scene.render.fps, scene.render.fps_base = 24, 1.001
    scene.render.engine = "CYCLES"
    scene.render.filepath = "//render/shot_####"
    set_size(scene, 321, 181, 50)
    scene.render.use_border = scene.render.use_crop_to_border = True
    scene.render.border_min_x, scene.render.border_max_x = 0.1, 0.7
    scene.render.border_min_y, scene.render.border_max_y = 1 / 3, 1.0
    set_format(scene, "OPEN_EXR_MULTILAYER", "MULTI_LAYER_IMAGE")
    marker = scene.timeline_markers.new("cut", frame=1050)
    marker.camera = witness
    bpy.data.texts.new("startup.py").use_module = True
    bpy.data.texts.new("notes")
    add_missing_picture("//textures/木纹.png", path.parent / "textures" / "木纹.png")
    link_lost_library(scene, "//lost/角色.blend", path.parent / "lost" / "角色.blend")
    save(path)


def movie(path: Path) -> None:
    """A movie, no camera, an output that depends on the folder Blender starts in."""
    scene = bpy.context.scene
    set_frames(scene, -5, 10, 1)
    set_size(scene, 1280, 720, 100)
    set_format(scene, "FFMPEG", "VIDEO")
    scene.render.filepath = "out/preview"
    save(path)


def stereo(path: Path) -> None:
    """Both eyes side by side in one picture."""
    scene = bpy.context.scene
    scene.camera = add_camera(scene, "Eyes")
    set_size(scene, 64, 48, 100)
    scene.render.use_multiview = True
    scene.render.image_settings.views_format = "STEREO_3D"
    scene.render.image_settings.stereo_3d_format.display_mode = "SIDEBYSIDE"
    save(path)


def blind(path: Path) -> None:
    """An object that is no camera as the camera, a region that is not cropped, no view layer."""
    scene = bpy.context.scene
    scene.camera = bpy.data.objects.new("Pivot", None)
    scene.collection.objects.link(scene.camera)
    scene.view_layers[0].use = False
    set_size(scene, 77, 55, 100)
    scene.render.use_border = True
    scene.render.border_max_x = 0.5
    save(path)


def edit(path: Path) -> None:
    """Strips of the video sequencer instead of a camera."""
    scene = bpy.context.scene
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    end = {"length": 24} if bpy.app.version >= (5, 0) else {"frame_end": 25}
    strips.new_effect(name="Grey", type="COLOR", channel=1, frame_start=1, **end)
    set_size(scene, 97, 55, 33)
    set_format(scene, "JPEG", "IMAGE")
    save(path)


def linked(path: Path) -> None:
    """A camera and a collection that lie in another file, which is there."""
    scene = bpy.context.scene
    add_camera(scene, "Shared")
    library = path.with_name("linked_library.blend")
    save(library)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    with bpy.data.libraries.load(str(library), link=True, relative=True) as (_from, to):
        to.objects = ["Shared"]
    scene.collection.objects.link(to.objects[0])
    scene.camera = to.objects[0]
    set_size(scene, 40, 30, 100)
    save(path)


def linked_scene(path: Path) -> None:
    """The open scene lies in another file."""
    bpy.context.scene.name = "Afar"
    library = path.with_name("linked_scene_library.blend")
    save(library)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(library), link=True, relative=True) as (_from, to):
        to.scenes = ["Afar"]
    bpy.context.window.scene = to.scenes[0]
    save(path)


def parts(path: Path) -> None:
    """A library without any scene."""
    camera = bpy.data.objects.new("Loose", bpy.data.cameras.new("Loose"))
    bpy.data.libraries.write(str(path), {camera}, compress=True)


SCENES: dict[str, Callable[[Path], None]] = {
    "full_raw.blend": full,
    "full_packed.blend": full,
    "movie_packed.blend": movie,
    "stereo_packed.blend": stereo,
    "blind_packed.blend": blind,
    "edit_packed.blend": edit,
    "linked_packed.blend": linked,
    "linked_scene_packed.blend": linked_scene,
    "parts_packed.blend": parts,
}


# --- their parts


def save(path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress="raw" not in path.stem)


def add_camera(scene: Any, name: str) -> Any:
    camera = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    scene.collection.objects.link(camera)
    return camera


def set_frames(scene: Any, start: int, end: int, step: int) -> None:
    scene.frame_start, scene.frame_end, scene.frame_step = start, end, step


def set_size(scene: Any, width: int, height: int, percent: int) -> None:
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = percent


def set_format(scene: Any, name: str, media: str) -> None:
    settings = scene.render.image_settings
    if bpy.app.version >= (5, 0):
        settings.media_type = media
    settings.file_format = name


def add_missing_picture(stored: str, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(PICTURE)
    image = bpy.data.images.load(str(path))
    image.filepath = stored
    image.use_fake_user = True
    path.unlink()
    packed = bpy.data.images.new("packed", 2, 2)
    packed.pack()
    packed.use_fake_user = True


def link_lost_library(scene: Any, stored: str, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    prop = bpy.data.objects.new("Prop", None)
    bpy.data.libraries.write(str(path), {prop})
    bpy.data.objects.remove(prop)
    with bpy.data.libraries.load(str(path), link=True) as (_from, to):
        to.objects = ["Prop"]
    to.objects[0].library.filepath = stored
    scene.collection.objects.link(to.objects[0])
    path.unlink()


# --- what Blender says


def blender_says(path: Path) -> dict[str, Any]:
    bpy.ops.wm.open_mainfile(filepath=str(path))
    scene = bpy.context.scene
    render = scene.render
    says = {
        "version": ".".join(str(number) for number in bpy.data.version[:2]),
        "start": scene.frame_start,
        "end": scene.frame_end,
        "step": scene.frame_step,
        "fps": render.fps / render.fps_base,
        "scene": scene.name,
        "scenes": [each.name for each in bpy.data.scenes if each.library is None],
        "cameras": [each.name for each in scene.objects if each.type == "CAMERA"],
        "camera": scene.camera.name if scene.camera else None,
        "layers": [[layer.name, layer.use] for layer in scene.view_layers],
        "prefix": render.filepath,
        "format": render.image_settings.file_format,
        "engine": render.engine,
        "missing": missing(path.parent),
    }
    return {**says, "size": rendered_size(scene, path.with_name("size.png"))}


def missing(folder: Path) -> list[str]:
    """The files that are not there, relative to `folder`."""
    pictures = [each for each in bpy.data.images if each.source == "FILE" and not each.packed_file]
    stored = [each.filepath for each in (*bpy.data.libraries, *pictures)]
    paths = [Path(bpy.path.abspath(each)) for each in stored]
    return sorted(path.relative_to(folder).as_posix() for path in paths if not path.exists())


def rendered_size(scene: Any, path: Path) -> list[int] | None:
    """Of a picture that Blender renders of the open scene; None if it refuses."""
    if scene.library is None:
        set_format(scene, "PNG", "IMAGE")
        scene.render.engine = "CYCLES"
        scene.cycles.samples = 1
        scene.cycles.use_denoising = False
    try:
        scene.render.filepath = str(path)
        bpy.ops.render.render(write_still=True)
        size = list(bpy.data.images.load(str(path)).size)
    except RuntimeError:
        return None
    path.unlink()
    return size


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), sys.argv[2:])
