"""Part of Render Manager. Sends the open Maya scene to its queue, from a menu and a shelf button.

Unproven: written by the manual of `maya.cmds` (Maya 2022 and newer) and tested against a stand-in;
nobody has run it in Maya yet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import maya.cmds as cmds
import maya.mel as mel
import render_manager_client as client
import render_manager_texts as texts

TITLE = "Render Manager"
MENU = "renderManagerMenu"
SHELF = "RenderManager"
WINDOW = "renderManagerWindow"
AS_IN_SCENE = "(as in the scene)"
NOT_SAVED = "The scene could not be saved, so it was not sent: {why}"
UNSAVED = "Save the scene under a name first, then send it."
WAIT_SECONDS = 5.0
"""Maya's window stands still while an answer is waited for."""

BUTTON = """try:
    import render_manager_maya
except ImportError:
    import maya.cmds
    maya.cmds.warning("Render Manager's module was removed: this button can be deleted.")
else:
    render_manager_maya.show()
"""
"""What the shelf button runs. Maya keeps shelves, so the button may outlive this module."""


def say(text: str) -> str:
    """The text in the language of Maya's window."""
    return str(texts.in_language(text, str(cmds.about(uiLanguage=True))))


# --- in Maya's window -------------------------------------------------------------------------


def add_to_window() -> None:
    """The menu and the shelf, once."""
    if not cmds.menu(MENU, exists=True):
        main_window = mel.eval("$renderManagerTemp = $gMainWindow")
        cmds.menu(MENU, label=TITLE, parent=main_window, tearOff=True)
        label = say("Send to Render Manager") + "…"
        cmds.menuItem(label=label, parent=MENU, command=lambda *_: show())
    shelves = mel.eval("$renderManagerTemp = $gShelfTopLevel")
    if not cmds.shelfLayout(SHELF, exists=True):
        cmds.shelfLayout(SHELF, parent=shelves)
        cmds.shelfButton(
            parent=SHELF,
            label=say("Send"),
            annotation=say("Send the scene to Render Manager"),
            image="render.png",
            imageOverlayLabel=say("Send"),
            sourceType="python",
            command=BUTTON,
        )


def show() -> None:
    """A window with what will be sent, as the scene has it."""
    if not scene_path():
        tell(say(UNSAVED))
        return
    if cmds.window(WINDOW, exists=True):
        cmds.deleteUI(WINDOW)
    own = settings()
    cmds.window(WINDOW, title=say("Send to Render Manager"), sizeable=True)
    cmds.columnLayout(adjustableColumn=True, rowSpacing=4)
    fields = {
        "frames": cmds.textFieldGrp(label=say("Frames"), text=own["frames"]),
        "size": cmds.intFieldGrp(
            label=say("Resolution"), numberOfFields=2, value1=own["width"], value2=own["height"]
        ),
        "output_dir": cmds.textFieldGrp(label=say("Output Folder"), text=own["output_dir"]),
        "priority": cmds.intSliderGrp(
            label=say("Priority"), field=True, minValue=0, maxValue=10, value=5
        ),
        "hold": cmds.checkBoxGrp(label=say("Hold")),
        "camera": cmds.optionMenuGrp(label=say("Camera")),
    }
    for camera in [say(AS_IN_SCENE), *cameras()]:
        cmds.menuItem(label=camera)
    cmds.button(label=say("Send"), command=lambda *_: _send_from(fields, own))
    cmds.showWindow(WINDOW)


def _send_from(fields: dict[str, str], own: dict[str, Any]) -> None:
    camera = cmds.optionMenuGrp(fields["camera"], query=True, value=True)
    wishes = {
        "frames": cmds.textFieldGrp(fields["frames"], query=True, text=True).strip(),
        "width": cmds.intFieldGrp(fields["size"], query=True, value1=True),
        "height": cmds.intFieldGrp(fields["size"], query=True, value2=True),
        "output_dir": cmds.textFieldGrp(fields["output_dir"], query=True, text=True).strip(),
        "priority": cmds.intSliderGrp(fields["priority"], query=True, value=True),
        "hold": cmds.checkBoxGrp(fields["hold"], query=True, value1=True),
        "camera": None if camera == say(AS_IN_SCENE) else camera,
    }
    answer = send({name: value for name, value in wishes.items() if value != own.get(name)})
    if answer is not None:
        tell(answer.sentence)
        if not answer.is_refused and cmds.window(WINDOW, exists=True):
            cmds.deleteUI(WINDOW)


