"""Where Maya looks for the files that a scene names, and whether they are there.

A path that was stored on another system can only be found in the project: of "D:/show//scenes/a.ma"
Maya takes what follows the two slashes from the project that is set.
"""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path

from render_manager.renderers.scenes.maya_workspace import project_of, rule_dir

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\|//")
_VARIABLE = re.compile(r"[$%]\w|\$\{|^~")
_TOKEN = re.compile(r"<[^<>]{1,200}>|#+|_MAPID_")
_COUNTER = re.compile(r"\d+(?=\D*$)")
_COPY = re.compile(r"\{\d+\}$")
_LONGEST = 4096


class Places:
    """The folders of one scene's project."""

    def __init__(self, scene: Path) -> None:
        self._folder = scene.absolute().parent
        self._project = project_of(scene)

    def textures(self) -> list[Path]:
        """Where relative pictures are looked for."""
        return self._folders("sourceImages", "sourceimages")

    def scenes(self) -> list[Path]:
        """Where relative scenes are looked for."""
        return self._folders("scene", "scenes")

    def _folders(self, rule: str, default: str) -> list[Path]:
        if self._project is None:
            return [self._folder]
        return [self._project, rule_dir(self._project, rule, default), self._folder]

    def candidates(self, stored: str, folders: list[Path]) -> list[Path]:
        """The places of a stored path here; none if it only can be known on another machine."""
        path = _COPY.sub("", os.path.expandvars(stored).strip())
        if not path or len(path) > _LONGEST or "\0" in path or _VARIABLE.search(path):
            return []
        path = path if os.name == "nt" else path.replace("\\", "/")
        found = [Path(path)] if Path(path).is_absolute() else []
        if not _DRIVE.match(path) and not found:
            found = [folder / path for folder in folders]
        _root, two_slashes, inside = path[3:].partition("//")
        if two_slashes and self._project:
            found.append(self._project / inside.lstrip("/"))
        return found

    @staticmethod
    def foreign(stored: str) -> bool:
        """Whether the path is one of a system (or has variables) that is not this machine's."""
        drive = bool(_DRIVE.match(stored)) and os.name != "nt"
        return drive or bool(_VARIABLE.search(os.path.expandvars(stored)))


def is_there(path: Path, *, numbered: bool) -> bool:
    """Whether the file is there; of a sequence or of tiles, one of the files."""
    try:
        if not _TOKEN.search(path.name) and path.exists():
            return True
        escaped = glob.escape(path.name)
        pattern = _TOKEN.sub("*", escaped)
        if numbered and pattern == escaped:
            pattern = _COUNTER.sub("*", pattern, count=1)
        return "*" in pattern and any(True for _found in path.parent.glob(pattern))
    except (OSError, ValueError):
        return False
