"""Finding Unreal Engine: the launcher's file, standard folders, and what a project asks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from systems import posix_paths

from render_manager.base.settings import load_settings
from render_manager.renderers.unreal import places as unreal_places
from render_manager.renderers.unreal.places import (
    Engine,
    engine_for,
    engine_of_program,
    find_engines,
    launcher_engines,
    program_of,
    version_of,
)
from render_manager.renderers.unreal.renderer import UnrealRenderer

GUID = "{01234567-89AB-CDEF-0123-456789ABCDEF}"


def make_engine(root: Path, version: str = "5.6.1", platform: str = "linux") -> Path:
    major, minor, patch = map(int, version.split("."))
    (root / "Engine/Build").mkdir(parents=True)
    said = {"MajorVersion": major, "MinorVersion": minor, "PatchVersion": patch}
    (root / "Engine/Build/Build.version").write_text(json.dumps(said), "utf-8-sig")
    inside = {
        "linux": "Engine/Binaries/Linux/UnrealEditor-Cmd",
        "win32": "Engine/Binaries/Win64/UnrealEditor-Cmd.exe",
        "darwin": "Engine/Binaries/Mac/UnrealEditor-Cmd",
    }[platform]
    program = root / inside
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    return program


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = dict.fromkeys(("linux", "win32", "darwin"), (f"{tmp_path}/Epic Games/UE_*",))
    launcher = dict.fromkeys(("linux", "win32", "darwin"), f"{tmp_path}/LauncherInstalled.dat")
    monkeypatch.setattr(unreal_places, "FOLDERS", folders)
    monkeypatch.setattr(unreal_places, "LAUNCHER", launcher)


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_the_command_line_editor_of_each_system(tmp_path: Path, platform: str) -> None:
    program = make_engine(tmp_path / "UE_5.6", platform=platform)
    assert program_of(tmp_path / "UE_5.6", platform) == program
    assert engine_of_program(tmp_path / "UE_5.6", platform) == program
    assert version_of(tmp_path / "UE_5.6") == "5.6.1"


def test_the_editor_with_a_window_means_the_one_beside_it(tmp_path: Path) -> None:
    program = make_engine(tmp_path / "UE_5.6")
    assert engine_of_program(program.with_name("UnrealEditor")) == program
    assert engine_of_program(program.with_name("Something")) is None


def test_the_launcher_knows_engines_and_packs(tmp_path: Path) -> None:
    file = tmp_path / "LauncherInstalled.dat"
    installed = [
        {"InstallLocation": "D:/Epic Games/UE_5.8", "AppName": "UE_5.8"},
        {"InstallLocation": "C:/Market/Pack", "AppName": "Pack_5.8"},
    ]
    file.write_text(json.dumps({"InstallationList": installed}), "utf-8-sig")
    assert launcher_engines(file) == [Path("D:/Epic Games/UE_5.8")]
    for rubbish in ("", "{", "[]", '{"InstallationList": [1]}'):
        file.write_text(rubbish)
        assert launcher_engines(file) == []


@posix_paths
def test_each_engine_is_found_once_the_newest_first(tmp_path: Path) -> None:
    for version in ("5.4.4", "5.6.1"):
        make_engine(tmp_path / "Epic Games" / f"UE_{version[:3]}", version)
    place = str(tmp_path / "Epic Games" / "UE_5.4")
    listed = {"InstallationList": [{"InstallLocation": place, "AppName": "UE_5.4"}]}
    (tmp_path / "LauncherInstalled.dat").write_text(json.dumps(listed))
    found = find_engines()
    assert [(engine.version, engine.source) for engine in found] == [
        ("5.6.1", "standard folder"),
        ("5.4.4", "launcher"),
    ]
    renderer = UnrealRenderer(load_settings())
    assert [one.version for one in renderer.installations()] == ["5.6.1", "5.4.4"]


def test_a_project_asks_for_its_engine(tmp_path: Path) -> None:
    engines = [
        Engine(tmp_path / "a", "5.6.1", "launcher"),
        Engine(tmp_path / "b", "5.4.4", "source build", GUID),
    ]
    project = tmp_path / "own" / "Games" / "Film" / "Film.uproject"
    assert engine_for("5.6", project, engines) is engines[0]
    assert engine_for(GUID.lower(), project, engines) is engines[1]
    assert engine_for("5.1", project, engines) is None
    assert engine_for("", project, engines) is None
    make_engine(tmp_path / "own", "5.5.0")
    beside = engine_for("", project, engines)
    assert beside is not None
    assert (beside.root, beside.version) == (tmp_path / "own", "5.5.0")


def test_a_wrong_path_is_told_in_words(tmp_path: Path) -> None:
    renderer = UnrealRenderer(load_settings(ue_executable=tmp_path / "gone.exe"))
    (problem,) = renderer.problems()
    assert "UE_EXECUTABLE" in problem


def test_an_engine_that_is_not_here_is_told(tmp_path: Path) -> None:
    project = tmp_path / "Film.uproject"
    project.write_text(json.dumps({"EngineAssociation": GUID}))
    scene = UnrealRenderer(load_settings()).inspect(project)
    assert scene.version is None
    assert scene.warnings[0].startswith("The engine that the project asks for is not known here")
    make_engine(tmp_path / "Epic Games" / "UE_5.6")
    project.write_text(json.dumps({"EngineAssociation": "5.6"}))
    assert UnrealRenderer(load_settings()).inspect(project).version == "5.6"
