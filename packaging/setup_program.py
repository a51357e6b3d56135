"""Makes the Windows installer out of the folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from steps import MEGABYTE, BuildError, Workplace, run, say, sha256

ON_WINDOWS = Path(r"C:\Program Files (x86)\NSIS\makensis.exe")


def build_installer(place: Workplace, folder: Path, *, amd64: bool) -> Path:
    """The installer and its SHA-256. `amd64` makes it a program of 64 bits, which needs a makensis
    that has that stub, as Debian's has."""
    target = place.out / f"RenderManager-{place.version}-setup.exe"
    words = {
        "VERSION": place.version,
        "SOURCE": folder,
        "TARGET": target,
        "ICON": place.made / "app.ico",
    }
    defines = [f"-D{name}={value}" for name, value in words.items()]
    say("NSIS makes the installer")
    script = place.packaging / "windows" / "setup.nsi"
    run([_makensis(), "-V2", "-INPUTCHARSET", "UTF8", *defines, *["-DAMD64"] * amd64, script])
    target.with_suffix(".exe.sha256").write_text(f"{sha256(target)}  {target.name}\n", "utf-8")
    say(f"{target.name}: {target.stat().st_size / MEGABYTE:.1f} MB")
    return target


def _makensis() -> str:
    found = shutil.which("makensis")
    if found:
        return found
    if os.name == "nt" and ON_WINDOWS.exists():
        return str(ON_WINDOWS)
    raise BuildError("makensis is not here. Install NSIS.")
