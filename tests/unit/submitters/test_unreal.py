"""The submitter for the Unreal Editor, against a stand-in of the calls that it uses."""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from stand_in_unreal import Asset, Unreal

from render_manager.base.paths import inbox_dir
from render_manager.submitters.install import install

QUEUE = Asset("MoviePipelineQueue", "/Game/Renders/Q.Q")
SEQUENCE = Asset("LevelSequence", "/Game/镜头/S.S")
PRESET = Asset("MoviePipelinePrimaryConfig", "/Game/Renders/P.P")


@pytest.fixture
def unreal(monkeypatch: pytest.MonkeyPatch) -> Unreal:
    unreal = Unreal()
    monkeypatch.setitem(sys.modules, "unreal", unreal)
    return unreal


@pytest.fixture
def start(unreal: Unreal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Starts the editor: it runs `init_unreal.py` of the folder in its Python path."""
    install("unreal", tmp_path / "Python")
    monkeypatch.syspath_prepend(str(tmp_path / "Python"))
    yield lambda: runpy.run_path(str(tmp_path / "Python" / "init_unreal.py"))
    for name in ("render_manager_unreal", "render_manager_client", "render_manager_texts"):
        sys.modules.pop(name, None)


@pytest.fixture
def click(unreal: Unreal, start: Callable[[], object]) -> Callable[[], None]:
    """Clicks the entry of the Tools menu."""
    start()
    ((_section, entry),) = unreal.menus["LevelEditor.MainMenu.Tools"].entries
    return lambda: exec(entry.command, {})


def sent() -> dict[str, Any]:
    (request,) = inbox_dir().glob("*.task.json")
    found: dict[str, Any] = json.loads(request.read_text("utf-8"))
    return found


def test_the_editor_gets_an_entry_in_its_tools_menu(unreal: Unreal, click: object) -> None:
    ((section, entry),) = unreal.menus["LevelEditor.MainMenu.Tools"].entries
    assert (section, entry.label) == ("RenderManager", "Send to Render Manager")
    assert unreal.refreshed == 1


def test_a_render_gets_none(unreal: Unreal, start: Callable[[], object]) -> None:
    unreal.command_line = "C:/Film/Film.uproject /Game/Main -game -LevelSequence=/Game/S.S"
    start()
    unreal.command_line, unreal.ToolMenus = "", None
    start()
    assert unreal.menus == {}


def test_a_saved_queue_is_sent(unreal: Unreal, click: Callable[[], None]) -> None:
    unreal.assets = [SEQUENCE, QUEUE]
    click()
    assert sent() == {
        "version": 1,
        "project_file": "C:/Film/Film.uproject",
        "extra": {"queue": "/Game/Renders/Q.Q", "map": "/Game/地图/Main.Main"},
        "from": "Unreal Engine 5.4.4",
    }
    assert unreal.saves == 1
    assert "waits in its inbox" in unreal.said[-1]


def test_a_sequence_is_sent_with_the_open_map_and_the_preset(
    unreal: Unreal, click: Callable[[], None]
) -> None:
    unreal.assets = [PRESET, SEQUENCE]
    click()
    assert sent()["extra"] == {
        "sequence": "/Game/镜头/S.S",
        "preset": "/Game/Renders/P.P",
        "map": "/Game/地图/Main.Main",
    }


@pytest.mark.parametrize("assets", [[], [PRESET], [Asset("Texture2D", "/Game/T.T")]])
def test_without_anything_to_render_it_says_what_to_select(
    unreal: Unreal, click: Callable[[], None], assets: list[Asset]
) -> None:
    unreal.assets = assets
    click()
    assert "Select in the Content Browser" in unreal.said[-1]
    assert not inbox_dir().exists()


def test_a_level_that_was_never_saved_is_not_sent(
    unreal: Unreal, click: Callable[[], None]
) -> None:
    unreal.assets, unreal.world = [SEQUENCE], Asset("World", "/Temp/Untitled_1.Untitled")
    click()
    assert unreal.said == ["Save the open level first, then send it."]
    assert not inbox_dir().exists()


def test_a_queue_is_sent_without_a_level_that_was_never_saved(
    unreal: Unreal, click: Callable[[], None]
) -> None:
    """The queue says itself which maps it renders; this one is only what the engine starts with."""
    unreal.assets, unreal.world = [QUEUE], Asset("World", "/Temp/Untitled_1.Untitled")
    click()
    assert sent()["extra"] == {"queue": "/Game/Renders/Q.Q", "map": ""}


def test_nothing_is_sent_if_saving_was_cancelled(unreal: Unreal, click: Callable[[], None]) -> None:
    unreal.assets, unreal.may_save = [QUEUE], False
    click()
    assert "Nothing was sent" in unreal.said[-1]
    assert not inbox_dir().exists()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hans-CN", "zh-CN"])
def test_it_speaks_chinese_where_the_editor_does(
    unreal: Unreal, start: Callable[[], object], language: str
) -> None:
    unreal.language = language
    start()
    ((_section, entry),) = unreal.menus["LevelEditor.MainMenu.Tools"].entries
    assert (entry.label, entry.tip[:3]) == ("发送到 Render Manager", "将选中")
    exec(entry.command, {})
    assert unreal.said[-1].startswith("请在内容浏览器中选择")


def test_an_engine_that_does_not_tell_its_language_gets_english(
    unreal: Unreal, click: Callable[[], None]
) -> None:
    unreal.InternationalizationLibrary = None
    click()
    assert "Select in the Content Browser" in unreal.said[-1]