def tell(sentence: str) -> None:
    cmds.confirmDialog(title=TITLE, message=sentence, button=["OK"])


# --- what is sent -----------------------------------------------------------------------------


def send(wishes: dict[str, Any] | None = None) -> client.Answer | None:
    """Save the scene if the user wants that, and hand it over; None if they changed their mind.

    `wishes` are what is to differ from the scene's own `settings`.
    """
    if not scene_path():
        return client.Answer(say(UNSAVED), None, True)
    try:
        if cmds.file(query=True, modified=True) and not _settle_changes():
            return None
    except RuntimeError as error:
        return client.Answer(say(NOT_SAVED).format(why=str(error).strip()), None, True)
    request = {
        "project_file": scene_path(),
        "render_engine": "maya",
        "frames": settings()["frames"],
        "output_dir": settings()["output_dir"],
        "from": "Maya {}".format(cmds.about(version=True)),
    }
    request.update(wishes or {})
    return client.submit(request, wait=WAIT_SECONDS, say=say)


def _settle_changes() -> bool:
    """Whether to go on; the scene has been saved if that was chosen. Maya raises RuntimeError if it
    cannot save."""
    save, as_saved, cancel = say("Save and Send"), say("Send as Last Saved"), say("Cancel")
    chosen = cmds.confirmDialog(
        title=TITLE,
        message=say("The scene has changes that are not saved. What is rendered is the file."),
        button=[save, as_saved, cancel],
        defaultButton=save,
        cancelButton=cancel,
        dismissString=cancel,
    )
    if chosen == save:
        cmds.file(save=True)
    return bool(chosen in (save, as_saved))


def scene_path() -> str:
    """The open scene's file in full; empty if it was never saved."""
    return str(cmds.file(query=True, sceneName=True) or "")


def settings() -> dict[str, Any]:
    """What the render settings of the scene say."""
    return {
        "frames": frames(),
        "width": int(cmds.getAttr("defaultResolution.width")),
        "height": int(cmds.getAttr("defaultResolution.height")),
        "output_dir": output_dir(),
        "camera": None,
        "hold": False,
        "priority": 5,
    }


def frames() -> str:
    """Like 1-100x2, or the current frame where the scene is set to one; empty (which means the
    scene's own) where frames are no whole numbers, which cannot be written so."""
    if not cmds.getAttr("defaultRenderGlobals.animation"):
        numbers = [cmds.currentTime(query=True)]
    else:
        names = ("startFrame", "endFrame", "byFrameStep")
        numbers = [cmds.getAttr("defaultRenderGlobals." + name) for name in names]
    if any(float(number) != int(number) for number in numbers):
        return ""
    if len(numbers) == 1:
        return "%d" % numbers[0]
    first, last, step = (int(number) for number in numbers)
    return "%d-%d" % (first, last) + ("x%d" % step if step > 1 else "")


def cameras() -> list[str]:
    """The names of the cameras that are set to render, as short as they are unmistakable."""
    shapes = cmds.ls(type="camera") or []
    wanted = [shape for shape in shapes if cmds.getAttr(shape + ".renderable")]
    return [(cmds.listRelatives(shape, parent=True, path=True) or [shape])[0] for shape in wanted]


def output_dir() -> str:
    """The images folder of Maya's project, in full."""
    root = cmds.workspace(query=True, rootDirectory=True) or ""
    images = cmds.workspace(fileRuleEntry="images") or "images"
    return str(Path(root, images)) if root else ""
