"""Renderers give way to whoever works at the computer; what is seen of him is made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from house import build, make_scene, rendered, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.settings import Settings
from render_manager.domain.courtesy import Courtesy, Rules, Seen
from render_manager.domain.states import FrameState, TaskState
from render_manager.engine.courtesy import CourtesyKeeper
from render_manager.engine.process_tree import ProcessTree


@dataclass
class User:
    idle: float = 9_999.0
    asked: int = 0

    def seen(self, _rules: Rules) -> Seen:
        self.asked += 1
        return Seen(self.idle)


class Priorities:
    def __init__(self) -> None:
        self.told: list[tuple[int, bool]] = []

    def __call__(self, trees: list[ProcessTree], *, is_lowest: bool) -> None:
        self.told += [(tree.pid, is_lowest) for tree in trees]


@pytest.fixture
def user() -> User:
    return User()


@pytest.fixture
def priorities() -> Priorities:
    return Priorities()


@pytest.fixture
def manager(
    qtbot: QtBot,
    settings: Settings,
    user: User,
    priorities: Priorities,
) -> Iterator[RenderManager]:
    manager = build(settings)
    manager.courtesy.keeper = CourtesyKeeper(user.seen, priorities)
    manager.courtesy._timer.setInterval(20)
    manager.start()
    yield manager
    manager.stop()


def test_rendering_pauses_while_somebody_works_and_goes_on_when_he_has_left(
    manager: RenderManager, user: User, tmp_path: Path
) -> None:
    manager.service.change_settings({"when_in_use": "pause", "rest_minutes": 5})
    scene = make_scene(tmp_path / "scenes", end=30, seconds=0.1)
    task = submit(manager, scene)
    wait_until(manager, lambda: task.completed_frames >= 1)
    user.idle = 3.0
    wait_until(manager, lambda: not task.runs)
    assert task.state is TaskState.PENDING
    assert task.failed_frames == 0 and task.frames.counts[FrameState.RENDERING] == 0
    assert manager.service.why_waiting(task.id) == [
        "Somebody is at work at this computer. Rendering goes on after 5 minutes without keyboard "
        "and mouse."
    ]
    user.idle = 301.0
    wait_for_end(manager, task)
    assert rendered(scene) == list(range(1, 31))


def test_a_lower_priority_is_given_and_taken_back(
    manager: RenderManager, user: User, priorities: Priorities, tmp_path: Path, qtbot: QtBot
) -> None:
    manager.service.change_settings({"when_in_use": "lower"})
    task = submit(manager, make_scene(tmp_path / "scenes", end=1, hang="before"))
    wait_until(manager, lambda: any(run.pid for run in task.runs.values()))
    (run,) = task.runs.values()
    user.idle = 0.0
    qtbot.waitUntil(lambda: (run.pid, True) in priorities.told)
    qtbot.waitUntil(lambda: manager.courtesy.due.courtesy is Courtesy.LOWER)
    assert not run.is_giving_way
    user.idle = 9_999.0
    qtbot.waitUntil(lambda: (run.pid, False) in priorities.told)
    manager.service.cancel([task.id])


def test_without_a_rule_nobody_is_watched(
    manager: RenderManager, user: User, tmp_path: Path
) -> None:
    user.idle = 0.0
    task = submit(manager, make_scene(tmp_path / "scenes", end=2))
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert user.asked == 0
