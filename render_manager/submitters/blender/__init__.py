"""Part of Render Manager. Sends the open scene to its queue, from the Render menu and the output
properties. For Blender 4.2 and newer an extension, for 2.93 to 4.1 an add-on of the old form.
"""

from pathlib import Path
from typing import Any

import bpy

from . import client  # type: ignore[attr-defined]  # the installer lays it beside this file

bl_info = {
    "name": "Render Manager",
    "author": "Render Manager",
    "version": (0, 1, 0),
    "blender": (2, 93, 0),
    "location": "Render menu, Output properties",
    "description": "Send the scene to Render Manager's queue",
    "category": "Render",
}

WAIT_SECONDS = 5.0
"""Blender's window stands still while an answer is waited for."""

FACTORY_OUTPUT = ("", "/tmp", "/tmp/", "/tmp\\")
"""Nobody has chosen these: the queue then gives the task a folder of its own."""


class RENDERMANAGER_OT_send(bpy.types.Operator):  # type: ignore[misc]
    """Save the scene and queue it in Render Manager"""

    bl_idname = "render.send_to_render_manager"
    bl_label = "Send to Render Manager"
    # Spelt out: Blender wants calls here, which are no types.
    __annotations__ = {
        "frames": bpy.props.StringProperty(name="Frames", description="Like 1-100x2,150"),
        "camera": bpy.props.StringProperty(name="Camera", description="Empty: as in the scene"),
        "width": bpy.props.IntProperty(name="Width", min=0, max=65536, subtype="PIXEL"),
        "height": bpy.props.IntProperty(name="Height", min=0, max=65536, subtype="PIXEL"),
        "output_dir": bpy.props.StringProperty(
            name="Output Folder",
            description="Empty: a folder of Render Manager's choice",
        ),
        "priority": bpy.props.IntProperty(name="Priority", min=0, max=10, default=5),
        "hold": bpy.props.BoolProperty(
            name="Hold", description="Queue it, but render it only when it is resumed there"
        ),
        "save": bpy.props.BoolProperty(
            name="Save the Scene First",
            description="Otherwise it is rendered as it was last saved",
            default=True,
        ),
    }

    def invoke(self, context: Any, _event: Any) -> Any:
        """Show what will be sent, as the scene has it."""
        if not bpy.data.filepath:
            self.report({"WARNING"}, "Save the scene under a name first, then send it")
            return bpy.ops.wm.save_as_mainfile("INVOKE_DEFAULT")
        for name, value in settings_of(context.scene).items():
            setattr(self, name, value)
        return context.window_manager.invoke_props_dialog(self, width=420)

    def draw(self, context: Any) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "frames")
        layout.prop_search(self, "camera", context.scene, "objects")
        for name in ("width", "height", "output_dir", "priority", "hold"):
            layout.prop(self, name)
        if bpy.data.is_dirty:
            layout.prop(self, "save")

    def execute(self, context: Any) -> set[str]:
        if not bpy.data.filepath:
            self.report({"ERROR"}, "Save the scene under a name first, then send it")
            return {"CANCELLED"}
        if bpy.data.is_dirty and self.save:
            bpy.ops.wm.save_mainfile()
        answer = client.submit(self.request(context.scene), wait=WAIT_SECONDS)
        if answer.is_refused:
            self.report({"ERROR"}, answer.sentence)
            return {"CANCELLED"}
        self.report({"INFO" if answer.task else "WARNING"}, answer.sentence)
        return {"FINISHED"}

    def request(self, scene: Any) -> dict[str, Any]:
        """What is as in the scene is left out: a camera that is named wins over markers."""
        own = settings_of(scene)
        request = {
            "project_file": bpy.data.filepath,
            "render_engine": "blender",
            "frames": self.frames.strip() or own["frames"],
            "priority": self.priority if self.properties.is_property_set("priority") else None,
            "output_dir": bpy.path.abspath(self.output_dir) or None,
            "hold": self.hold,
            "from": "Blender " + bpy.app.version_string,
        }
        if len(bpy.data.scenes) > 1:
            request["scene"] = scene.name
        if self.camera and self.camera != own["camera"]:
            request["camera"] = self.camera
        for name in ("width", "height"):
            value = getattr(self, name)
            if value and value != own[name]:
                request[name] = value
        return request


class RENDERMANAGER_PT_output(bpy.types.Panel):  # type: ignore[misc]
    bl_label = "Render Manager"
    bl_space_type = "PROPERTIES"
    bl_region_type = "WINDOW"
    bl_context = "output"

    def draw(self, context: Any) -> None:
        draw_entry(self, context)


def settings_of(scene: Any) -> dict[str, Any]:
    """What the scene itself says, as the dialog begins with it."""
    render = scene.render
    step = "x%d" % scene.frame_step if scene.frame_step > 1 else ""
    return {
        "frames": "%d-%d%s" % (scene.frame_start, scene.frame_end, step),
        "camera": scene.camera.name if scene.camera else "",
        "width": render.resolution_x * render.resolution_percentage // 100,
        "height": render.resolution_y * render.resolution_percentage // 100,
        "output_dir": output_dir_of(scene),
    }


def output_dir_of(scene: Any) -> str:
    """The folder of the scene's output path, in full; empty if nobody has chosen one."""
    if scene.render.filepath in FACTORY_OUTPUT:
        return ""
    return str(Path(bpy.path.abspath(scene.render.filepath + "#")).parent)


def draw_entry(self: Any, _context: Any) -> None:
    self.layout.operator(RENDERMANAGER_OT_send.bl_idname, icon="RENDER_ANIMATION")


def register() -> None:
    bpy.utils.register_class(RENDERMANAGER_OT_send)
    bpy.utils.register_class(RENDERMANAGER_PT_output)
    bpy.types.TOPBAR_MT_render.append(draw_entry)


def unregister() -> None:
    bpy.types.TOPBAR_MT_render.remove(draw_entry)
    bpy.utils.unregister_class(RENDERMANAGER_PT_output)
    bpy.utils.unregister_class(RENDERMANAGER_OT_send)
