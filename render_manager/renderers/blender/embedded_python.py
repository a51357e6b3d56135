"""A Python for the embedded Blender: each release of it runs on exactly one version of Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.renderers.environment import environment

PROBE_SECONDS = 20.0
_PROBE = "import sys, venv, ensurepip; print(*sys.version_info[:2], sys.maxsize > 2**32)"


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Blender as a Python module ("bpy"), and the Python that it needs.

    `download` and `installed` are bytes, measured on Linux; elsewhere it is smaller.
    """

    version: str
    python: str
    download: int
    installed: int


RELEASES = (
    Release("4.5.15", "3.11", download=373_000_000, installed=950_000_000),
    Release("5.2.3", "3.13", download=403_000_000, installed=1_010_000_000),
)
"""The one with long-term support first."""


@dataclass(frozen=True, slots=True)
class VenvMaker:
    """How to make a virtual environment that `release` can be installed in."""

    release: Release
    argv: tuple[str, ...]

    def command(self, folder: Path) -> tuple[str, ...]:
        return (*self.argv, str(folder))


def find_maker() -> VenvMaker:
    """The first release that some Python here fits, else uv, which fetches a Python.

    Raises UserError if there is neither.
    """
    for release in RELEASES:
        for python in _pythons(release.python):
            if _fits(python, release.python):
                return VenvMaker(release, (*python, "-m", "venv"))
    uv = shutil.which("uv")
    if uv is not None:
        release = RELEASES[0]
        return VenvMaker(release, (uv, "venv", "--seed", "--python", release.python))
    raise UserError(
        _(
            "The embedded Blender needs Python {pythons}, which is not on this machine. "
            "Install Blender from blender.org, or that Python."
        ).format(pythons=_(" or ").join(release.python for release in RELEASES))
    )


def _pythons(version: str) -> Iterator[tuple[str, ...]]:
    """Commands that may start this version of Python, our own first."""
    if not getattr(sys, "frozen", False):
        yield (sys.executable,)
    names = [f"python{version}", "python3", "python"]
    yield from ((found,) for found in map(shutil.which, names) if found)
    launcher = shutil.which("py")
    if launcher is not None:
        yield (launcher, f"-{version}")


def _fits(python: tuple[str, ...], version: str) -> bool:
    """Whether it is this version, for 64 bits, and able to make virtual environments."""
    try:
        asked = subprocess.run(
            [*python, "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROBE_SECONDS,
            check=False,
            env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and asked.stdout.split() == [*version.split("."), "True"]
