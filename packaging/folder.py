"""Makes the folder for the system that this runs on, and tries it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
import venv
from pathlib import Path

from steps import MEGABYTE, BuildError, Workplace, run, say, size_of

WINDOWS = sys.platform == "win32"

VERSION_RESOURCE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers=({numbers}, 0), prodvers=({numbers}, 0), mask=0x3F, flags=0x0,
                    OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "Render Manager"),
      StringStruct("FileDescription", "Render Manager"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("ProductName", "Render Manager"),
      StringStruct("ProductVersion", "{version}"),
      StringStruct("LegalCopyright", "MIT licence")])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])])
  ]
)
"""


def build_folder(place: Workplace) -> Path:
    """The folder with both programs, made and tried; returns where it lies."""
    python = build_environment(place)
    make_parts(place, python)
    licences(place, python, site_packages(python), sys.platform, _python_licence())
    say("PyInstaller makes the folder")
    words = ["-m", "PyInstaller", "--noconfirm", "--distpath", place.work / "dist"]
    spec = place.packaging / "render_manager.spec"
    run([python, *words, "--workpath", place.work / "work", spec])
    folder = place.work / "dist" / "RenderManager"
    say(f"{size_of(folder) / MEGABYTE:.0f} MB")
    program = folder / ("render-manager.exe" if WINDOWS else "render-manager")
    screen = {} if WINDOWS or os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    report = run([program, "selftest", "--json"], environment=screen, seconds=600)
    (place.out / "selftest.json").write_text(report, "utf-8")
    say("The packaged program's self-test passed")
    shutil.make_archive(str(place.out / _archive_name(place)), _archive_kind(), place.work / "dist")
    return folder


def build_environment(place: Workplace) -> Path:
    """A Python of its own with what is locked, and nothing else; returns that Python."""
    folder = place.work / "env"
    python = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    if not python.exists():
        say("An environment for the build, from the locked packages")
        venv.create(folder, with_pip=True)
        install = [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-compile",
            "--no-deps",
            "--require-hashes",
        ]
        for lock in (place.root, place.packaging):
            run([*install, "-r", lock / "requirements.lock"])
    return python


def make_parts(place: Workplace, python: Path) -> None:
    """The icon, and what Windows shows of a program's version."""
    source = place.root / "resources" / "icons" / "app.svg"
    run([python, place.packaging / "icon.py", source, place.made / "app.ico"])
    text = VERSION_RESOURCE.format(
        version=place.version, numbers=", ".join(place.version.split("."))
    )
    (place.made / "version.txt").write_text(text, "utf-8")


def licences(
    place: Workplace, python: Path, site: Path, platform: str, python_licence: Path
) -> None:
    """The licence texts of what is shipped, and its bill of materials beside the results."""
    pyproject, target = place.root / "pyproject.toml", place.made / "licences"
    script = place.packaging / "licence_texts.py"
    run([python, script, pyproject, site, platform, python_licence, target])
    from licence_texts import bill_of_materials

    packages = json.loads((target / "packages.json").read_text("utf-8"))
    bill = json.dumps(bill_of_materials(place.version, packages), ensure_ascii=False, indent=1)
    (place.out / f"RenderManager-{place.version}-{platform}.cdx.json").write_text(bill, "utf-8")


def site_packages(python: Path) -> Path:
    return Path(
        run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
    )


def _python_licence() -> Path:
    for folder in (Path(sys.base_prefix), Path(sysconfig.get_path("stdlib"))):
        for name in ("LICENSE.txt", "LICENSE"):
            if (folder / name).exists():
                return folder / name
    raise BuildError("This Python has no licence text beside it")


def _archive_name(place: Workplace) -> str:
    return f"RenderManager-{place.version}-{sys.platform}"


def _archive_kind() -> str:
    return "zip" if WINDOWS else "gztar"
