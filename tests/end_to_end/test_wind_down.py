"""Stopping after the frame in work, with real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from house import build, make_scene, rendered, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings
from render_manager.domain.states import FrameState, TaskState


@pytest.fixture
def manager(qtbot: QtBot, settings: Settings) -> Iterator[RenderManager]:
    manager = build(settings)
    manager.start()
    yield manager
    manager.stop()


def test_the_frame_in_work_is_finished_and_no_other_begun(
    manager: RenderManager, tmp_path: Path, qtbot: QtBot
) -> None:
    scene = make_scene(tmp_path / "scenes", end=40, seconds=0.15)
    task = submit(manager, scene)
    wait_until(manager, lambda: bool(task.runs))
    waiting = submit(manager, make_scene(tmp_path / "b"))
    wait_until(manager, lambda: task.completed_frames >= 2 and waiting.is_inspected)
    with qtbot.waitSignal(manager.service.wound_down, timeout=30_000):
        manager.service.wind_down()
    assert task.failed_frames == 0 and task.frames.counts[FrameState.RENDERING] == 0
    assert len(rendered(scene)) == task.completed_frames < 40
    assert (task.state, waiting.state) == (TaskState.PENDING, TaskState.PENDING)
    assert not waiting.runs and waiting.completed_frames == 0


def test_it_can_be_taken_back(manager: RenderManager, tmp_path: Path, qtbot: QtBot) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", end=6, seconds=0.1))
    wait_until(manager, lambda: task.completed_frames >= 1)
    manager.service.wind_down()
    manager.service.carry_on()
    with qtbot.assertNotEmitted(manager.service.wound_down):
        wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


def test_with_nothing_under_way_it_is_over_at_once(manager: RenderManager, qtbot: QtBot) -> None:
    with qtbot.waitSignal(manager.service.wound_down):
        manager.service.wind_down()
