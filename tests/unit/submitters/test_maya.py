"""The submitter for Maya, against a stand-in of the commands that it uses."""

from __future__ import annotations

import importlib
import json
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from stand_in_maya import Maya

from render_manager.base.paths import inbox_dir
from render_manager.submitters.install import install


@pytest.fixture
def maya(monkeypatch: pytest.MonkeyPatch) -> Maya:
    maya = Maya()
    maya.install(monkeypatch)
    return maya


@pytest.fixture
def scripts(maya: Maya, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What Maya puts on its Python path, by the module file."""
    install("maya", tmp_path / "modules")
    mark, name, _version, path = (tmp_path / "modules/RenderManager.mod").read_text().split()
    assert (mark, name) == ("+", "RenderManager")
    folder = tmp_path / "modules" / path / "scripts"
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def submitter(scripts: Path) -> Iterator[ModuleType]:
    yield importlib.import_module("render_manager_maya")
    for name in ("render_manager_maya", "render_manager_client", "render_manager_texts"):
        sys.modules.pop(name, None)


def sent() -> dict[str, Any]:
    (request,) = inbox_dir().glob("*.task.json")
    found: dict[str, Any] = json.loads(request.read_text("utf-8"))
    return found


def press(maya: Maya, label: str) -> None:
    maya.control(label)["command"](False)


# --- the menu and the shelf -------------------------------------------------------------------


def test_maya_gets_a_menu_and_a_shelf_once(
    maya: Maya, submitter: ModuleType, scripts: Path
) -> None:
    runpy.run_path(str(scripts / "userSetup.py"))
    for add in (*maya.deferred, *maya.deferred):
        add()
    labels = [made.get("label") for made in maya.built.values()]
    assert labels == ["Render Manager", "Send to Render Manager…", None, "Send"]
    assert maya.built["renderManagerMenu"]["parent"] == "gMainWindow"
    assert maya.built["RenderManager"]["parent"] == "gShelfTopLevel"


def test_a_render_gets_neither(maya: Maya, submitter: ModuleType, scripts: Path) -> None:
    maya.is_batch = True
    runpy.run_path(str(scripts / "userSetup.py"))
    assert maya.deferred == []


def test_a_maya_with_an_older_python_gets_neither_and_no_error(
    maya: Maya, submitter: ModuleType, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Maya before 2022 finds the same module, and knows only Python 2."""
    monkeypatch.setattr(sys, "version_info", (2, 7, 11))
    runpy.run_path(str(scripts / "userSetup.py"))
    assert maya.deferred == []
    assert (scripts / "userSetup.py").read_bytes().isascii()


def test_the_shelf_button_outlives_the_module_with_a_sentence(
    maya: Maya, submitter: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    exec(submitter.BUTTON, {})
    assert "renderManagerWindow" in maya.built
    with monkeypatch.context() as removed:
        removed.setitem(sys.modules, "render_manager_maya", None)
        exec(submitter.BUTTON, {})
    assert "was removed" in maya.said[-1]


# --- what is sent -----------------------------------------------------------------------------


def test_the_window_is_filled_from_the_scene_and_sends_only_what_was_changed(
    maya: Maya, submitter: ModuleType
) -> None:
    submitter.show()
    assert maya.control("Frames")["text"] == "1-100"
    assert maya.control("Resolution")["value1"] == 1920
    assert maya.control("Output Folder")["text"] == str(Path("/projects/film/images"))
    maya.control("Camera")["value"] = "shot"
    maya.control("Frames")["text"] = "5-7"
    maya.control("Hold")["value1"] = True
    press(maya, "Send")
    assert sent() == {
        "version": 1,
        "project_file": "/shots/场景 a.ma",
        "render_engine": "maya",
        "frames": "5-7",
        "output_dir": str(Path("/projects/film/images")),
        "camera": "shot",
        "hold": True,
        "from": "Maya 2024",
    }
    assert "waits in its inbox" in maya.said[-1]
    assert "renderManagerWindow" not in maya.built


def test_the_cameras_that_render_can_be_chosen(maya: Maya, submitter: ModuleType) -> None:
    submitter.show()
    offered = [one["label"] for one in maya.built.values() if one["command_name"] == "menuItem"]
    assert offered == [submitter.AS_IN_SCENE, "shot"]


@pytest.mark.parametrize(
    ("attributes", "frames"),
    [
        ({"byFrameStep": 2.0}, "1-100x2"),
        ({"startFrame": -5.0, "endFrame": 5.0}, "-5-5"),
        ({"animation": False}, "12"),
        ({"byFrameStep": 0.5}, ""),
    ],
)
def test_frames_as_the_scene_has_them(
    maya: Maya, submitter: ModuleType, attributes: dict[str, Any], frames: str
) -> None:
    maya.attributes |= {f"defaultRenderGlobals.{name}": at for name, at in attributes.items()}
    assert submitter.frames() == frames


def test_a_scene_without_a_name_is_not_sent(maya: Maya, submitter: ModuleType) -> None:
    maya.scene = ""
    submitter.show()
    assert maya.said == ["Save the scene under a name first, then send it."]
    assert submitter.send().is_refused
    assert not inbox_dir().exists()


@pytest.mark.parametrize(
    ("answer", "saved", "count"),
    [("Save and Send", 1, 1), ("Send as Last Saved", 0, 1), ("Cancel", 0, 0)],
)
def test_changes_are_saved_if_the_user_wants_that(
    maya: Maya, submitter: ModuleType, answer: str, saved: int, count: int
) -> None:
    maya.is_modified, maya.answer = True, answer
    submitter.send()
    assert maya.saved == saved
    assert len(list(inbox_dir().glob("*.task.json"))) == count


def test_a_scene_that_cannot_be_saved_is_not_sent(maya: Maya, submitter: ModuleType) -> None:
    maya.is_modified, maya.is_read_only, maya.answer = True, True, "Save and Send"
    answer = submitter.send()
    assert answer.is_refused
    assert answer.sentence.endswith("so it was not sent: The file is read only")
    assert not inbox_dir().exists()


def test_it_speaks_chinese_where_maya_does(maya: Maya, submitter: ModuleType) -> None:
    maya.language = "zh_CN"
    submitter.show()
    assert maya.control("帧")["text"] == "1-100"
    maya.control("摄像机")["value"] = "（与场景相同）"
    maya.is_modified, maya.answer = True, "保存并发送"
    press(maya, "发送")
    assert (maya.saved, "camera" in sent()) == (1, False)
    assert "下次启动时" in maya.said[-1]


def test_an_output_folder_that_is_not_named_in_full_is_beside_the_scene(
    maya: Maya, submitter: ModuleType
) -> None:
    submitter.send({"output_dir": "out"})
    assert sent()["output_dir"] == str(Path("/shots/out"))
