"""Where Blender lies on this machine: the places it installs itself to, and what is really there."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

from render_manager.renderers.described.programs import find_programs, program_version
from render_manager.renderers.renderer import release

OLDEST = (2, 83)
"""Our driver needs this Blender or a newer one."""

PLACES = {
    "win32": (
        r"%ProgramFiles%\Blender Foundation\Blender*\blender.exe",
        r"%LOCALAPPDATA%\Programs\Blender Foundation\Blender*\blender.exe",
        r"%ProgramFiles(x86)%\Steam\steamapps\common\Blender\blender.exe",
    ),
    "darwin": (
        "/Applications/Blender*.app/Contents/MacOS/Blender",
        "/Applications/Blender*/Blender.app/Contents/MacOS/Blender",
        "~/Applications/Blender*.app/Contents/MacOS/Blender",
        "~/Library/Application Support/Steam/steamapps/common/Blender"
        "/Blender.app/Contents/MacOS/Blender",
    ),
    "linux": (
        "/opt/blender*/blender",
        "/usr/local/blender*/blender",
        "~/blender*/blender",
        "~/.local/share/Steam/steamapps/common/Blender/blender",
        "~/.steam/steam/steamapps/common/Blender/blender",
        "/snap/bin/blender",
        "/var/lib/flatpak/exports/bin/org.blender.Blender",
        "~/.local/share/flatpak/exports/bin/org.blender.Blender",
    ),
}
"""By platform: what installers, archives and shops use. A star stands for version numbers."""

_INSIDE = ("blender.exe", "Contents/MacOS/Blender", "Blender.app/Contents/MacOS/Blender", "blender")
_VERSION = re.compile(r"^Blender (\d+\.\d+(?:\.\d+)?)", re.MULTILINE)


def places(platform: str = sys.platform) -> tuple[str, ...]:
    """The paths to look at, with environment variables, `~` and wildcards."""
    return PLACES.get(platform, PLACES["linux"])


def find_blenders() -> list[tuple[Path, str, str]]:
    """Program, version and source of the Blenders here: that on PATH, then the newest first."""
    on_path = _probe(find_programs(["blender"], Path()))
    in_places = _probe(dict.fromkeys(find_programs(places(), Path()), "standard folder"))
    return on_path + sorted(in_places, key=lambda found: release(found[1]), reverse=True)


def _probe(programs: dict[Path, str]) -> list[tuple[Path, str, str]]:
    versions = [(path, blender_version(path), source) for path, source in programs.items()]
    return [
        (path, version, source)
        for path, version, source in versions
        if version is not None and release(version) >= OLDEST
    ]


def named_program(named: Path) -> Path:
    """The Blender that a person means by a path: itself, what lies in its folder or app, or, for
    Blender's launcher on Windows (which leaves no process to follow), the program beside it."""
    path = named.expanduser()
    if path.is_dir():
        inside = [path / name for name in _INSIDE]
        return next((program for program in inside if program.is_file()), path)
    if path.stem.lower() == "blender-launcher":
        return path.with_name("blender" + path.suffix)
    return path


def blender_version(program: Path) -> str | None:
    """The version that the program tells (0.3 s, remembered until the file changes), or None."""
    try:
        changed = program.stat().st_mtime_ns
    except OSError:
        return None
    return _ask(program, changed)


@lru_cache(maxsize=64)
def _ask(program: Path, _changed: int) -> str | None:
    return program_version(program, ["--version"], _VERSION)
