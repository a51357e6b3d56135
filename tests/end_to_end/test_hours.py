"""Hours that begin and end while renderers are at work, by a clock that the tests set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from house import build, make_scene, rendered, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.domain.states import FrameState, TaskState
from render_manager.service.schemas import TaskChanges


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 27, 7, 59, 59).timestamp()

    def __call__(self) -> float:
        return self.at

    def put_to(self, day: int, hour: int, minute: int = 0) -> None:
        self.at = datetime(2026, 11, day, hour, minute).timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def manager(
    qtbot: QtBot, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RenderManager]:
    manager = build(settings)
    monkeypatch.setattr(manager.dispatcher, "_clock", clock)
    monkeypatch.setattr(manager.service, "_clock", clock)
    manager.start()
    yield manager
    manager.stop()


def test_a_run_at_the_end_of_its_hours_finishes_its_frame_and_goes_on_in_the_evening(
    manager: RenderManager, clock: Clock, tmp_path: Path
) -> None:
    manager.service.change_settings({"render_hours": "19:00-08:00"})
    scene = make_scene(tmp_path / "scenes", end=30, seconds=0.1)
    task = submit(manager, scene)
    wait_until(manager, lambda: task.completed_frames >= 2)
    clock.put_to(27, 8)  # the timer looks within a second, as the hours were to end in one
    wait_until(manager, lambda: not task.runs)
    assert task.state is TaskState.PENDING
    assert task.failed_frames == 0 and task.frames.counts[FrameState.RENDERING] == 0
    assert len(rendered(scene)) == task.completed_frames < 30
    (why,) = manager.service.why_waiting(task.id)
    assert why == "Starts at 19:00, when its hours begin (19:00-08:00)."
    clock.put_to(27, 19)  # the clock jumps; whoever wakes the dispatcher finds it so
    manager.dispatcher.wake()
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED
    assert rendered(scene) == list(range(1, 31))


def test_a_clock_that_is_put_back_closes_the_hours_again(
    manager: RenderManager, clock: Clock, tmp_path: Path
) -> None:
    manager.service.change_settings({"render_hours": "07:00-08:00"})
    task = submit(manager, make_scene(tmp_path / "scenes", end=30, seconds=0.1))
    wait_until(manager, lambda: task.completed_frames >= 1)
    clock.put_to(27, 6)
    wait_until(manager, lambda: not task.runs)
    assert task.state is TaskState.PENDING and task.failed_frames == 0


def test_a_task_starts_when_it_is_to_and_the_timer_sees_to_it(
    manager: RenderManager, clock: Clock, tmp_path: Path
) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes", end=2), start_at="08:00")
    wait_until(manager, lambda: task.is_inspected)
    assert manager.service.why_waiting(task.id) == ["Starts at 08:00."]
    clock.put_to(27, 8)
    wait_for_end(manager, task)
    assert task.state is TaskState.COMPLETED


def test_times_can_be_changed_and_that_undone(manager: RenderManager, tmp_path: Path) -> None:
    task = submit(manager, make_scene(tmp_path / "scenes"), hold=True, hours="sa all day")
    wait_until(manager, lambda: task.is_inspected)
    assert task.times.hours == "Sa all day"
    manager.service.amend([task.id], TaskChanges(start_at="09:00", hours="", ready_by=1.8e9))
    assert task.times.hours is None
    assert task.times.start_at == datetime(2026, 11, 27, 9, 0).timestamp()
    assert task.times.ready_by == 1.8e9
    (copy,) = manager.service.duplicate([task.id])
    assert copy.times == task.times
    manager.service.undo()
    assert (task.times.hours, task.times.start_at) == ("Sa all day", None)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("start_at", "soon", "write it like 19:00"),
        ("ready_by", -5.0, "between 1970 and 2200"),
        ("hours", "Mo-Fr", "has no times"),
    ],
)
def test_what_is_no_time_is_refused_at_its_field(
    manager: RenderManager, tmp_path: Path, field: str, text: str | float, said: str
) -> None:
    with pytest.raises(UserError, match=said) as refused:
        submit(manager, make_scene(tmp_path / "scenes"), **{field: text})
    assert refused.value.field == field
    assert not manager.service.tasks()
