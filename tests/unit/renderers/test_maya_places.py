"""Finding Maya: the folders of three systems, the environment, and what a person names."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from render_manager.base.settings import load_settings
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.maya import places as maya_places
from render_manager.renderers.maya.places import maya_version, places, render_program
from render_manager.renderers.maya.renderer import MayaRenderer


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing on PATH, in the environment or in the usual places."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("MAYA_LOCATION", raising=False)
    monkeypatch.setattr(maya_places, "places", lambda: (f"{tmp_path}/usr/maya20*/bin/Render",))


def make_maya(root: Path, *beside: str, program: str = "Render") -> Path:
    folder = root / "bin"
    folder.mkdir(parents=True)
    for name in (program, *beside):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder / program


def test_the_folders_of_three_systems() -> None:
    assert PureWindowsPath(places("win32")[0]).parts[-4:] == (
        "Autodesk",
        "Maya20*",
        "bin",
        "Render.exe",
    )
    assert PurePosixPath(places("darwin")[0]).parts[-4:] == (
        "Maya.app",
        "Contents",
        "bin",
        "Render",
    )
    assert "/usr/autodesk/maya20*/bin/Render" in places("linux")


def test_the_newest_comes_first_and_the_folder_tells_the_version(tmp_path: Path) -> None:
    for version in ("2022", "2025", "2024"):
        make_maya(tmp_path / "usr" / f"maya{version}")
    found = MayaRenderer(load_settings()).installations()
    assert [one.version for one in found] == ["2025", "2024", "2022"]


def test_the_maya_nearest_to_the_scene_is_taken(tmp_path: Path) -> None:
    for version in ("2022", "2024", "2025"):
        make_maya(tmp_path / "usr" / f"maya{version}")
    catalog = Catalog(load_settings())
    maya = catalog.get("maya")
    chosen = {wanted: catalog.installation_for(maya, wanted).version for wanted in ("2022", "2023")}
    assert chosen == {"2022": "2022", "2023": "2024"}
    assert catalog.installation_for(maya, "2026").version == "2025"
    assert catalog.installation_for(maya, None).version == "2025"


def test_maya_location_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = make_maya(tmp_path / "elsewhere" / "Maya2023")
    monkeypatch.setenv("MAYA_LOCATION", str(program.parent.parent))
    (found,) = MayaRenderer(load_settings()).installations()
    assert (found.executable, found.version, found.source) == (program, "2023", "MAYA_LOCATION")


@pytest.mark.parametrize("named", ["bin/mayabatch", "bin/maya", "bin/Render", "bin", ""])
def test_whatever_of_an_installation_is_named_means_its_render(tmp_path: Path, named: str) -> None:
    program = make_maya(tmp_path / "Maya2024", "mayabatch", "maya")
    settings = load_settings(maya_executable=tmp_path / "Maya2024" / named)
    renderer = MayaRenderer(settings)
    assert renderer.problems() == []
    (found,) = renderer.installations()
    assert (found.executable, found.version) == (program, "2024")


def test_windows_programs_end_with_exe(tmp_path: Path) -> None:
    program = make_maya(tmp_path / "Maya2024", "mayabatch.exe", program="Render.exe")
    assert render_program(program.with_name("mayabatch.exe")) == program


def test_the_app_of_a_mac(tmp_path: Path) -> None:
    program = make_maya(tmp_path / "maya2024" / "Maya.app" / "Contents")
    assert render_program(tmp_path / "maya2024") == program
    assert render_program(tmp_path / "maya2024" / "Maya.app") == program
    assert maya_version(program) == "2024"


def test_a_wrong_path_is_told_in_words(tmp_path: Path) -> None:
    renderer = MayaRenderer(load_settings(maya_executable=tmp_path / "Maya2024"))
    (problem,) = renderer.problems()
    assert "MAYA_EXECUTABLE" in problem
    assert problem in renderer.how_to_install()


def test_quotes_around_a_path_are_dropped(tmp_path: Path) -> None:
    program = make_maya(tmp_path / "maya2024")
    assert render_program(Path(f'"{program}"')) == program


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_leads_to_its_maya(tmp_path: Path) -> None:
    program = make_maya(tmp_path / "maya2024", "maya")
    for name in ("maya", "Render"):
        (tmp_path / "bin" / name).symlink_to(program.with_name(name))
    assert maya_version(tmp_path / "bin/Render") == "2024"
    (tmp_path / "bin/Render").unlink()
    assert render_program(tmp_path / "bin/maya") == program
