"""Part of Render Manager. Sends the open scene to its queue, from the Render menu and the output
properties. For Blender 4.2 and newer an extension, for 2.93 to 4.1 an add-on of the old form.
"""

from pathlib import Path
from typing import Any

import bpy

# the installer lays these beside this file
from . import client, texts  # type: ignore[attr-defined]

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

UNSAVED = "Save the scene under a name first, then send it."
NOT_SAVED = "The scene could not be saved, so it was not sent: {why}"

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
            self.report({"WARNING"}, say(UNSAVED))
            bpy.ops.wm.save_as_mainfile("INVOKE_DEFAULT")
            return {"CANCELLED"}
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
            self.report({"ERROR"}, say(UNSAVED))
            return {"CANCELLED"}
        if bpy.data.is_dirty and self.save:
            try:
                bpy.ops.wm.save_mainfile()
            except RuntimeError as error:
                self.report({"ERROR"}, say(NOT_SAVED).format(why=str(error).strip()))
                return {"CANCELLED"}
        answer = client.submit(self.request(context.scene), wait=WAIT_SECONDS, say=say)
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
    """The folder of the scene's output path, in full; empty if nobody has chosen one, or it depends
    on where Blender was started or on a template like {blend_name}."""
    if scene.render.filepath in FACTORY_OUTPUT:
        return ""
    folder = Path(bpy.path.abspath(scene.render.filepath + "#")).parent
    # Unproven: that 5.0 was the first with templates; before it such a folder is just called so.
    is_template = bpy.app.version >= (5, 0) and "{" in str(folder)
    return str(folder) if folder.is_absolute() and not is_template else ""


def say(text: str) -> str:
    """The text in the language of Blender's window."""
    return str(texts.in_language(text, bpy.app.translations.locale or ""))


def translations() -> dict[str, dict[tuple[str, str], str]]:
    """What Blender itself writes on buttons and into menus. It called the languages otherwise
    before 4.0; operators have a context of their own."""
    chinese = {
        (context, text): translated
        for text, translated in texts.CHINESE.items()
        for context in ("*", "Operator")
    }
    return {"zh_HANS": chinese, "zh_CN": chinese, "zh_HANT": chinese, "zh_TW": chinese}


def draw_entry(self: Any, _context: Any) -> None:
    self.layout.operator(RENDERMANAGER_OT_send.bl_idname, icon="RENDER_ANIMATION")


def register() -> None:
    bpy.app.translations.register(__name__, translations())
    bpy.utils.register_class(RENDERMANAGER_OT_send)
    bpy.utils.register_class(RENDERMANAGER_PT_output)
    bpy.types.TOPBAR_MT_render.append(draw_entry)


def unregister() -> None:
    bpy.types.TOPBAR_MT_render.remove(draw_entry)
    bpy.utils.unregister_class(RENDERMANAGER_PT_output)
    bpy.utils.unregister_class(RENDERMANAGER_OT_send)
    bpy.app.translations.unregister(__name__)
