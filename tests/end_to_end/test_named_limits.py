"""Named limits, taken and given back by renderers, also when the program is killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import house
import pytest
from house import build, make_scene, rendered, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.service.schemas import TaskChanges

from .test_kill import go_on, kill_after


@pytest.fixture
def manager(qtbot: QtBot, settings: Settings) -> Iterator[RenderManager]:
    manager = build(settings)
    manager.start()
    manager.service.change_settings(
        {
            "max_concurrent_runs": 4,
            "limits": "licence=1, gpu_gb=24/machine",
            "renderer_needs": "fake=licence",
        }
    )
    yield manager
    manager.stop()


def waiting(manager: RenderManager, tmp_path: Path, name: str, **needs: int) -> tuple[Task, Path]:
    """A task whose renderer waits at its second frame for a word."""
    scene = make_scene(tmp_path / name, name, end=3, wait_at=2)
    task = submit(manager, scene, needs=needs)
    wait_until(manager, lambda: task.is_inspected)
    return task, scene


def test_one_licence_is_used_by_one_run_after_the_other(
    manager: RenderManager, tmp_path: Path
) -> None:
    first, scene = waiting(manager, tmp_path, "first")
    wait_until(manager, lambda: first.completed_frames == 1)
    second = submit(manager, make_scene(tmp_path / "second", "second", end=2))
    free = submit(manager, make_scene(tmp_path / "free", "free", end=2), needs={"licence": 0})
    wait_for_end(manager, free)
    assert free.state is TaskState.COMPLETED and not second.runs
    assert manager.service.why_waiting(second.id) == [
        "A run of it needs 1 licence, and 1 of 1 are in use by first. It starts when a run of these "
        "ends; pause one to have it sooner."
    ]
    go_on(scene)
    wait_for_end(manager, second)
    assert [first.state, second.state] == [TaskState.COMPLETED] * 2


def test_a_limit_that_is_raised_lets_what_waits_begin(
    manager: RenderManager, tmp_path: Path
) -> None:
    first, scene = waiting(manager, tmp_path, "first")
    wait_until(manager, lambda: first.completed_frames == 1)
    second = submit(manager, make_scene(tmp_path / "second", "second", end=2))
    wait_until(manager, lambda: second.is_inspected)
    manager.service.change_settings({"limits": "licence=2, gpu_gb=24/machine"})
    wait_for_end(manager, second)
    go_on(scene)
    wait_for_end(manager, first)


def test_a_cancelled_run_gives_back_what_it_took(manager: RenderManager, tmp_path: Path) -> None:
    first, _scene = waiting(manager, tmp_path, "first")
    wait_until(manager, lambda: first.completed_frames == 1)
    second = submit(manager, make_scene(tmp_path / "second", "second", end=2))
    manager.service.cancel([first.id])
    wait_for_end(manager, second)
    assert second.state is TaskState.COMPLETED


def test_an_urgent_task_gets_the_licence_and_the_other_goes_on_after_it(
    manager: RenderManager, tmp_path: Path
) -> None:
    scene = make_scene(tmp_path / "low", "low", end=40, seconds=0.1)
    low = submit(manager, scene, priority=2)
    wait_until(manager, lambda: low.completed_frames >= 2)
    urgent = submit(manager, make_scene(tmp_path / "urgent", "urgent", end=2), priority=9)
    wait_for_end(manager, urgent)
    assert urgent.state is TaskState.COMPLETED and low.completed_frames < 40
    wait_for_end(manager, low)
    assert rendered(scene) == list(range(1, 41)), "nothing lost, nothing twice"


def test_what_is_needed_can_be_changed_and_is_checked(
    manager: RenderManager, tmp_path: Path
) -> None:
    task, scene = waiting(manager, tmp_path, "shot", gpu_gb=8)
    wait_until(manager, lambda: task.completed_frames == 1)
    manager.service.amend([task.id], TaskChanges(needs="gpu_gb=4, licence=1"))
    assert task.needs == {"gpu_gb": 4, "licence": 1}
    copy = manager.service.duplicate([task.id])[0]
    assert copy.needs == task.needs
    manager.service.pause([copy.id])
    for needs, said in (
        ({"gpu": 1}, "There is no limit called gpu. There are: licence, gpu_gb."),
        ({"licence": 2}, "2 licence can never be had: the limit is 1."),
        ("much", "There is no limit called much."),
        ("gpu_gb=much", "write “gpu_gb=much” like gpu_gb=8"),
    ):
        with pytest.raises(UserError, match=said) as refusal:
            manager.service.amend([task.id], TaskChanges(needs=needs))
        assert refusal.value.field == "needs"
    go_on(scene)
    wait_for_end(manager, task)


def test_a_limit_that_is_gone_is_told(manager: RenderManager, tmp_path: Path) -> None:
    manager.service.change_settings({"limits": "", "renderer_needs": "fake=licence:2"})
    task, _scene = waiting(manager, tmp_path, "shot")
    (why,) = manager.service.why_waiting(task.id)
    assert why.startswith("A run of it needs 2 licence, and there is no limit of that name.")
    manager.service.change_settings({"limits": "licence=1"})
    (why,) = manager.service.why_waiting(task.id)
    assert why.startswith("A run of it needs 2 licence, and the limit is 1.")
    assert not task.runs


def test_a_licence_is_neither_lost_nor_doubled_by_a_kill(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The renderer lives on with its licence; the manager that comes after counts it, and has it
    back when that run ends."""
    limits = {"LIMITS": "licence=1", "RENDERER_NEEDS": "fake=licence", "MAX_CONCURRENT_RUNS": "2"}
    for key, value in limits.items():
        monkeypatch.setenv(key, value)
    scene = make_scene(tmp_path / "scenes", end=6, wait_at=4)
    kill_after(scene, frames=2)
    again = settings.model_copy(
        update={"limits": "licence=1", "renderer_needs": "fake=licence:1", "max_concurrent_runs": 2}
    )
    manager = house.build(again)
    manager.start()
    (survivor,) = manager.service.tasks()
    assert len(survivor.runs) == 1
    second = submit(manager, make_scene(tmp_path / "second", "second", end=2))
    free = submit(manager, make_scene(tmp_path / "free", "free", end=2), needs={"licence": 0})
    wait_for_end(manager, free)
    assert survivor.runs and not second.runs
    assert "1 of 1 are in use by shot." in manager.service.why_waiting(second.id)[0]
    go_on(scene)
    wait_for_end(manager, second)
    assert [survivor.state, second.state] == [TaskState.COMPLETED] * 2
    assert rendered(scene) == list(range(1, 7)), "nothing lost, nothing twice"
    manager.stop()
