"""Unreal projects from drop to thumbnails: our executor in a stand-in for the engine.

No real engine can be run here; `fakes/fake_unreal` says what it is held to.
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import house
import pytest
from gestures import drop, hold
from house import details, wait_for_end, wait_until

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings, load_settings
from render_manager.domain.job import RenderOptions
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui.window import MainWindow
from render_manager.service.schemas import TaskChanges

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake is a shell script")

FAKE = Path(__file__).parents[1] / "fakes" / "fake_unreal" / "editor.py"


def make_engine(root: Path) -> Path:
    program = root / "Engine" / "Binaries" / "Linux" / "UnrealEditor-Cmd"
    program.parent.mkdir(parents=True)
    command = shlex.join([sys.executable, str(FAKE)])
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    program.chmod(0o755)
    build = root / "Engine" / "Build"
    build.mkdir()
    (build / "Build.version").write_text(
        '{"MajorVersion": 5, "MinorVersion": 6, "PatchVersion": 1}'
    )
    return program


def asset(path: Path, kind: str) -> None:
    """The head of a package that names its class."""
    name = kind.encode() + b"\0"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xc1\x83\x2a\x9e" + bytes(40) + len(name).to_bytes(4, "little") + name)


def make_project(folder: Path, sequences: int = 1) -> Path:
    content = folder / "Content"
    (content / "Maps").mkdir(parents=True)
    (content / "Maps" / "Street.umap").write_bytes(b"map")
    for index in range(sequences):
        asset(content / "Shots" / f"LS_{index:03d}.uasset", "LevelSequence")
    asset(content / "Presets" / "Final.uasset", "MoviePipelinePrimaryConfig")
    plugins = [
        {"Name": name, "Enabled": True} for name in ("MovieRenderPipeline", "PythonScriptPlugin")
    ]
    project = folder / f"{folder.name}.uproject"
    project.write_text(json.dumps({"EngineAssociation": "5.6", "Plugins": plugins}), "utf-8")
    return project


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        render_output_dir=tmp_path / "renders",
        ue_executable=make_engine(tmp_path / "UE_5.6"),
        retry_delay_seconds=0,
        finish_grace_seconds=0.5,
    )


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    def set_faults(**faults: Any) -> None:
        faults["folder"] = str(tmp_path)
        monkeypatch.setenv("FAKE_UNREAL_FAULTS", json.dumps(faults))

    return set_faults


def logs(manager: RenderManager, task: Task) -> list[str]:
    runs = manager.service.runs(task.id).result(timeout=30)
    return [Path(str(run.log_path)).read_text("utf-8") for run in runs]


@pytest.mark.parametrize("name", ["Film", "短片 it's"])
def test_a_dropped_project_completes_with_thumbnails(
    window: MainWindow, manager: RenderManager, tmp_path: Path, name: str
) -> None:
    project = make_project(tmp_path / name, sequences=2)
    assert drop(window.table.viewport(), hold([project]))
    wait_until(
        manager,
        lambda: len(manager.service.tasks()) == 1 and manager.service.tasks()[0].is_inspected,
    )
    (task,) = manager.service.tasks()
    assert window.sheet.isVisible()
    chosen = {"sequence": "/Game/Shots/LS_001.LS_001"}
    manager.service.amend([task.id], TaskChanges(frames="1-6", extra=chosen))
    wait_until(manager, lambda: task.is_inspected)
    manager.service.resume([task.id])
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    for detail in details(manager, task):
        assert Path(str(detail.thumbnail_path)).is_file()
        assert len(detail.files) == 2, "each pass is a file of its frame"


def submit(manager: RenderManager, project: Path, frames: str = "1-6", **extra: str) -> Task:
    wishes = RenderOptions(extra=extra, width=64, height=36)
    return house.submit(manager, project, frames=frames, options=wishes)


def test_any_frames_are_rendered_in_one_process_and_warmed_up(
    manager: RenderManager, tmp_path: Path
) -> None:
    task = submit(manager, make_project(tmp_path / "Film"), "3,7-9,20", warm_up="5")
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    (log,) = logs(manager, task)
    assert log.count("LogFake: warm-up 5") == 3
    assert [Path(str(d.output_path)).stem.rpartition(".")[2] for d in details(manager, task)] == [
        *("0003", "0007", "0008", "0009", "0020")
    ]


def test_a_crash_is_retried_with_what_is_missing(
    manager: RenderManager, tmp_path: Path, faults: Any
) -> None:
    faults(crash_at=4)
    task = submit(manager, make_project(tmp_path / "Film"), "1-8")
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    assert len(logs(manager, task)) == 2


def test_a_missing_pass_is_rendered_again(
    manager: RenderManager, tmp_path: Path, faults: Any
) -> None:
    faults(lacks_pass=[5])
    task = submit(manager, make_project(tmp_path / "Film"))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message
    assert [len(detail.files) for detail in details(manager, task)] == [2] * 6


def test_one_that_stays_after_its_end_is_ended(
    manager: RenderManager, tmp_path: Path, faults: Any
) -> None:
    faults(hang_at_end=True)
    task = submit(manager, make_project(tmp_path / "Film"))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message


def test_an_exit_code_is_no_evidence(manager: RenderManager, tmp_path: Path, faults: Any) -> None:
    faults(exit_code=3)
    task = submit(manager, make_project(tmp_path / "Film"))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED, task.error_message


def test_without_a_sequence_it_is_asked_for(manager: RenderManager, tmp_path: Path) -> None:
    task = submit(manager, make_project(tmp_path / "Film", sequences=3))
    wait_until(manager, lambda: task.is_held)
    assert "level sequence" in (task.error_message or "")


def test_what_it_is_at_is_told(manager: RenderManager, tmp_path: Path) -> None:
    seen: set[str] = set()
    task = submit(manager, make_project(tmp_path / "Film"))
    manager.service.changed.connect(
        lambda _touched: seen.update(
            run.phase.phase.value for run in task.runs.values() if run.phase is not None
        )
    )
    wait_for_end(manager, task)
    assert seen & {"compiling", "loading", "rendering", "finalizing"}


def test_it_makes_room_for_a_more_urgent_task(
    manager: RenderManager, tmp_path: Path, faults: Any
) -> None:
    faults(seconds=0.1)
    low = submit(manager, make_project(tmp_path / "Film"), "1-60", warm_up="0")
    wait_until(manager, lambda: low.completed_frames >= 2)
    high = house.submit(manager, house.make_scene(tmp_path, "urgent", end=2), priority=9)
    wait_for_end(manager, high)
    assert high.state is TaskState.COMPLETED
    assert low.completed_frames < 60
    assert low.retry_count == 0
    wait_for_end(manager, low)
    assert low.state is TaskState.COMPLETED, low.error_message
    assert len(logs(manager, low)) >= 2
