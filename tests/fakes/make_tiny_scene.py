"""Runs inside any Blender: saves a scene that renders in milliseconds as the file named last.

64 x 36 pixels, one sample of Cycles; the cameras “Near” (active) and “远 Far”, to which a marker on
the timeline switches; the view layers “Main” and “Extra”; the scenes “Other” of 20 x 10
pixels without a camera and “Stereo movie”; a script that would leave a file `script-ran` if it were
run on opening.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import bpy


def main(path: str) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    bpy.ops.mesh.primitive_cube_add()
    light(scene)
    scene.camera = camera(scene, "Near", distance=5)
    make_cheap(scene, 64, 36)
    scene.timeline_markers.new("cut", frame=5).camera = camera(scene, "远 Far", distance=40)
    scene.view_layers[0].name = "Main"
    scene.view_layers.new("Extra")
    make_cheap(bpy.data.scenes.new("Other"), 20, 10)
    make_stereo_movie(scene.camera)
    script = bpy.data.texts.new("autorun.py")
    script.write(f"open({os.path.dirname(path)!r} + '/script-ran', 'w')")  # noqa: PTH120
    script.use_module = True
    bpy.ops.wm.save_as_mainfile(filepath=path)


def camera(scene: Any, name: str, distance: float) -> Any:
    made = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    made.location = (0, -distance, 0)
    made.rotation_euler = (1.5708, 0, 0)
    scene.collection.objects.link(made)
    return made


def make_stereo_movie(eyes: Any) -> None:
    scene = bpy.data.scenes.new("Stereo movie")
    make_cheap(scene, 64, 36)
    scene.collection.objects.link(eyes)
    scene.camera = eyes
    scene.render.use_multiview = True
    if hasattr(scene.render.image_settings, "media_type"):
        scene.render.image_settings.media_type = "VIDEO"
    scene.render.image_settings.file_format = "FFMPEG"


def light(scene: Any) -> None:
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    sun.rotation_euler = (1.2, 0, 0)
    sun.data.energy = 3
    scene.collection.objects.link(sun)


def make_cheap(scene: Any, width: int, height: int) -> None:
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.frame_start, scene.frame_end = 1, 3


main(sys.argv[-1])
sys.stdout.flush()
if not bpy.app.binary_path:
    os._exit(0)  # Blender as a module may hang when Python tidies up
