"""Plug-ins of Maya: which are seen, from folders, module files and the environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from render_manager.renderers.maya.plug_ins import plug_ins, unseen


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`Render` of a Maya with two plug-ins of its own, and a user without any."""
    for name in ("PLUG_IN", "MODULE"):
        monkeypatch.delenv(f"MAYA_{name}_PATH", raising=False)
    monkeypatch.setenv("MAYA_APP_DIR", str(tmp_path / "user"))
    make(tmp_path / "maya2024/bin/plug-ins/AbcImport.so")
    make(tmp_path / "maya2024/bin/plug-ins/renderSetup.py")
    return make(tmp_path / "maya2024/bin/Render")


def make(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def missing(program: Path, *required: str) -> list[str]:
    return unseen(required, program, "2024")


def test_its_own_plug_ins_are_seen(program: Path) -> None:
    assert missing(program, "AbcImport 1.0", "renderSetup.py 1.0", "mtoa 5.3.1") == ["mtoa 5.3.1"]


def test_what_maya_left_behind_is_no_loss(program: Path) -> None:
    assert missing(program, "Turtle 2016.0.0") == []


def test_modules_name_where_plug_ins_lie(program: Path, tmp_path: Path) -> None:
    make(tmp_path / "arnold 2024" / "plug-ins" / "mtoa.so")
    make(
        tmp_path / "user/modules/x.mod",
        f"+ PLATFORM:linux mtoa any {tmp_path}/arnold 2024\nPATH+:=bin",
    )
    make(tmp_path / "user/2024/modules/y.mod", "+ MAYAVERSION:2024 shaders 1.0 ../own\n+ broken\n")
    make(tmp_path / "user/2024/own/plug-ins/shaders.mll")
    assert missing(program, "mtoa 5.3.1", "shaders") == []


def test_the_environment_names_folders(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "pipeline/redshift4maya.so")
    make(tmp_path / "vray/vrayformaya.so")
    monkeypatch.setenv(
        "MAYA_PLUG_IN_PATH", os.pathsep.join([f"{tmp_path}/gone", f"{tmp_path}/pipeline"])
    )
    make(tmp_path / "user/2024/Maya.env", f"// mine\nMAYA_PLUG_IN_PATH = {tmp_path}/vray\n")
    assert missing(program, "redshift4maya 3.5", "vrayformaya 6") == []


def test_nothing_is_said_of_a_maya_whose_plug_ins_are_not_seen(tmp_path: Path) -> None:
    wrapper = make(tmp_path / "wrappers" / "Render")
    assert plug_ins(wrapper, None) is None
    assert missing(wrapper, "mtoa 5.3.1") == []
