"""What can be seen of the packaging without building anything: that its parts fit each other."""

from __future__ import annotations

import importlib.util
import json
import re
import struct
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"


def part(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of the packaging folder, which is no package."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("file", [*PACKAGING.rglob("*.py"), PACKAGING / "render_manager.spec"])
def test_all_of_it_can_be_read_as_python(file: Path) -> None:
    compile(file.read_text("utf-8"), file.name, "exec")


def test_windows_gets_the_same_pins_with_what_it_needs_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locks = [(folder / "requirements.lock").read_text("utf-8") for folder in (ROOT, PACKAGING)]
    made = part("locked", monkeypatch).for_windows(locks)
    pins = dict(re.findall(r"^([^\s=]+)==(\S+)", made, re.MULTILINE))
    assert pins["numpy"] == "2.0.2"
    assert {"colorama", "tzdata", "pefile", "pywin32-ctypes", "pyinstaller"} <= set(pins)
    assert not {"macholib", "async-timeout"} & set(pins)
    for name, version in pins.items():
        assert any(f"{name}=={version}" in lock for lock in locks)
    assert made.count("--hash=sha256:") > len(pins)


SIGNED = """
Message digest algorithm  : SHA256
Current message digest    : {signed}
Calculated message digest : {found}

Signer's certificate:
	------------------
	Signer #0:
		Subject: /C=US/ST=Oregon/O={maker}/CN={maker}
		Issuer : /C=US/O=DigiCert, Inc.
"""


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (SIGNED.format(signed="AB", found="AB", maker="Python Software Foundation"), None),
        (SIGNED.format(signed="AB", found="AB", maker="Microsoft Corporation"), None),
        (SIGNED.format(signed="AB", found="CD", maker="Microsoft Corporation"), "not what was"),
        (SIGNED.format(signed="AB", found="AB", maker="Somebody"), "signed by"),
        ("No signature found", "not signed"),
    ],
)
def test_a_program_that_its_maker_did_not_sign_is_found(
    said: str, fault: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = part("authenticode", monkeypatch).fault_in(said)
    assert found is None if fault is None else fault in found


def test_nothing_is_trimmed_that_the_program_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the farm, which is an extra for those who install from Python packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["farm"]]
    names = {re.split(r"[^A-Za-z0-9-]", each)[0].replace("-", "_").lower() for each in declared}
    assert "celery" in names
    assert names & set(part("trimming", monkeypatch).UNUSED_MODULES) == set()


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("PySide6/Qt6Widgets.dll", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6/translations/qtbase_zh_CN.qm", True),
        ("PySide6/translations/qtbase_fr.qm", False),
        ("PySide6\\Qt6Quick.dll", False),
        ("PySide6/opengl32sw.dll", False),
        ("PySide6/Qt/qml/QtQuick/qmldir", False),
        ("libQt6Qml.so.6", False),
        ("libQt6Gui.so.6", True),
        ("render_manager/http_api/web/index.html", True),
    ],
)
def test_qt_is_trimmed_to_what_is_used(
    file: str, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert part("trimming", monkeypatch).is_wanted(file) is wanted


def test_nothing_of_wine_is_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cross = part("cross", monkeypatch)
    (tmp_path / "Qt6Core.dll").touch()
    cross.check_content(tmp_path)
    (tmp_path / "icuuc.dll").touch()
    with pytest.raises(sys.modules["steps"].BuildError, match="icuuc"):
        cross.check_content(tmp_path)


def test_the_icon_names_each_picture_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    made = part("icon", monkeypatch).as_ico({16: b"small", 256: b"large"})
    assert struct.unpack_from("<HHH", made) == (0, 1, 2)
    width, *_rest, size, place = struct.unpack_from("<BBBBHHII", made, 22)
    assert (width, made[place : place + size]) == (0, b"large")


def test_the_bill_of_materials_names_each_package(monkeypatch: pytest.MonkeyPatch) -> None:
    packages = [{"name": "Typing_Extensions", "version": "4.1", "licence": "PSF-2.0"}]
    bill = part("licence_texts", monkeypatch).bill_of_materials("1.0.0", packages)
    assert bill["bomFormat"] == "CycloneDX"
    (component,) = json.loads(json.dumps(bill))["components"]
    assert component["purl"] == "pkg:pypi/typing-extensions@4.1"


def test_the_manifest_asks_for_no_administrator_and_allows_long_paths() -> None:
    text = (PACKAGING / "windows" / "program.manifest").read_text("utf-8")
    ElementTree.fromstring(text)
    assert 'level="asInvoker"' in text
    assert "longPathAware" in text
    assert "PerMonitorV2" in text


def test_the_installer_says_everything_in_both_languages() -> None:
    text = (PACKAGING / "windows" / "setup.nsi").read_text("utf-8")
    said = {
        language: set(re.findall(rf"LangString (\w+) \${{LANG_{language}}}", text))
        for language in ("ENGLISH", "SIMPCHINESE")
    }
    assert said["ENGLISH"] == said["SIMPCHINESE"]
    assert set(re.findall(r"\$\((\w+)\)", text)) == said["ENGLISH"]
    for suffix in (".ma", ".mb", ".uproject", ".blend"):
        assert f'AddToMenu "{suffix}"' in text
        assert f'RemoveFromMenu "{suffix}"' in text
