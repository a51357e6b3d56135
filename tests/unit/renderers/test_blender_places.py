"""Finding Blender: the folders of three systems, what a person names, and what answers."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from render_manager.base.settings import load_settings
from render_manager.renderers.blender import places as blender_places
from render_manager.renderers.blender import renderer as blender
from render_manager.renderers.blender.places import (
    PLACES,
    blender_version,
    find_blenders,
    named_program,
    places,
)
from render_manager.renderers.blender.renderer import BlenderRenderer
from render_manager.renderers.renderer import Installation, release

posix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="the fake Blender is a shell script"
)


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing on PATH, nothing in the usual places, no embedded one."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    usual = (f"{tmp_path}/usual/blender*/blender",)
    monkeypatch.setattr(blender_places, "places", lambda: usual)


def fake_blender(path: Path, says: str = "Blender 4.2.1 LTS") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\necho '\tbuild date: 2024'\n")
    path.chmod(0o755)
    return path


# --- where to look ----------------------------------------------------------------------------


def test_windows_places() -> None:
    installer = PureWindowsPath(places("win32")[0])
    assert installer.parts[-3:] == ("Blender Foundation", "Blender*", "blender.exe")
    assert all(PureWindowsPath(place).name == "blender.exe" for place in places("win32"))
    assert any("Steam" in place for place in places("win32"))


def test_mac_places() -> None:
    for place in places("darwin"):
        assert PurePosixPath(place).parts[-3:] == ("Contents", "MacOS", "Blender")
    assert any(place.startswith("~/Library") and "Steam" in place for place in places("darwin"))


def test_linux_places() -> None:
    for shop in ("/opt/", "/snap/", "flatpak", "Steam"):
        assert any(shop in place for place in places("linux"))
    assert places("freebsd14") == PLACES["linux"]


def test_releases_compare_as_numbers() -> None:
    assert release("4.10") > release("4.9.3") > release("4.9") > (2, 83)


# --- what a person names ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "inside",
    ["blender", "blender.exe", "Contents/MacOS/Blender", "Blender.app/Contents/MacOS/Blender"],
)
def test_a_folder_is_its_blender(tmp_path: Path, inside: str) -> None:
    program = tmp_path / "Blender 4" / inside
    program.parent.mkdir(parents=True)
    program.touch()
    assert named_program(tmp_path / "Blender 4").samefile(program)


def test_the_launcher_is_the_blender_beside_it() -> None:
    assert named_program(Path("/b/Blender-Launcher.exe")) == Path("/b/blender.exe")


# --- what answers -----------------------------------------------------------------------------


@posix_only
def test_the_version_is_asked_again_when_the_program_changes(tmp_path: Path) -> None:
    program = fake_blender(tmp_path / "b" / "blender")
    assert blender_version(program) == "4.2.1"
    fake_blender(program, "Blender 5.0.1")
    assert blender_version(program) == "5.0.1"
    assert blender_version(tmp_path / "nothing") is None


@posix_only
def test_path_first_then_the_newest(tmp_path: Path) -> None:
    old = fake_blender(tmp_path / "bin" / "blender", "Blender 3.4.1")
    nine = fake_blender(tmp_path / "usual" / "blender-4.9" / "blender", "Blender 4.9.0")
    ten = fake_blender(tmp_path / "usual" / "blender-4.10" / "blender", "Blender 4.10.0")
    fake_blender(tmp_path / "usual" / "blender-2.79" / "blender", "Blender 2.79 (sub 0)")
    fake_blender(tmp_path / "usual" / "blender-bad" / "blender", "Segmentation fault")
    assert find_blenders() == [
        (old, "3.4.1", "PATH"),
        (ten, "4.10.0", "standard folder"),
        (nine, "4.9.0", "standard folder"),
    ]


@posix_only
def test_the_setting_comes_first_and_a_program_once(tmp_path: Path) -> None:
    named = fake_blender(tmp_path / "my" / "blender", "Blender 4.5.0")
    other = fake_blender(tmp_path / "bin" / "blender")
    alias = tmp_path / "usual" / "blender-x" / "blender"
    alias.parent.mkdir(parents=True)
    alias.symlink_to(named)
    renderer = BlenderRenderer(load_settings(blender_executable=named.parent))
    found = [(at.executable, at.version, at.source) for at in renderer.installations()]
    assert found == [(named, "4.5.0", "setting"), (other, "4.2.1", "PATH")]
    assert renderer.problems() == []


@posix_only
def test_a_setting_that_cannot_be_used_is_said_and_passed_over(tmp_path: Path) -> None:
    other = fake_blender(tmp_path / "bin" / "blender")
    old = fake_blender(tmp_path / "old" / "blender", "Blender 2.79 (sub 0)")
    text = tmp_path / "notes.txt"
    text.touch()
    for named, why in ((tmp_path / "x", "There is no Blender"), (text, "start"), (old, "too old")):
        renderer = BlenderRenderer(load_settings(blender_executable=named))
        assert [found.executable for found in renderer.installations()] == [other]
        (sentence,) = renderer.problems()
        assert why in sentence
        assert "BLENDER_EXECUTABLE" in sentence
        assert sentence in renderer.how_to_install()


def test_a_bare_machine_is_told_what_to_do() -> None:
    renderer = BlenderRenderer(load_settings())
    assert renderer.installations() == []
    assert "fetch-blender" in renderer.how_to_install()


def test_the_embedded_one_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded = Installation("blender", Path(sys.executable), "4.5.15", "embedded")
    monkeypatch.setattr(blender, "embedded_blender", lambda _folder: embedded)
    program = tmp_path / "bin" / ("blender.exe" if sys.platform == "win32" else "blender")
    shutil.copy(fake_blender(tmp_path / "usual" / "made"), program)
    assert BlenderRenderer(load_settings()).installations()[-1] is embedded
