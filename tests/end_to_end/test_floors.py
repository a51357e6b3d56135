"""Nothing starts on a machine that lacks memory or disk, and it goes on by itself."""

from __future__ import annotations

from pathlib import Path

import house
import pytest
from house import make_scene, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.base.settings import Settings
from render_manager.domain.states import TaskState

MORE_THAN_THERE_IS = 100_000_000


@pytest.mark.parametrize("key", ["min_free_memory_mb", "min_free_disk_mb"])
def test_a_task_waits_for_room_says_so_and_starts_when_there_is(
    qtbot: QtBot, settings: Settings, tmp_path: Path, key: str
) -> None:
    settings.adopt({key: MORE_THAN_THERE_IS}, {})
    manager = house.build(settings)
    manager.start()
    with qtbot.waitSignal(manager.service.noticed) as told:
        task = submit(manager, make_scene(tmp_path / "scenes", end=2))
    assert "Only" in (manager.service.holdup(task) or "")
    assert manager.service.holdup(task) in told.args
    assert task.state is TaskState.PENDING and not task.runs
    manager.service.change_settings({key: 0})
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert manager.service.holdup(task) is None
    manager.stop()


def test_with_enough_room_a_task_starts_as_ever(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    settings.adopt({"min_free_memory_mb": 1, "min_free_disk_mb": 1}, {})
    manager = house.build(settings)
    manager.start()
    tasks = [submit(manager, make_scene(tmp_path / "scenes", f"s{i}", end=2)) for i in range(3)]
    wait_until(manager, lambda: all(task.state is TaskState.COMPLETED for task in tasks))
    manager.stop()
