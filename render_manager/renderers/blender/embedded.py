"""The embedded Blender: Blender as a Python module in a virtual environment of its own.

It is for machines that have no Blender. It runs as a process of its own and is never imported
here, because it is under the GPL and we are not.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.renderers.blender.embedded_pip import FetchProgress, install
from render_manager.renderers.blender.embedded_python import (
    RELEASES,
    Release,
    VenvMaker,
    find_maker,
)
from render_manager.renderers.blender.fetch_lock import fetch_lock
from render_manager.renderers.environment import environment
from render_manager.renderers.renderer import Installation

__all__ = ["EMBEDDED", "FetchProgress", "embedded_blender", "fetch_embedded_blender"]

EMBEDDED = "embedded"
"""The source of such an installation."""

LIBRARIES = (
    "libX11.so.6",
    "libXi.so.6",
    "libXrender.so.1",
    "libXfixes.so.3",
    "libxkbcommon.so.0",
    "libSM.so.6",
    "libICE.so.6",
    "libGL.so.1",
)
"""What it needs of a Linux system (measured on a bare Debian)."""

PACKAGES = "libgl1 libsm6 libxi6 libxrender1 libxfixes3 libxkbcommon0"

_CHECK = "import bpy, os; print(bpy.app.version_string, flush=True); os._exit(0)"
_CHECK_SECONDS = 300.0

Report = Callable[[FetchProgress], None]


def embedded_blender(folder: Path) -> Installation | None:
    """The embedded Blender in `folder` if a whole one is there."""
    for release in RELEASES:
        python = _python_in(_home(folder, release))
        if python.is_file():
            return Installation("blender", python, release.version, EMBEDDED)
    return None


def fetch_embedded_blender(folder: Path, report: Report) -> Installation:
    """Fetch it into `folder` if it is not there yet, and return it; may take minutes.

    It appears in one step when all is well, so one that was interrupted is never taken for whole.
    A second process waits for the first. Raises UserError with what to do.
    """
    found = embedded_blender(folder)
    if found is not None:
        return found
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with fetch_lock(folder / ".lock", lambda: report(FetchProgress("waiting", 0.0))):
            return embedded_blender(folder) or _fetch(folder, report)
    except OSError as error:
        raise UserError(
            _("The embedded Blender cannot be put into {folder} ({why}).").format(
                folder=folder, why=error.strerror or error
            )
        ) from error


def _fetch(folder: Path, report: Report) -> Installation:
    _check_libraries()
    maker = find_maker()
    _check_disk(folder, maker.release)
    for left_over in folder.glob("making-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    making = folder / f"making-{os.getpid()}"
    try:
        _make(maker, making, folder / "fetch.log", report)
        _move(making, _home(folder, maker.release))
    finally:
        shutil.rmtree(making, ignore_errors=True)
    found = embedded_blender(folder)
    assert found is not None
    return found


def _make(maker: VenvMaker, making: Path, log: Path, report: Report) -> None:
    report(FetchProgress("downloading", 0.0))
    install(maker, making, _python_in(making), log, report)
    _check_start(_python_in(making))
    report(FetchProgress("installing", 1.0))


def _move(making: Path, home: Path) -> None:
    """A virus scanner on Windows may hold new files for some seconds."""
    shutil.rmtree(home, ignore_errors=True)
    for _attempt in range(20):
        try:
            making.replace(home)
            return
        except PermissionError:
            time.sleep(0.5)
    making.replace(home)


def _home(folder: Path, release: Release) -> Path:
    return folder / f"blender-{release.version}"


def _python_in(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


# --- what can be wrong with the machine -------------------------------------------------------


def _check_disk(folder: Path, release: Release) -> None:
    needed = release.download + release.installed
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise UserError(
            _(
                "The embedded Blender needs {needed:.1f} GB in {folder}, where {free:.1f} GB are "
                "free. Make room, or set EMBEDDED_BLENDER_DIR to another disk."
            ).format(needed=needed / 1e9, free=free / 1e9, folder=folder)
        )


def _check_libraries() -> None:
    """Before the download, because it is large."""
    if sys.platform != "linux":
        return
    for library in LIBRARIES:
        try:
            ctypes.CDLL(library)
        except OSError:
            raise _missing_library(library) from None


def _missing_library(library: str) -> UserError:
    return UserError(
        _(
            "The embedded Blender needs the system library {library}, which is missing. "
            "Install it: sudo apt install {packages}"
        ).format(library=library, packages=PACKAGES)
    )


def _check_start(python: Path) -> None:
    """Start it once: what it lacks is said now, not in the middle of the night."""
    try:
        started = _start(python)
    except subprocess.TimeoutExpired as error:
        raise _no_start(str(error)) from error
    if started.returncode == 0:
        return
    last = (started.stderr.strip().splitlines() or [f"exit code {started.returncode}"])[-1]
    if "cannot open shared object file" in last:
        raise _missing_library(last.removeprefix("ImportError: ").partition(":")[0])
    raise _no_start(last)


def _start(python: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-I", "-c", _CHECK],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_CHECK_SECONDS,
        check=False,
        env=environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _no_start(why: str) -> UserError:
    sentence = _("The embedded Blender does not start here ({why}). Install it from blender.org.")
    return UserError(sentence.format(why=why))
