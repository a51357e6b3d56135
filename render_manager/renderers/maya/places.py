"""Where Maya lies on this machine: its installation folders, and `Render` in them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from render_manager.renderers.described.programs import find_programs

PLACES = {
    "win32": (r"%ProgramFiles%\Autodesk\Maya20*\bin\Render.exe",),
    "darwin": ("/Applications/Autodesk/maya20*/Maya.app/Contents/bin/Render",),
    "linux": (
        "/usr/autodesk/maya20*/bin/Render",
        "/opt/autodesk/maya20*/bin/Render",
        "/usr/autodesk/mayaIO20*/bin/Render",
    ),
}
"""By platform: where Autodesk's installers put it. A star stands for version numbers."""

REGISTRY = r"SOFTWARE\Autodesk\Maya"
"""Windows: below it a key per version, and in that `Setup\\InstallPath`."""

_INSIDE = ("bin", "Maya.app/Contents/bin", "Contents/bin", "")
_VERSION = re.compile(r"maya(?:io)?[ _-]?(\d{4}(?:\.\d+)?)", re.IGNORECASE)


def places(platform: str = sys.platform) -> tuple[str, ...]:
    """The paths to look at, with environment variables and wildcards."""
    return PLACES.get(platform, PLACES["linux"])


def find_mayas() -> Iterator[tuple[Path, str]]:
    """The `Render` programs here, each with how it was found: MAYA_LOCATION, PATH, the registry,
    the standard folders."""
    location = os.environ.get("MAYA_LOCATION")
    if location and (program := render_program(Path(location))):
        yield program, "MAYA_LOCATION"
    yield from find_programs(["Render"], Path()).items()
    for folder in registered():
        if program := render_program(folder):
            yield program, "registry"
    yield from dict.fromkeys(find_programs(places(), Path()), "standard folder").items()


def render_program(named: Path) -> Path | None:
    """The `Render` that a person means by a path: itself, that beside `mayabatch` or `maya`, or
    that in an installation folder. None if there is none.

    Every Maya has it in `bin` (Autodesk's help, "Render from the command line"). Quotes around the
    path are dropped: Windows copies paths with them, and `set` keeps them.
    """
    path = Path(str(named).strip().strip('"')).expanduser()
    beside = [path.parent, path.resolve().parent]
    folders = [path / inside for inside in _INSIDE] if path.is_dir() else beside
    names = ("Render.exe", "Render")
    programs = (folder / name for folder in folders for name in names)
    return next((program for program in programs if program.is_file()), None)


def maya_version(program: Path) -> str | None:
    """The version as the installation's folder names it ("2024"), also where a link elsewhere
    leads to it (`/usr/local/bin/Render`), or None.

    The program itself is not asked: it takes seconds, and a licence on some versions.
    """
    for path in (program, program.resolve()):
        if found := [match[1] for part in path.parts if (match := _VERSION.fullmatch(part))]:
            return found[-1]
    return None


def registered() -> list[Path]:
    """The installation folders that Windows' registry names; none elsewhere."""
    if sys.platform != "win32":
        return []
    import winreg

    view = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, REGISTRY, 0, view) as root:
            count = winreg.QueryInfoKey(root)[0]
            versions = [winreg.EnumKey(root, index) for index in range(count)]
    except OSError:
        return []
    found = (_registered(version, view) for version in versions)
    return [folder for folder in found if folder is not None]


def _registered(version: str, view: int) -> Path | None:
    if sys.platform != "win32":
        return None
    import winreg

    name = rf"{REGISTRY}\{version}\Setup\InstallPath"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, name, 0, view) as key:
            return Path(str(winreg.QueryValueEx(key, "MAYA_INSTALL_LOCATION")[0]))
    except OSError:
        return None
