"""The computer is kept awake while renderers run, and not a moment longer."""

from __future__ import annotations

from pathlib import Path

import house
import pytest
from house import make_scene, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager import assembly
from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings


class FakeLock:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def hold(self) -> None:
        self.told.append("hold")

    def release(self) -> None:
        self.told.append("release")


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> FakeLock:
    """In the place of the one of this system; to be asked for before `manager`."""
    lock = FakeLock()
    monkeypatch.setattr(assembly, "sleep_lock", lambda: lock)
    return lock


def test_it_is_awake_just_while_there_are_runs(
    lock: FakeLock, manager: RenderManager, tmp_path: Path
) -> None:
    assert lock.told == []
    task = submit(manager, make_scene(tmp_path / "scenes", end=2))
    wait_until(manager, lambda: bool(task.runs))
    assert lock.told == ["hold"]
    wait_for_end(manager, task)
    assert lock.told == ["hold", "release"]


def test_the_setting_takes_effect_at_once(
    lock: FakeLock, manager: RenderManager, tmp_path: Path
) -> None:
    manager.service.change_settings({"prevent_sleep": False})
    task = submit(manager, make_scene(tmp_path / "scenes", end=1, hang="before"))
    wait_until(manager, lambda: bool(task.runs))
    assert lock.told == []
    manager.service.change_settings({"prevent_sleep": True})
    assert lock.told == ["hold"]
    manager.service.change_settings({"prevent_sleep": False})
    assert lock.told == ["hold", "release"]
    manager.service.cancel([task.id])
    wait_for_end(manager, task)


def test_it_may_sleep_when_the_program_stops(
    qtbot: QtBot, settings: Settings, lock: FakeLock, tmp_path: Path
) -> None:
    manager = house.build(settings)
    manager.start()
    task = submit(manager, make_scene(tmp_path / "scenes", end=1, hang="before"))
    wait_until(manager, lambda: bool(task.runs))
    manager.service.leaves_runs = True
    manager.stop()
    assert lock.told == ["hold", "release"]
    again = house.build(settings)
    again.start()
    assert lock.told == ["hold", "release", "hold"], "the renderer was taken over"
    again.service.cancel([task.id])
    wait_for_end(again, again.service.task(task.id))
    again.stop()
    assert lock.told == ["hold", "release", "hold", "release"]
