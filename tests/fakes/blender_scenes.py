"""Scenes made with real Blender for the tests: small, quick to render, each with a point."""

from __future__ import annotations

import subprocess
from pathlib import Path

_BEGIN = """
import bpy
bpy.ops.wm.read_factory_settings(use_empty=False)
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.samples = {samples}
scene.cycles.device = "CPU"
scene.cycles.use_denoising = False
scene.render.resolution_x, scene.render.resolution_y = {width}, {height}
scene.render.resolution_percentage = 100
scene.frame_start, scene.frame_end = {start}, {end}
cube = bpy.data.objects["Cube"]
for frame in (scene.frame_start, scene.frame_end):
    cube.rotation_euler[2] = frame / 5
    cube.keyframe_insert("rotation_euler", frame=frame)
"""

_TWO_CAMERAS_TWO_LAYERS = """
side = bpy.data.objects.new("Side", bpy.data.cameras.new("Side"))
side.location, side.rotation_euler = (0, -9, 0), (1.5708, 0, 0)
scene.collection.objects.link(side)
scene.view_layers[0].name = "Beauty"
scene.view_layers.new("Shadow")
"""

_LAYERS_OF_LIGHT = """
scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
scene.view_layers[0].use_pass_normal = True
"""

_SAVE = "\nbpy.ops.wm.save_as_mainfile(filepath={path!r}, compress=True)\n"


def make_blend(
    python: Path,
    path: Path,
    *,
    start: int = 1,
    end: int = 8,
    width: int = 64,
    height: int = 36,
    samples: int = 1,
    two_of_all: bool = False,
    layers_of_light: bool = False,
) -> Path:
    """A turning cube, rendered with Cycles; `two_of_all` adds a camera and a view layer.

    `layers_of_light` has it write EXR files with the layers Combined, Depth and Normal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    code = _BEGIN.format(start=start, end=end, width=width, height=height, samples=samples)
    code += _TWO_CAMERAS_TWO_LAYERS if two_of_all else ""
    code += _LAYERS_OF_LIGHT if layers_of_light else ""
    code += _SAVE.format(path=str(path))
    subprocess.run(
        [str(python), "-c", code], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    return path
