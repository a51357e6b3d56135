"""Which plug-ins an installation of Maya finds, told from the disk: Maya is not started for it.

Where Maya looks is in Autodesk's help: "Environment variables (MAYA_PLUG_IN_PATH,
MAYA_MODULE_PATH)" and "Distributing multi-file modules". Unproven: nobody compared the list with
what a Maya at work finds, so that a plug-in is not among it is worth a warning and no more.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

KINDS = (".mll", ".so", ".bundle", ".py")
LARGEST_MODULE_FILE = 1 << 20

LEFT_BEHIND = frozenset({"turtle"})
"""Plug-ins that scenes go on asking for after they were opened once beside them, and that no
picture needs: Maya shipped with Turtle until 2016, and renders without."""

_MODULE = re.compile(r"^\+\s+(?:[A-Z]+:\S+\s+)*(\S+)\s+(\S+)\s+(.+?)\s*$", re.MULTILINE)
_OWN = ("bin/plug-ins", "MacOS/plug-ins", "plug-ins", "plug-ins/*/plug-ins", "plug-ins/*")
_BUNDLES = ("*/Contents/plug-ins", "*/Contents/*/plug-ins", "*/Contents/*/*/plug-ins")


def unseen(required: Iterable[str], program: Path, version: str | None) -> list[str]:
    """Those of the plug-ins ("mtoa 5.3.1") that this `Render` is not seen to find."""
    known = plug_ins(program, version)
    return [] if known is None else [each for each in required if _plain(each) not in known]


def plug_ins(program: Path, version: str | None) -> frozenset[str] | None:
    """Their names in small letters, as this `Render` finds them; None if not even those that came
    with it can be seen, so that nothing is known."""
    home = program.parents[1] if len(program.parents) > 1 else program.parent
    own = set(_in_folders(_globbed(home, _OWN)))
    if not own:
        return None
    year = (version or "").split(".")[0]
    variables = _variables(year)
    folders = _split(variables.get("MAYA_PLUG_IN_PATH", ""))
    modules = [*_module_folders(home, year), *_split(variables.get("MAYA_MODULE_PATH", ""))]
    folders += [place / "plug-ins" for place in _modules(modules)]
    folders += [each for place in _bundle_folders() for each in _globbed(place, _BUNDLES)]
    return frozenset(own | set(_in_folders(folders)) | LEFT_BEHIND)


def _in_folders(folders: Iterable[Path]) -> Iterator[str]:
    for folder in folders:
        for file in _entries(folder):
            if file.suffix.lower() in KINDS:
                yield _plain(file.name)


def _plain(said: str) -> str:
    """The name alone: "renderSetup.py 1.0" is "rendersetup"."""
    name = said.partition(" ")[0].lower()
    return name.rpartition(".")[0] if name.endswith(KINDS) else name


def _modules(folders: Iterable[Path]) -> Iterator[Path]:
    """Where the modules lie that the module files in these folders name."""
    for folder in folders:
        for file in _entries(folder):
            if file.suffix.lower() == ".mod":
                for match in _MODULE.finditer(_text(file)):
                    yield file.parent / os.path.expandvars(match[3].strip('"'))


def _module_folders(home: Path, year: str) -> Iterator[Path]:
    yield home / "modules"
    if sys.platform == "win32":
        common = os.environ.get("COMMONPROGRAMFILES", r"C:\Program Files\Common Files")
        yield Path(common, "Autodesk Shared", "Modules", "maya", year)
    elif sys.platform == "darwin":
        yield Path("/Users/Shared/Autodesk/modules/maya", year)
    else:
        yield Path("/usr/autodesk/modules/maya", year)
    for settings in _settings_folders():
        yield settings / year / "modules"
        yield settings / "modules"


def _bundle_folders() -> Iterator[Path]:
    for variable in ("PROGRAMDATA", "APPDATA"):
        if os.environ.get(variable):
            yield Path(os.environ[variable], "Autodesk", "ApplicationPlugins")
    yield Path("/usr/autodesk/ApplicationPlugins")
    yield Path("/Users/Shared/Autodesk/ApplicationAddins")


def _settings_folders() -> list[Path]:
    """Where the user's own settings lie, a folder per version in them."""
    if named := os.environ.get("MAYA_APP_DIR"):
        return [Path(named)]
    home = Path.home()
    return [home / "Documents" / "maya", home / "maya", home / "Library/Preferences/Autodesk/maya"]


def _variables(year: str) -> dict[str, str]:
    """The two variables, as `Maya.env` of the user adds to the environment."""
    found = {name: os.environ.get(name, "") for name in ("MAYA_PLUG_IN_PATH", "MAYA_MODULE_PATH")}
    for settings in _settings_folders():
        for line in _text(settings / year / "Maya.env").splitlines():
            name, is_set, value = line.partition("=")
            if is_set and name.strip() in found:
                value = os.path.expandvars(value.strip().strip('"'))
                found[name.strip()] += os.pathsep + value
    return found


def _split(paths: str) -> list[Path]:
    return [Path(part) for part in paths.split(os.pathsep) if part.strip()]


def _globbed(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from folder.glob(pattern)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _text(file: Path) -> str:
    """What is in a small text file; nothing if it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_MODULE_FILE).decode(errors="replace")
    except OSError:
        return ""
