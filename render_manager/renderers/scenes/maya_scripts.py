"""What a Maya scene runs of its own: MEL of the render settings, and script nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from render_manager.renderers.scenes.maya_nodes import HOOKS, RENDER_GLOBALS, MayaFile, Node

_ON_DEMAND = 0
"""`scriptType` of a script node that nothing runs; all others run as the scene is opened, closed or
rendered."""

_UI = "uiConfigurationScriptNode"
_CONFIGURATION = "sceneConfigurationScriptNode"

_UI_START = "// Maya Mel UI Configuration File."
_CONFIGURES = re.compile(r"(?:playbackOptions|currentTime)[\w\s.+-]*;?")
_UNUSUAL = re.compile(r"\b(?:python|exec|system|popen|fopen|userSetup|__import__|scriptNode)\b")
"""What neither script that Maya writes itself has; scenes that infect others have them there."""

_SHOWN = 60
_MOST = 200


def scripts_of(file: MayaFile) -> list[str]:
    """One line each: what it is and how it begins."""
    settings = file.setting(RENDER_GLOBALS)
    hooks = ((name, settings.text(short)) for short, name in HOOKS.items())
    lines = [f"{name}: {_beginning(text)}" for name, text in hooks if text]
    for node in file.of("script"):
        lines += [f"{node.name}: {_beginning(text)}" for text in _texts(node)]
    return lines[:_MOST]


def _texts(node: Node) -> Iterator[str]:
    """The node's script for opening and that for closing, if Maya runs them and did not write
    them itself."""
    kind = int(node.number("st") or _ON_DEMAND)
    if kind == _ON_DEMAND:
        return
    for text in (node.text("b"), node.text("a")):
        if text and not _is_ordinary(node.name.rsplit(":", 1)[-1], text):
            yield text


def _is_ordinary(name: str, text: str) -> bool:
    name = name.rstrip("0123456789")
    if name == _UI:
        return text.startswith(_UI_START) and not _UNUSUAL.search(text)
    return name == _CONFIGURATION and _CONFIGURES.fullmatch(text.strip()) is not None


def _beginning(text: str) -> str:
    words = " ".join(text[:1000].split())
    return words if len(words) <= _SHOWN else words[:_SHOWN].rstrip() + "…"
