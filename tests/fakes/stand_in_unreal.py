"""As much of the editor's `unreal` module as the submitter uses, as its manual has it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class Asset:
    def __init__(self, kind: str, path: str) -> None:
        self._kind, self._path = kind, path

    def get_class(self) -> Any:
        return SimpleNamespace(get_name=lambda: self._kind)

    def get_path_name(self) -> str:
        return self._path


class Menu:
    def __init__(self) -> None:
        self.sections: list[tuple[str, str]] = []
        self.entries: list[tuple[str, Entry]] = []

    def add_section(self, name: str, label: str) -> None:
        self.sections.append((name, label))

    def add_menu_entry(self, section: str, entry: Entry) -> None:
        assert section in dict(self.sections)
        self.entries.append((section, entry))


class Entry:
    def __init__(self, name: str, type: str) -> None:
        self.name, self.type = name, type
        self.label = self.tip = self.command = ""

    def set_label(self, label: str) -> None:
        self.label = label

    def set_tool_tip(self, tip: str) -> None:
        self.tip = tip

    def set_string_command(self, type: str, custom_type: str, string: str) -> None:
        assert (type, custom_type) == ("python", "")
        self.command = string


class Unreal:
    """An editor with a project; `said` are the dialogs."""

    MultiBlockType = SimpleNamespace(MENU_ENTRY="entry")
    ToolMenuStringCommandType = SimpleNamespace(PYTHON="python")
    AppMsgType = SimpleNamespace(OK="ok")
    UnrealEditorSubsystem = "UnrealEditorSubsystem"
    ToolMenuEntry = Entry

    def __init__(self) -> None:
        self.menus: dict[str, Menu] = {}
        self.refreshed = 0
        self.assets: list[Asset] = []
        self.world = Asset("World", "/Game/地图/Main.Main")
        self.may_save = True
        self.saves = 0
        self.said: list[str] = []
        self.command_line = "C:/Film/Film.uproject"
        self.ToolMenus: Any = SimpleNamespace(get=lambda: self)
        self.SystemLibrary = SimpleNamespace(
            get_command_line=lambda: self.command_line,
            get_engine_version=lambda: "5.4.4-35576357+++UE5+Release-5.4",
        )
        self.language = "en"
        self.InternationalizationLibrary: Any = SimpleNamespace(
            get_current_language=lambda: self.language
        )
        self.EditorUtilityLibrary = SimpleNamespace(get_selected_assets=lambda: self.assets)
        self.EditorLoadingAndSavingUtils = SimpleNamespace(
            save_dirty_packages_with_dialog=self._save
        )
        self.EditorDialog = SimpleNamespace(show_message=self._say)
        self.Paths = SimpleNamespace(
            get_project_file_path=lambda: "../../Film/Film.uproject",
            convert_relative_path_to_full=lambda path: path.replace("../..", "C:"),
        )

    def extend_menu(self, name: str) -> Menu:
        return self.menus.setdefault(name, Menu())

    def refresh_all_widgets(self) -> None:
        self.refreshed += 1

    def get_editor_subsystem(self, kind: str) -> Any:
        assert kind == self.UnrealEditorSubsystem
        return SimpleNamespace(get_editor_world=lambda: self.world)

    def _save(self, save_map_packages: bool, save_content_packages: bool) -> bool:
        self.saves += 1
        return self.may_save

    def _say(self, title: str, message: str, message_type: str) -> None:
        self.said.append(message)
