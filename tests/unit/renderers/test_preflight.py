"""Looking before a renderer is started: scene, program, output."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fake_renderer import FakeRenderer
from house import TestCatalog, make_scene
from systems import posix_paths

from render_manager.base.settings import load_settings
from render_manager.domain.job import RenderJob, SceneInfo, SceneLayer
from render_manager.domain.preflight import Finding, Level, ScriptPolicy
from render_manager.renderers.preflight import (
    has_changed,
    impossible,
    modified_at,
    preflight,
    windows_findings,
)
from render_manager.renderers.renderer import Installation


class Fake(FakeRenderer):
    version: str | None = "2024"

    def installations(self) -> list[Installation]:
        if self.version is None:
            return []
        return [Installation(self.name, Path(self.executable), self.version, "test")]


@pytest.fixture
def renderer() -> Fake:
    return Fake()


@pytest.fixture
def job(tmp_path: Path) -> RenderJob:
    scene = make_scene(tmp_path / "scenes", "shot")
    info = SceneInfo("fake", version="2024", modified=modified_at(scene))
    return RenderJob(str(scene), "fake", "shot", str(tmp_path / "out" / "shot"), scene=info)


def findings(job: RenderJob, renderer: Fake) -> dict[str, Finding]:
    catalog = TestCatalog(load_settings(), renderer)
    found = preflight(job, (1, 2, 3), renderer, catalog, ScriptPolicy.WARN)
    return {finding.code: finding for finding in found}


def test_nothing_is_found_where_nothing_is_wrong(job: RenderJob, renderer: Fake) -> None:
    assert findings(job, renderer) == {}
    assert not Path(job.output_dir).exists(), "looking makes no folders"


def test_a_scene_that_is_gone_makes_it_impossible(job: RenderJob, renderer: Fake) -> None:
    Path(job.project_file).unlink()
    assert findings(job, renderer)["scene_missing"].level is Level.IMPOSSIBLE
    found = impossible(job)
    assert found is not None
    assert found.code == "scene_missing"


def test_a_scene_that_was_saved_again_is_worth_a_word(job: RenderJob, renderer: Fake) -> None:
    stamp = Path(job.project_file).stat().st_mtime + 10
    os.utime(job.project_file, (stamp, stamp))
    assert has_changed(job)
    assert findings(job, renderer)["scene_changed"].level is Level.WARNING
    assert not has_changed(replace(job, scene=None))


def test_without_its_renderer_it_is_impossible(job: RenderJob, renderer: Fake) -> None:
    renderer.version = None
    found = findings(job, renderer)["no_renderer"]
    assert found.level is Level.IMPOSSIBLE
    assert renderer.how_to_install() in found.text


@pytest.mark.parametrize(
    ("there", "code"),
    [("2024", None), ("2024.2", None), ("2025", "newer_renderer"), ("2022", "older_renderer")],
)
def test_another_version_is_told(
    job: RenderJob, renderer: Fake, there: str, code: str | None
) -> None:
    renderer.version = there
    assert list(findings(job, renderer)) == ([code] if code else [])


def test_a_file_in_the_way_of_the_output(job: RenderJob, renderer: Fake, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    assert findings(job, renderer)["output_is_file"].level is Level.IMPOSSIBLE


@posix_paths
def test_a_name_that_is_too_long_for_the_disk_is_no_fault_of_ours(
    job: RenderJob, renderer: Fake, tmp_path: Path
) -> None:
    assert findings(replace(job, output_dir=str(tmp_path / ("x" * 300))), renderer) == {}


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="everything is writable here"
)
def test_a_folder_that_may_not_be_written(job: RenderJob, renderer: Fake, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o555)
    assert findings(job, renderer)["output_not_writable"].level is Level.IMPOSSIBLE


def test_what_windows_does_not_take(job: RenderJob) -> None:
    def codes(folder: str, name: str = "shot") -> list[str]:
        asked = replace(job, output_dir=folder, name=name)
        return [finding.code for finding in windows_findings(asked, (1, 100))]

    assert codes("D:\\renders\\shot 1") == []
    assert codes("D:\\renders\\what?") == ["bad_path"]
    assert codes("D:\\renders\\dot.\\x") == ["bad_path"]
    assert codes("D:\\renders", 'a"b') == ["bad_path"]
    assert codes("D:\\" + "long\\" * 50) == ["long_path"]


def test_a_disk_without_room_for_the_frames(job: RenderJob, renderer: Fake) -> None:
    assert job.scene is not None
    huge = replace(job.scene, width=60_000, height=60_000, format="EXR")
    asked = replace(job, scene=replace(huge, layers=(SceneLayer("beauty"),) * 5000))
    found = findings(asked, renderer)["little_room"]
    assert found.level is Level.WARNING


def test_plug_ins_that_are_not_there(job: RenderJob, renderer: Fake) -> None:
    assert job.scene is not None
    asked = replace(job, scene=replace(job.scene, requires=("mtoa 5.3.1", "xgen 1.0")))
    assert findings(asked, renderer) == {}, "a renderer that cannot tell says nothing"
    renderer.missing_plug_ins = lambda scene, _there: scene.requires[:1]  # type: ignore[attr-defined]
    found = findings(asked, renderer)["plug_ins"]
    assert found.level is Level.WARNING
    assert "not found with Fake 2024: mtoa 5.3.1." in found.text
