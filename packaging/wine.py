"""A Windows of its own under Wine, as far as the program and its installer need one.

Three libraries that Wine 8 lacks are made by `windows/stand_ins`; they lie in the Windows folder of
the prefix, never in what is shipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from steps import BuildError, run, say

STAND_INS = ("icuuc", "mscms", "bcryptprimitives")
COMPILER = "x86_64-w64-mingw32-gcc"


class Wine:
    """A prefix in `folder`, made when it is not there, on the X display `display`."""

    def __init__(self, folder: Path, windows: Path, display: str) -> None:
        self.folder = folder
        self._environment = {
            "WINEPREFIX": str(folder),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=;mscms=n;winedbg.exe=d;winemenubuilder.exe=d",
            "LC_ALL": "C.UTF-8",
            "DISPLAY": display,
        }
        if not (folder / "system.reg").exists():
            self._make(windows)

    @property
    def drive(self) -> Path:
        return self.folder / "drive_c"

    def run(self, words: Sequence[str | Path], seconds: float = 600, **variables: str) -> str:
        """A Windows program to its end; what it said. Raises BuildError if it fails."""
        environment = self._environment | variables
        return run(["wine", *words], environment=environment, seconds=seconds)

    def start(self, words: Sequence[str | Path], **variables: str) -> subprocess.Popen[bytes]:
        """A Windows program that goes on."""
        return subprocess.Popen(
            ["wine", *map(str, words)],
            env={**os.environ, **self._environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def settle(self) -> None:
        """Wait until its registry is on disk and all its programs have ended."""
        run(["wineserver", "-w"], environment=self._environment, seconds=120)

    def end(self) -> None:
        """End all of its programs; what is started then meets none of them."""
        environment = {**os.environ, **self._environment}
        for how in ("-k", "-w"):
            subprocess.run(["wineserver", how], env=environment, check=False)

    def programs(self) -> Path:
        """The folder that users' programs are installed in (%LOCALAPPDATA%\\Programs)."""
        users = [each for each in (self.drive / "users").iterdir() if each.name != "Public"]
        return users[0] / "AppData" / "Local" / "Programs"

    def registry(self, key: str) -> str:
        """What stands below a key, or nothing."""
        try:
            return self.run(["reg", "query", key, "/s"], seconds=60)
        except BuildError:
            return ""

    def _make(self, windows: Path) -> None:
        say(f"A Windows under Wine in {self.folder.name}")
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.run(["wineboot", "-i"], seconds=180)
        self.settle()
        self.run(["winecfg", "-v", "win10"], seconds=60)
        self._keep_to_itself()
        system = self.drive / "windows" / "system32"
        for name in STAND_INS:
            source = windows / "stand_ins" / f"{name}.c"
            target = system / f"{name}.dll"
            target.unlink(missing_ok=True)
            run([COMPILER, "-O2", "-shared", "-s", "-o", target, source, "-ladvapi32"])
        self.run(["regedit", "/S", windows / "fonts.reg"], seconds=60)
        self.settle()

    def _keep_to_itself(self) -> None:
        """Wine makes Desktop, Documents and so on links to the user's own folders out here."""
        for link in (self.drive / "users").glob("*/*"):
            if link.is_symlink():
                link.unlink()
                link.mkdir()


def named(path: Path) -> str:
    """A path of this machine as Wine's programs call it."""
    return "Z:" + str(path).replace("/", "\\")


def screen() -> tuple[subprocess.Popen[str], str]:
    """A screen in memory, and its name."""
    if shutil.which("Xvfb") is None:
        raise BuildError("Xvfb is not here")
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24"]
    server = subprocess.Popen(
        words, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        return server, f":{told.readline().strip()}"


def picture_of(display: str, target: Path) -> None:
    """What the screen shows."""
    run(["import", "-display", display, "-window", "root", target], seconds=60)


def window_shown(display: str, title: str, seconds: float) -> float | None:
    """Seconds until a window with this title is on the screen; None if it does not come."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        tree = run(["xwininfo", "-display", display, "-root", "-tree"], seconds=30)
        if f'"{title}' in tree:
            return time.monotonic() - began
        time.sleep(0.1)
    return None
