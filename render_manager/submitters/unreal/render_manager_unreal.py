"""Part of Render Manager. Sends what is selected in the Unreal Editor to its queue, from the Tools
menu: a saved queue of the Movie Render Queue, or a level sequence with the map that is open.

Unproven: written by the manual of the editor's Python and tested against a stand-in of the calls
that are used; nobody has run it in the editor yet.
"""

from __future__ import annotations

from typing import Any

import render_manager_client as client
import render_manager_texts as texts
import unreal

TITLE = "Render Manager"
WAIT_SECONDS = 5.0
"""The editor stands still while an answer is waited for."""

PRESETS = ("MoviePipelinePrimaryConfig", "MoviePipelineMasterConfig", "MovieGraphConfig")
"""The classes that tell how to render; the second one's name was used before 5.2."""

NOT_SAVED = "Nothing was sent, because not everything was saved."
SELECT = (
    "Select in the Content Browser what is to be rendered: a saved Movie Render Queue, or a level "
    "sequence (with it a preset of the Movie Render Queue, if you have one)."
)


def say(text: str) -> str:
    """The text in the language of the editor; English where an engine cannot tell it."""
    library = getattr(unreal, "InternationalizationLibrary", None)
    return str(texts.in_language(text, str(library.get_current_language()) if library else ""))


def add_to_menu() -> None:
    """The entry in the Tools menu. A render of the game (`-game`) has no menus and gets none."""
    tool_menus = getattr(unreal, "ToolMenus", None)
    if tool_menus is None or "-game" in unreal.SystemLibrary.get_command_line().lower().split():
        return
    menus = tool_menus.get()
    menu = menus.extend_menu("LevelEditor.MainMenu.Tools")
    entry = unreal.ToolMenuEntry(name="RenderManagerSend", type=unreal.MultiBlockType.MENU_ENTRY)
    entry.set_label(say("Send to Render Manager"))
    entry.set_tool_tip(say("Queue the selected render queue or level sequence in Render Manager"))
    entry.set_string_command(
        unreal.ToolMenuStringCommandType.PYTHON,
        "",
        "import render_manager_unreal; render_manager_unreal.send_and_tell()",
    )
    menu.add_section("RenderManager", TITLE)
    menu.add_menu_entry("RenderManager", entry)
    menus.refresh_all_widgets()


def send_and_tell() -> None:
    tell(send().sentence)


def send() -> client.Answer:
    """Save what is selected, and hand it over."""
    chosen = selected()
    if not chosen:
        return client.Answer(say(SELECT), None, True)
    if "sequence" in chosen and not chosen.get("map"):
        return client.Answer(say("Save the open level first, then send it."), None, True)
    if not unreal.EditorLoadingAndSavingUtils.save_dirty_packages_with_dialog(True, True):
        return client.Answer(say(NOT_SAVED), None, True)
    request = {
        "project_file": project_file(),
        "extra": chosen,
        "from": "Unreal Engine " + unreal.SystemLibrary.get_engine_version().split("-")[0],
    }
    return client.submit(request, wait=WAIT_SECONDS, say=say)


def selected() -> dict[str, Any]:
    """What is selected, as object paths; a queue wins, because it says everything but the map that
    the engine starts with."""
    found: dict[str, Any] = {}
    for asset in unreal.EditorUtilityLibrary.get_selected_assets():
        kind = asset.get_class().get_name()
        if kind == "MoviePipelineQueue":
            return {"queue": asset.get_path_name(), "map": open_map()}
        if kind == "LevelSequence":
            found.setdefault("sequence", asset.get_path_name())
        elif kind in PRESETS:
            found.setdefault("preset", asset.get_path_name())
    if "sequence" not in found:
        return {}
    return dict(found, map=open_map())


def open_map() -> str:
    """The level that is open, as an object path; empty if it was never saved."""
    editor = unreal.get_editor_subsystem(unreal.UnrealEditorSubsystem)
    path = editor.get_editor_world().get_path_name()
    return "" if path.startswith("/Temp/") else str(path)


def project_file() -> str:
    """The .uproject in full."""
    path = unreal.Paths.get_project_file_path()
    return str(unreal.Paths.convert_relative_path_to_full(path))


def tell(sentence: str) -> None:
    unreal.EditorDialog.show_message(TITLE, sentence, unreal.AppMsgType.OK)
