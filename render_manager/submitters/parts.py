"""Which files make up each submitter, and how one of ours is told from somebody else's."""

from __future__ import annotations

import json
from pathlib import Path

from render_manager.base.paths import data_home
from render_manager.submitters.places import takes_extensions

MARK = b"Part of Render Manager"
"""In the first line of every file that is ours."""

OURS = Path(__file__).parent
HOME = "render_manager_home.json"
START = "init_unreal.py"


def parts_of(kind: str, place: Path) -> dict[Path, bytes]:
    """What belongs into `place`, by the path from there."""
    return {"blender": _blender, "maya": _maya, "unreal": _unreal}[kind](place)


def is_ours(content: bytes) -> bool:
    return MARK in content[:80] or content.startswith(b"+ RenderManager ")


def superseded(kind: str, place: Path) -> tuple[Path, ...]:
    """Folders of ours that must not be there beside what is in `place`.

    A new version of Blender takes the add-ons of the one before with it, so that one of the old form
    comes to one that has the extension, and everything is in its menus twice.
    """
    if kind == "blender" and takes_extensions(place):
        return (place.parent.parent / "scripts" / "addons" / "render_manager",)
    return ()


def folders_of_ours(kind: str) -> tuple[str, ...]:
    """The folders in a place that hold nothing but what is ours."""
    return {"blender": ("render_manager",), "maya": ("RenderManager",), "unreal": ()}[kind]


def _blender(place: Path) -> dict[Path, bytes]:
    folder = Path("render_manager")
    parts = {
        folder / "__init__.py": _source("blender", "__init__.py"),
        folder / "client.py": _source("client.py"),
        folder / "texts.py": _source("texts.py"),
        folder / HOME: _home(),
    }
    if takes_extensions(place):
        parts[folder / "blender_manifest.toml"] = _source("blender", "blender_manifest.toml")
    return parts


def _maya(_place: Path) -> dict[Path, bytes]:
    scripts = Path("RenderManager", "scripts")
    return {
        scripts / "render_manager_client.py": _source("client.py"),
        scripts / "render_manager_texts.py": _source("texts.py"),
        scripts / "render_manager_maya.py": _source("maya", "render_manager_maya.py"),
        scripts / "userSetup.py": _source("maya", "userSetup.py"),
        scripts / HOME: _home(),
        Path("RenderManager.mod"): _source("maya", "RenderManager.mod"),
    }


def _unreal(place: Path) -> dict[Path, bytes]:
    parts = {
        Path("render_manager_client.py"): _source("client.py"),
        Path("render_manager_texts.py"): _source("texts.py"),
        Path("render_manager_unreal.py"): _source("unreal", "render_manager_unreal.py"),
        Path(HOME): _home(),
    }
    if not has_own_start(place):
        parts[Path(START)] = _source("unreal", START)
    return parts


def has_own_start(place: Path) -> bool:
    """Whether the user has a script of their own there which the Unreal Editor runs at its start: it
    stays, and they have to call ours from it."""
    try:
        return not is_ours((place / START).read_bytes()[:80])
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _source(*names: str) -> bytes:
    return OURS.joinpath(*names).read_bytes()


def _home() -> bytes:
    """Where the inbox is, as seen from here: the other program may have another environment."""
    noted = {"is": MARK.decode(), "home": str(data_home().absolute())}
    return json.dumps(noted, ensure_ascii=False).encode("utf-8")
