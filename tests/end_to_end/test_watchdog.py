"""A renderer that hangs, takes too long or eats the memory costs a retry and not the night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import house
import pytest
from house import make_scene, rendered, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings
from render_manager.domain.dialog import Dialog
from render_manager.domain.states import TaskState
from render_manager.engine import dialog_windows
from render_manager.engine.dialog_windows import OpenDialog


@pytest.fixture
def impatient(qtbot: QtBot, settings: Settings) -> Iterator[RenderManager]:
    """A manager that waits for signs of life for a second and a half."""
    settings.adopt({"stall_seconds": 1.5}, {})
    manager = house.build(settings)
    manager.start()
    yield manager
    manager.stop()


def reasons(manager: RenderManager, task_id: int) -> list[str]:
    """Why the runs of a task that failed did so, the oldest first."""
    records = manager.service.runs(task_id).result(timeout=30)
    return [record.reason for record in reversed(records) if record.reason]


def test_a_renderer_that_hangs_at_a_frame_is_ended_and_the_frame_tried_again(
    impatient: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=3, hang=2, hang_times=1)
    task = submit(impatient, scene)
    wait_until(impatient, lambda: bool(task.failures))
    assert task.failures == {2: 1}, "and nobody else is blamed"
    assert task.kills == {2: 1}
    wait_for_end(impatient, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene) == [1, 2, 2, 3]
    reason = reasons(impatient, task.id)[0]
    assert "No sign of life for 2 seconds" in reason and "Frame 2 was in work." in reason


def test_a_renderer_that_hangs_while_it_loads_is_ended_and_started_again(
    impatient: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "scenes", end=2, hang="before", hang_times=1, ignore_sigterm=True)
    task = submit(impatient, scene)
    wait_for_end(impatient, task)
    assert task.state is TaskState.COMPLETED
    assert task.failures == {}
    assert "No sign of life" in reasons(impatient, task.id)[0]


def test_a_frame_that_hangs_every_time_fails_alone(
    impatient: RenderManager, tmp_path: Path
) -> None:
    task = submit(impatient, make_scene(tmp_path / "scenes", end=4, hang=2), max_retries=1)
    wait_for_end(impatient, task)
    assert task.state is TaskState.FAILED
    assert task.completed_frames == 3
    assert "No sign of life" in (task.error_message or "")


def test_a_box_that_holds_a_renderer_up_is_closed_and_explains_the_stall(
    impatient: RenderManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    box = OpenDialog(1, Dialog("Fake", ("No license available for this product.",)))
    monkeypatch.setattr(dialog_windows, "open_dialogs", lambda _pids: [] if closed else [box])
    monkeypatch.setattr(dialog_windows, "close", closed.append)
    task = submit(impatient, make_scene(tmp_path / "scenes", end=2, hang="before"))
    wait_until(impatient, lambda: task.waits_for_license_since is not None)
    assert closed == [1]
    assert "No license available" in (task.error_message or "")
    run = impatient.service.runs(task.id).result(timeout=30)[0]
    assert run.log_path is not None
    assert "# A dialog was closed: Fake | No license" in Path(run.log_path).read_text("utf-8")


def test_a_frame_that_takes_longer_than_it_may_is_ended(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    settings.adopt({"frame_time_limit_seconds": 0.5}, {})
    manager = house.build(settings)
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes", end=2, seconds=40), max_retries=0)
    wait_for_end(manager, task)
    assert "Frame 1 was in work for 1 second" in reasons(manager, task.id)[0]
    manager.stop()


def test_a_renderer_that_eats_the_memory_is_ended(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    settings.adopt({"memory_limit_mb": 150, "stall_seconds": 5}, {})
    manager = house.build(settings)
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes", seconds=40, eat_mb=250), max_retries=0)
    wait_for_end(manager, task)
    assert "MB of memory, and a run may use 150 MB" in reasons(manager, task.id)[0]
    manager.stop()
