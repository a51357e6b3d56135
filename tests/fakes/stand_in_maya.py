"""As much of `maya.cmds` as the submitter uses, with the flags that Maya's manual gives them.

An unknown flag is an error, as in Maya. `Maya.install` makes it importable.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

FLAGS = {
    "menu": {"exists", "label", "parent", "tearOff"},
    "menuItem": {"label", "parent", "command"},
    "shelfLayout": {"exists", "parent"},
    "shelfButton": {
        "parent",
        "label",
        "annotation",
        "image",
        "imageOverlayLabel",
        "sourceType",
        "command",
    },
    "window": {"exists", "title", "sizeable"},
    "columnLayout": {"adjustableColumn", "rowSpacing"},
    "textFieldGrp": {"label", "text", "query"},
    "intFieldGrp": {"label", "numberOfFields", "value1", "value2", "query"},
    "intSliderGrp": {"label", "field", "minValue", "maxValue", "value", "query"},
    "checkBoxGrp": {"label", "value1", "query"},
    "optionMenuGrp": {"label", "value", "query"},
    "button": {"label", "command"},
    "showWindow": set[str](),
    "deleteUI": set[str](),
}
"""The commands that build windows."""


class Maya:
    """A Maya with one open scene; `built` are the controls by name, `said` the dialogs."""

    def __init__(self) -> None:
        self.scene = "/shots/场景 a.ma"
        self.is_modified = False
        self.is_batch = False
        self.is_read_only = False
        self.language = "en_US"
        self.saved = 0
        self.time = 12.0
        self.attributes: dict[str, Any] = {
            "defaultRenderGlobals.animation": True,
            "defaultRenderGlobals.startFrame": 1.0,
            "defaultRenderGlobals.endFrame": 100.0,
            "defaultRenderGlobals.byFrameStep": 1.0,
            "defaultResolution.width": 1920,
            "defaultResolution.height": 1080,
            "perspShape.renderable": False,
            "shotShape.renderable": True,
        }
        self.answer = "OK"
        self.said: list[str] = []
        self.built: dict[str, dict[str, Any]] = {}
        self.deferred: list[Callable[[], None]] = []

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cmds, mel, utils = ModuleType("maya.cmds"), ModuleType("maya.mel"), ModuleType("maya.utils")
        for name in FLAGS:
            setattr(cmds, name, self._builder(name))
        for name in ("about", "file", "getAttr", "currentTime", "ls", "listRelatives"):
            setattr(cmds, name, getattr(self, name))
        for name in ("workspace", "confirmDialog", "warning"):
            setattr(cmds, name, getattr(self, name))
        mel.eval = lambda line: line.split("$")[-1]  # type: ignore[attr-defined]
        utils.executeDeferred = self.deferred.append  # type: ignore[attr-defined]
        maya = ModuleType("maya")
        maya.cmds, maya.mel, maya.utils = cmds, mel, utils  # type: ignore[attr-defined]
        for module in (maya, cmds, mel, utils):
            monkeypatch.setitem(sys.modules, module.__name__, module)

    def control(self, label: str) -> dict[str, Any]:
        return next(made for made in self.built.values() if made.get("label") == label)

    # --- the commands -------------------------------------------------------------------------

    def about(self, **flags: bool) -> Any:
        (flag,) = flags
        return {"batch": self.is_batch, "version": "2024", "uiLanguage": self.language}[flag]

    def file(self, **flags: bool) -> Any:
        if flags == {"save": True}:
            if self.is_read_only:
                raise RuntimeError("The file is read only\n")
            self.saved += 1
            self.is_modified = False
            return self.scene
        assert flags.pop("query")
        return {"sceneName": self.scene, "modified": self.is_modified}[next(iter(flags))]

    def getAttr(self, name: str) -> Any:
        return self.attributes[name]

    def currentTime(self, *, query: bool) -> float:
        return self.time

    def ls(self, *, type: str) -> list[str]:
        return [name.split(".")[0] for name in self.attributes if name.endswith(".renderable")]

    def listRelatives(self, node: str, *, parent: bool, path: bool) -> list[str]:
        assert parent, path
        return [node.replace("Shape", "")]

    def workspace(self, **flags: Any) -> str:
        return "images" if flags == {"fileRuleEntry": "images"} else "/projects/film/"

    def confirmDialog(self, *, title: str, message: str, button: list[str], **more: str) -> str:
        assert set(more) <= {"defaultButton", "cancelButton", "dismissString"}
        self.said.append(message)
        return self.answer

    def warning(self, sentence: str) -> None:
        self.said.append(sentence)

    def _builder(self, command: str) -> Callable[..., Any]:
        def build(name: str | None = None, **flags: Any) -> Any:
            unknown = set(flags) - FLAGS[command]
            if unknown:
                raise TypeError(f"Invalid flag {unknown}")
            if flags == {"exists": True}:
                return name in self.built
            if flags.pop("query", False):
                (flag,) = flags
                return self.built[str(name)].get(flag)
            if command == "deleteUI":
                del self.built[str(name)]
                return None
            made = name or f"{command}{len(self.built)}"
            self.built[made] = {"command_name": command, **flags}
            return made

        return build
