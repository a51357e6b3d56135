"""Scenes that change or disappear while they are being read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fake_renderer import FakeRenderer
from house import TestCatalog, make_scene
from pytestqt.qtbot import QtBot

from render_manager.base.errors import UserError
from render_manager.base.settings import load_settings
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.service.inspection import Inspection, Inspector


class Watched(FakeRenderer):
    """Something happens to the scene after each reading, or instead of one."""

    def __init__(self, *happenings: Callable[[Path], object]) -> None:
        super().__init__()
        self.happenings = list(happenings)
        self.readings = 0

    def inspect(self, project_file: Path) -> SceneInfo:
        self.readings += 1
        info = super().inspect(project_file)
        if self.happenings:
            self.happenings.pop(0)(project_file)
        return info


def save(end: int) -> Callable[[Path], object]:
    return lambda scene: make_scene(scene.parent, scene.stem, end=end)


def save_half(scene: Path) -> None:
    scene.write_text('{"end": 1', "utf-8")
    raise UserError("This is no scene.")


def crash(scene: Path) -> None:
    save(300)(scene)
    raise RuntimeError("half a file")


def inspect(qtbot: QtBot, renderer: FakeRenderer, scene: Path) -> Inspection:
    settings = load_settings()
    inspector = Inspector(TestCatalog(settings, renderer), settings)
    job = RenderJob(str(scene), renderer.name, scene.stem, str(scene.parent / "out"))
    with qtbot.waitSignal(inspector.inspected) as heard:
        inspector.inspect(1, renderer, job, None)
    inspector.close()
    assert isinstance(heard.args, list)
    told = heard.args[0]
    assert isinstance(told, Inspection)
    return told


@pytest.mark.parametrize("happening", [save(200), crash], ids=["saved", "half read"])
def test_a_scene_saved_while_it_is_read_is_read_once_more(
    qtbot: QtBot, tmp_path: Path, happening: Callable[[Path], object]
) -> None:
    renderer = Watched(happening)
    told = inspect(qtbot, renderer, make_scene(tmp_path))
    assert told.reason is None
    assert renderer.readings == 2
    assert told.frames == range(1, (300 if happening is crash else 200) + 1)


def test_a_scene_that_goes_on_changing_is_refused(qtbot: QtBot, tmp_path: Path) -> None:
    scene = make_scene(tmp_path)
    renderer = Watched(save(20), save(300))
    told = inspect(qtbot, renderer, scene)
    changed = f"“{scene}” changed while it was being read. Save it again and retry."
    assert told.reason == changed
    assert renderer.readings == 2


def test_a_scene_of_which_half_was_saved_says_what_is_wrong_with_it(
    qtbot: QtBot, tmp_path: Path
) -> None:
    renderer = Watched(save_half)
    told = inspect(qtbot, renderer, make_scene(tmp_path))
    assert str(told.reason).startswith("shot.fake is not a fake scene")
    assert renderer.readings == 2


def test_a_scene_that_disappears_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    scene = make_scene(tmp_path)

    told = inspect(qtbot, Watched(Path.unlink), scene)
    assert told.reason == (f"“{scene}” disappeared while it was being read. Put it back and retry.")


def test_a_scene_at_rest_is_read_once(qtbot: QtBot, tmp_path: Path) -> None:
    renderer = Watched()
    assert inspect(qtbot, renderer, make_scene(tmp_path)).reason is None
    assert renderer.readings == 1
