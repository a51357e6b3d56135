"""Runs inside any Blender: switches the add-on on, makes a small scene and sends it.

Given: how the add-on is called there, and where to save the scene. Prints a line of JSON with what
happened.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import types
from pathlib import Path
from typing import Any

import bpy


def main(addon: str, path: str) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.preferences.addon_enable(module=addon)
    told: dict[str, Any] = {"unsaved": send()}
    make_scene()
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.context.scene.frame_end = 2
    told["sent"] = send(hold=False, priority=6)
    told["drawn"] = drawn(sys.modules[addon])
    told["entries"] = [
        hasattr(bpy.types, "RENDERMANAGER_PT_output"),
        hasattr(bpy.types, "RENDER_OT_send_to_render_manager"),
    ]
    told["folders"] = [folder_of(sys.modules[addon], output) for output in ("//out/a_", "a_", "//")]
    told["chinese"] = in_chinese(sys.modules[addon])
    told["not saved"] = send_what_cannot_be_saved(path)
    bpy.ops.preferences.addon_disable(module=addon)
    told["left"] = hasattr(bpy.types, "RENDERMANAGER_PT_output")
    print("TOLD " + json.dumps(told), flush=True)


def send(**wishes: Any) -> str:
    try:
        return " ".join(bpy.ops.render.send_to_render_manager(**wishes))
    except RuntimeError as error:
        return str(error).strip()


def folder_of(addon: Any, output: str) -> str:
    bpy.context.scene.render.filepath = output
    return str(addon.output_dir_of(bpy.context.scene))


def in_chinese(addon: Any) -> list[str]:
    """A label that Blender translates, and a sentence that the add-on does; nothing where this Blender
    was built with no languages, as the module is."""
    view = bpy.context.preferences.view
    try:
        view.language = "zh_HANS" if bpy.app.version >= (4, 0) else "zh_CN"
    except TypeError:
        return []
    view.use_translate_interface = True
    label = bpy.app.translations.pgettext_iface("Send to Render Manager", "Operator")
    told = [label, addon.say(addon.UNSAVED)]
    view.language = "en_US"
    return told


def send_what_cannot_be_saved(path: str) -> str:
    """The folder of the scene is gone."""
    folder = Path(path).with_name("gone")
    folder.mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "a.blend"))
    shutil.rmtree(folder)
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.ed.undo_push()
    return send() if bpy.data.is_dirty else "not dirty"


class Layout:
    """Remembers what is drawn; Blender without a window draws nothing."""

    def __init__(self) -> None:
        self.drawn: list[str] = []

    def prop(self, _owner: Any, name: str) -> None:
        self.drawn.append(name)

    def prop_search(self, _owner: Any, name: str, where: Any, collection: str) -> None:
        assert hasattr(where, collection)
        self.drawn.append(name)

    def operator(self, name: str, icon: str) -> None:
        self.drawn.append(name)


def drawn(addon: Any) -> list[str]:
    """The dialog and the panel, and what the operator does not have of that."""
    layout = Layout()
    for part in (addon.RENDERMANAGER_OT_send, addon.RENDERMANAGER_PT_output):
        part.draw(types.SimpleNamespace(layout=layout), bpy.context)
    return layout.drawn


def make_scene() -> None:
    scene = bpy.context.scene
    camera = bpy.data.objects.new("Near", bpy.data.cameras.new("Near"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.render.resolution_x, scene.render.resolution_y = 64, 36
    scene.frame_start, scene.frame_end = 2, 50


main(*sys.argv[-2:])
if not bpy.app.binary_path:
    os._exit(0)  # Blender as a module may hang when Python tidies up
