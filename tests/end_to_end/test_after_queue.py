"""What the computer does when everything is rendered; nothing is done to this one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from house import build, make_scene, submit, wait_for_end, wait_until
from pytestqt.qtbot import QtBot

from render_manager.assembly import RenderManager
from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.domain.deeds import Deed
from render_manager.service.after_queue import AfterQueue


class FakePower:
    def __init__(self) -> None:
        self.done: list[Deed] = []
        self.refusal = ""

    def carry_out(self, deed: Deed) -> None:
        if self.refusal:
            raise UserError(self.refusal)
        self.done.append(deed)


@pytest.fixture
def power() -> FakePower:
    return FakePower()


@pytest.fixture
def manager(
    qtbot: QtBot, settings: Settings, power: FakePower, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RenderManager]:
    manager = build(settings)
    assert manager.after_queue is not None
    monkeypatch.setattr(manager.after_queue, "_power", power)
    manager.after_queue._timer.setInterval(1)
    manager.start()
    yield manager
    manager.stop()


@pytest.fixture
def after(manager: RenderManager) -> AfterQueue:
    assert manager.after_queue is not None
    return manager.after_queue


def slow(after: AfterQueue) -> None:
    after._timer.setInterval(60_000)


def test_after_the_countdown_it_is_done_once(
    manager: RenderManager, after: AfterQueue, power: FakePower, tmp_path: Path, qtbot: QtBot
) -> None:
    manager.service.change_settings({"after_queue": "shut_down"})
    assert not after.is_counting  # nothing was rendered yet
    counts: list[int] = []
    after.counting.connect(counts.append)
    task = submit(manager, make_scene(tmp_path / "a", end=2))
    wait_for_end(manager, task)
    qtbot.waitUntil(lambda: bool(power.done))
    assert power.done == [Deed.SHUT_DOWN]
    assert counts == list(range(60, 0, -1))
    assert manager.settings.after_queue == "nothing"
    wait_for_end(manager, submit(manager, make_scene(tmp_path / "b", end=1)))
    assert not after.is_counting and power.done == [Deed.SHUT_DOWN]


def test_it_can_be_stopped(
    manager: RenderManager, after: AfterQueue, power: FakePower, tmp_path: Path, qtbot: QtBot
) -> None:
    slow(after)
    manager.service.change_settings({"after_queue": "sleep"})
    wait_for_end(manager, submit(manager, make_scene(tmp_path / "a", end=1)))
    qtbot.waitUntil(lambda: after.is_counting)
    with qtbot.waitSignal(after.called_off):
        after.stop()
    assert not after.is_counting and power.done == []
    assert manager.settings.after_queue == "nothing"


def test_what_comes_in_meanwhile_is_rendered_first(
    manager: RenderManager, after: AfterQueue, power: FakePower, tmp_path: Path, qtbot: QtBot
) -> None:
    slow(after)
    manager.service.change_settings({"after_queue": "hibernate"})
    wait_for_end(manager, submit(manager, make_scene(tmp_path / "a", end=1)))
    qtbot.waitUntil(lambda: after.is_counting)
    task = submit(manager, make_scene(tmp_path / "b", end=2))
    assert not after.is_counting
    wait_for_end(manager, task)
    qtbot.waitUntil(lambda: after.is_counting)
    after._timer.setInterval(1)
    qtbot.waitUntil(lambda: power.done == [Deed.HIBERNATE])


def test_tasks_that_wait_for_their_time_keep_it_up_and_paused_ones_do_not(
    manager: RenderManager, after: AfterQueue, tmp_path: Path, qtbot: QtBot
) -> None:
    slow(after)
    manager.service.change_settings({"after_queue": "sleep"})
    submit(manager, make_scene(tmp_path / "p"), hold=True)
    late = submit(manager, make_scene(tmp_path / "l", end=1), start_at="+2h")
    wait_until(manager, lambda: late.is_inspected)
    wait_for_end(manager, submit(manager, make_scene(tmp_path / "a", end=1)))
    assert not after.is_counting
    manager.service.pause([late.id])
    qtbot.waitUntil(lambda: after.is_counting)
    manager.service.change_settings({"after_queue": "nothing"})
    assert not after.is_counting


def test_a_system_that_refuses_is_told(
    manager: RenderManager, after: AfterQueue, power: FakePower, tmp_path: Path, qtbot: QtBot
) -> None:
    power.refusal = "Interactive authentication required."
    manager.service.change_settings({"after_queue": "sleep"})
    with qtbot.waitSignal(manager.service.noticed, timeout=30_000) as told:
        submit(manager, make_scene(tmp_path / "a", end=1))
    assert told.args == ["Interactive authentication required."]
