"""The licences of everything that is shipped, and the list of it (a bill of materials, CycloneDX).

Runs in an environment that has the package `packaging`:
`licence_texts.py PYPROJECT SITE_PACKAGES PLATFORM PYTHON_LICENCE FOLDER` copies the licence texts of
what the program needs into FOLDER, with `packages.json` that names each.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

LICENCE_FILE = re.compile(r"(?:.*/)?(?:licen[cs]e|copying|notice|authors)[^/]*", re.IGNORECASE)
SOURCES = {".py", ".pyc", ".pyi"}

NOTE = """Render Manager itself is under the MIT licence (LICENSE beside this folder).

This folder has a folder for each package that is shipped with it; packages.json names them.

Qt and PySide6 are used under the GNU LGPL, version 3. They are the files whose names begin with
Qt6, Qt, pyside6 and shiboken6 in _internal: ordinary shared libraries, which you may replace by
your own builds of the same version. The texts are in the folder qt. Their source is to be had
from the Qt project.

The two programs begin with PyInstaller's boot loader, which is under the GNU GPL, version 2, with
an exception that allows it in programs under any licence.

On Windows the folder also holds Microsoft's Visual C++ runtime, as Python and the packages ship it.
"""


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(pyproject: Path, site: Path, platform: str) -> list[Distribution]:
    """What the program needs to run, with what that needs in turn, by name."""
    from packaging.requirements import Requirement

    environment = {"sys_platform": platform, "extra": ""}
    if platform == "win32":
        environment |= {"os_name": "nt", "platform_system": "Windows"}
    project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    open_ends = [Requirement(each) for each in project["dependencies"]]
    found: dict[str, Distribution] = {}
    while open_ends:
        wanted = open_ends.pop()
        name = normalised(wanted.name)
        if name in found or (wanted.marker and not wanted.marker.evaluate(environment)):
            continue
        package = next(iter(Distribution.discover(name=wanted.name, path=[str(site)])), None)
        if package is not None:
            found[name] = package
            open_ends += map(Requirement, package.requires or ())
    return [found[name] for name in sorted(found)]


def licence_name(package: Distribution) -> str:
    """What the package says of its licence, in one line."""
    about: Any = package.metadata
    said = (about.get("License-Expression") or about.get("License") or "").strip()
    if said and "\n" not in said:
        return str(said)
    classifiers = about.get_all("Classifier") or []
    named = [each.rpartition("::")[2].strip() for each in classifiers if "License ::" in each]
    return ", ".join(named) or "see its licence text"


def copy_licences(packages: list[Distribution], folder: Path) -> None:
    """A folder of texts for each package."""
    for package in packages:
        for file in package.files or ():
            source = Path(str(package.locate_file(file)))
            fits = LICENCE_FILE.fullmatch(file.as_posix()) and file.suffix not in SOURCES
            if fits and source.is_file():
                target = folder / normalised(package.metadata["Name"]) / source.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def bill_of_materials(version: str, packages: list[dict[str, str]]) -> dict[str, object]:
    """CycloneDX 1.5: what the program is made of."""
    application = {"type": "application", "name": "Render Manager", "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": application},
        "components": [
            {
                "type": "library",
                "name": package["name"],
                "version": package["version"],
                "purl": f"pkg:pypi/{normalised(package['name'])}@{package['version']}",
                "licenses": [{"license": {"name": package["licence"]}}],
            }
            for package in packages
        ],
    }


def main(pyproject: Path, site: Path, platform: str, python_licence: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "python").mkdir(parents=True)
    shutil.copyfile(python_licence, folder / "python" / "LICENSE.txt")
    shutil.copytree(Path(__file__).with_name("licences"), folder / "qt")
    packages = needed(pyproject, site, platform)
    copy_licences(packages, folder)
    listed = [
        {"name": each.metadata["Name"], "version": each.version, "licence": licence_name(each)}
        for each in packages
    ]
    text = json.dumps(listed, ensure_ascii=False, indent=1)
    (folder / "packages.json").write_text(text, "utf-8")
    (folder / "README.txt").write_text(NOTE, "utf-8")


if __name__ == "__main__":
    said = sys.argv[1:]
    main(Path(said[0]), Path(said[1]), said[2], Path(said[3]), Path(said[4]))
