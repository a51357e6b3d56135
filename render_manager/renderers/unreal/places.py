"""Where Unreal Engine lies on this machine: launcher installs, source builds, standard folders."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from render_manager.renderers.renderer import release

PROGRAMS = {
    "win32": ("Engine/Binaries/Win64/{}-Cmd.exe",),
    "darwin": (
        "Engine/Binaries/Mac/{}-Cmd",
        "Engine/Binaries/Mac/{0}.app/Contents/MacOS/{0}",
    ),
    "linux": ("Engine/Binaries/Linux/{}-Cmd", "Engine/Binaries/Linux/{}"),
}
"""Below an engine's folder; {} is UnrealEditor, or UE4Editor before 5.0."""

EDITORS = ("UnrealEditor", "UE4Editor")

LAUNCHER = {
    "win32": "%ProgramData%/Epic/UnrealEngineLauncher/LauncherInstalled.dat",
    "darwin": "/Users/Shared/Epic Games/UnrealEngineLauncher/LauncherInstalled.dat",
    "linux": "~/.config/Epic/UnrealEngineLauncher/LauncherInstalled.dat",
}
"""JSON in which the launcher notes what it installed: engines and packs of the market place."""

FOLDERS = {
    "win32": ("%ProgramFiles%/Epic Games/UE_*", "C:/UnrealEngine*", "D:/Epic Games/UE_*"),
    "darwin": ("/Users/Shared/Epic Games/UE_*",),
    "linux": ("/opt/UnrealEngine*", "/opt/unreal-engine*", "~/UnrealEngine*"),
}

_ENGINE = re.compile(r"UE_\d")
_GUID = re.compile(r"\{[0-9A-Fa-f-]{36}\}")


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine's folder, its version ("5.6.1") and how it was found."""

    root: Path
    version: str
    source: str
    guid: str | None = None


def engine_of_program(named: Path, platform: str = sys.platform) -> Path | None:
    """The command-line editor that a person means by a path: itself, that beside the editor, or
    that of an engine's folder. None if there is none."""
    path = named.expanduser()
    if path.is_dir():
        return program_of(path, platform)
    stem = path.stem.removesuffix("-Cmd")
    beside = [path.with_name(f"{stem}-Cmd{path.suffix}"), path]
    return next((each for each in beside if stem in EDITORS and each.is_file()), None)


def program_of(root: Path, platform: str = sys.platform) -> Path | None:
    """The command-line editor in an engine's folder."""
    places = PROGRAMS.get(platform, PROGRAMS["linux"])
    paths = (root / place.format(editor) for editor in EDITORS for place in places)
    return next((path for path in paths if path.is_file()), None)


def version_of(root: Path) -> str | None:
    """What `Engine/Build/Build.version` says, "5.6.1"; None if the folder is no engine."""
    try:
        said = json.loads((root / "Engine/Build/Build.version").read_text("utf-8-sig"))
        numbers = [int(said[f"{part}Version"]) for part in ("Major", "Minor", "Patch")]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return ".".join(map(str, numbers))


def root_of(program: Path) -> Path | None:
    """The engine's folder above one of its programs."""
    return next((each for each in program.parents if (each / "Engine/Build").is_dir()), None)


def find_engines(platform: str = sys.platform) -> list[Engine]:
    """All engines here, each once, the newest first."""
    found: dict[Path, Engine] = {}
    for root, source, guid in (*_registered(platform), *_launched(platform), *_lying(platform)):
        version = version_of(root)
        if version is not None:
            found.setdefault(root.resolve(), Engine(root, version, source, guid))
    return sorted(found.values(), key=lambda one: release(one.version), reverse=True)


def engine_for(association: str, project: Path, engines: Iterable[Engine]) -> Engine | None:
    """The engine that a project asks for: by version ("5.6"), by the GUID of a source build, or
    ("") the one that the project lies in."""
    if _GUID.fullmatch(association):
        return next((e for e in engines if (e.guid or "").lower() == association.lower()), None)
    if association:
        wanted = release(association)
        return next((e for e in engines if release(e.version)[: len(wanted)] == wanted), None)
    for folder in project.parents:
        if (version := version_of(folder)) is not None:
            return Engine(folder, version, "beside the project")
    return None


def launcher_engines(file: Path) -> list[Path]:
    """The engines' folders that the launcher's file names; none if it cannot be read."""
    try:
        installed = json.loads(file.read_text("utf-8-sig"))["InstallationList"]
        return [Path(one["InstallLocation"]) for one in installed if _ENGINE.match(one["AppName"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []


Found = Iterator[tuple[Path, str, str | None]]


def _launched(platform: str) -> Found:
    place = LAUNCHER.get(platform, LAUNCHER["linux"])
    for root in launcher_engines(_expanded(place)):
        yield root, "launcher", None


def _lying(platform: str) -> Found:
    import glob

    for pattern in FOLDERS.get(platform, FOLDERS["linux"]):
        for place in sorted(glob.glob(str(_expanded(pattern)))):  # noqa: PTH207  absolute
            yield Path(place), "standard folder", None


def _registered(platform: str) -> Iterable[tuple[Path, str, str | None]]:
    if platform != "win32":
        return ()
    from render_manager.renderers.unreal.registry import registered

    return registered()


def _expanded(text: str) -> Path:
    return Path(os.path.expandvars(text)).expanduser()
