"""Where each program looks for what a user adds to it, on the three systems."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import platformdirs

OLDEST_BLENDER = (2, 93)
FIRST_WITH_EXTENSIONS = (4, 2)


def blender_places() -> tuple[Path, ...]:
    """A folder for each version of Blender that this user has started, the newest first.

    Extensions from 4.2 on, add-ons of the old form before.
    """
    home = _blender_home()
    versions = sorted(filter(None, map(_version, _names(home))), reverse=True)
    return tuple(_of_blender(home, one) for one in versions if one >= OLDEST_BLENDER)


def maya_places() -> tuple[Path, ...]:
    """The folder of modules that all versions of Maya read."""
    chosen = os.environ.get("MAYA_APP_DIR")
    return (Path(chosen).expanduser() / "modules" if chosen else _maya_home() / "modules",)


def unreal_places() -> tuple[Path, ...]:
    """The user's own folder in the editor's Python path, for all projects and versions.

    Unproven: from the engine's manual (“Scripting the Editor using Python”), for all three systems.
    """
    return (platformdirs.user_documents_path() / "UnrealEngine" / "Python",)


def takes_extensions(place: Path) -> bool:
    """Whether a place of Blender is one for extensions."""
    return place.name == "user_default"


def _blender_home() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", "")) / "Blender Foundation" / "Blender"
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/Blender").expanduser()
    config = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return (config if config.is_absolute() else Path("~/.config").expanduser()) / "blender"


def _of_blender(home: Path, version: tuple[int, int]) -> Path:
    folder = home / f"{version[0]}.{version[1]}"
    if version >= FIRST_WITH_EXTENSIONS:
        return folder / "extensions" / "user_default"
    return folder / "scripts" / "addons"


def _maya_home() -> Path:
    # Unproven: from Maya's manual, for Windows and macOS.
    if sys.platform == "win32":
        return platformdirs.user_documents_path() / "maya"
    if sys.platform == "darwin":
        return Path("~/Library/Preferences/Autodesk/maya").expanduser()
    return Path("~/maya").expanduser()


def _version(name: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d{1,3})\.(\d{1,3})", name)
    return (int(found[1]), int(found[2])) if found else None


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []
