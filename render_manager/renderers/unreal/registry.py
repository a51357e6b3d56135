"""What Windows' registry knows of Unreal Engine. Imported on Windows alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

INSTALLS = r"SOFTWARE\EpicGames\Unreal Engine"
"""HKLM: a key per version of the launcher, with `InstalledDirectory`."""

BUILDS = r"SOFTWARE\Epic Games\Unreal Engine\Builds"
"""HKCU: source builds, GUID to folder."""


def registered() -> Iterator[tuple[Path, str, str | None]]:
    """Folder, how it was found, and the GUID of a source build."""
    if sys.platform != "win32":
        return
    import winreg

    for guid, folder in _values(winreg.HKEY_CURRENT_USER, BUILDS):
        yield Path(folder), "source build", guid
    for version in _keys(winreg.HKEY_LOCAL_MACHINE, INSTALLS):
        for name, folder in _values(winreg.HKEY_LOCAL_MACHINE, rf"{INSTALLS}\{version}"):
            if name == "InstalledDirectory":
                yield Path(folder), "registry", None


def _keys(hive: int, path: str) -> list[str]:
    if sys.platform != "win32":
        return []
    import winreg

    try:
        with winreg.OpenKey(hive, path) as key:
            return [winreg.EnumKey(key, index) for index in range(winreg.QueryInfoKey(key)[0])]
    except OSError:
        return []


def _values(hive: int, path: str) -> list[tuple[str, str]]:
    if sys.platform != "win32":
        return []
    import winreg

    try:
        with winreg.OpenKey(hive, path) as key:
            count = winreg.QueryInfoKey(key)[1]
            return [(n, str(v)) for n, v, _ in (winreg.EnumValue(key, i) for i in range(count))]
    except OSError:
        return []
