"""Stands for Houdini's Python module, as far as `houdini_rop.py` uses it.

A scene is JSON: {"warning": …, "nodes": {"/out/mantra1": {"picture": "…$F4.png", "fails": [3]}}};
a node without "picture" cannot render.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Error(Exception):
    pass


class OperationFailed(Error):  # noqa: N818 - the module's own name
    pass


class LoadWarning(OperationFailed):
    pass


class Parm:
    def __init__(self, text: str) -> None:
        self._text = text

    def evalAsStringAtFrame(self, frame: float) -> str:
        return self._text.replace("$F4", f"{int(frame):04d}")


class Node:
    def __init__(self, path: str, facts: dict[str, Any]) -> None:
        self._path, self._facts = path, facts
        if "picture" in facts:
            self.render: Callable[..., None] = self._render

    def path(self) -> str:
        return self._path

    def isBypassed(self) -> bool:
        return bool(self._facts.get("bypassed"))

    def outputs(self) -> list[str]:
        return list(self._facts.get("outputs", []))

    def parm(self, name: str) -> Parm | None:
        return Parm(self._facts["picture"]) if name == "vm_picture" else None

    def _render(self, *, frame_range: tuple[int, int, int], ignore_inputs: bool) -> None:
        first, last, _step = frame_range
        assert first == last
        if first in self._facts.get("fails", []):
            raise OperationFailed("Cook error\nin shader 皮肤")
        if not self._facts.get("writes_nothing"):
            Path(Parm(self._facts["picture"]).evalAsStringAtFrame(first)).write_bytes(b"picture")


class Place:
    def __init__(self, path: str) -> None:
        self._path = path

    def children(self) -> list[Node]:
        return [one for path, one in _nodes.items() if path.rpartition("/")[0] == self._path]


class hipFile:  # noqa: N801 - the module's own name
    @staticmethod
    def load(path: str, *, suppress_save_prompt: bool, ignore_load_warnings: bool) -> None:
        try:
            scene = json.loads(Path(path).read_text("utf-8"))
        except ValueError as error:
            raise OperationFailed("Unable to open file") from error
        _nodes.update({path: Node(path, facts) for path, facts in scene["nodes"].items()})
        if scene.get("warning"):
            raise LoadWarning(scene["warning"])


_nodes: dict[str, Node] = {}


def node(path: str) -> Node | Place | None:
    return Place(path) if path == "/out" else _nodes.get(path)
