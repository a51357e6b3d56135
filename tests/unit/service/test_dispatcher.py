"""Who gets which run: the real dispatcher over a backend that only notes what it is given."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from house import TestCatalog
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from render_manager.base.settings import load_settings
from render_manager.domain.events import Outcome, RunEnded, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.machines import LOCAL, Machine, Machines
from render_manager.domain.queue import Queue
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.engine.backend import Backend
from render_manager.engine.order import RunOrder
from render_manager.service.dispatcher import MOST_AT_ONCE, Dispatcher
from render_manager.service.elsewhere import Elsewhere
from render_manager.service.floors import Floors

NIGHTS = "Mo-Fr 19:00-08:00"


class Noting(QObject):
    """A `Backend` that starts nothing."""

    reported = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.started: list[RunOrder] = []
        self.gave_way: list[int] = []
        self.stopped: list[int] = []

    def start(self, order: RunOrder) -> None:
        self.started.append(order)

    def give_way(self, run_id: int) -> None:
        self.gave_way.append(run_id)

    def stop(self, run_id: int) -> None:
        self.stopped.append(run_id)


class NoFloors(QObject):
    """There is always room."""

    changed = Signal()
    noticed = Signal(str)

    def start(self) -> None: ...

    def look(self) -> None: ...

    def holds(self, _task: Task) -> bool:
        return False

    admits = staticmethod(lambda _task: True)
    reason = staticmethod(lambda _task: None)


class Hall:
    """A queue with machines, whose clock a test moves. It begins on a Thursday at noon."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.now = datetime(2026, 11, 26, 12).timestamp()
        self.queue, self.machines, self.backend = Queue(), Machines(), Noting()
        settings = load_settings(max_concurrent_runs=1)
        self.elsewhere = Elsewhere(self.queue, settings, self.machines, None)
        self.dispatcher = Dispatcher(
            self.queue,
            cast(Backend, self.backend),
            TestCatalog(settings),
            settings,
            folder,
            cast(Floors, NoFloors()),
            elsewhere=self.elsewhere,
            clock=lambda: self.now,
        )
        self._qtbot = qtbot
        self.dispatcher.begin()

    def join(self, name: str) -> None:
        self.machines.join(Machine(name, 1, {"fake": ("1.0",)}), self.now)
        for task in self.queue:
            self.machines.see(name, task.id, None, self.now)

    def add(self, frames: int) -> Task:
        job = RenderJob("/shots/a.fake", "fake", "a", "/renders/a")
        task = self.queue.add(job, self.now)
        self.queue.fill(task.id, job, range(1, frames + 1))
        return task

    def at(self, hour: int, day: int = 26) -> None:
        """Look at that time."""
        self.now = datetime(2026, 11, day, hour).timestamp()
        self.dispatcher.look()

    def end(self, order: RunOrder) -> None:
        end = RunEnded(Outcome.GAVE_WAY, 0, missing=order.frames)
        self.queue.apply(RunReport(order.run_id, (end,)), self.now, 0.0)

    @property
    def busy(self) -> list[str]:
        return sorted(run.machine for task in self.queue for run in task.runs.values())


@pytest.fixture
def hall(tmp_path: Path, qtbot: QtBot) -> Hall:
    return Hall(tmp_path, qtbot)


def test_a_hundred_machines_are_served_in_several_looks(hall: Hall, qtbot: QtBot) -> None:
    task = hall.add(20_000)
    for number in range(100):
        hall.join(f"farm{number:03}")
    hall.dispatcher.look()
    assert len(task.runs) == 1 + MOST_AT_ONCE
    qtbot.waitUntil(lambda: len(task.runs) == 101, timeout=5_000)
    given = [frame for order in hall.backend.started for frame in order.frames]
    assert len(given) == len(set(given))
    assert hall.backend.gave_way == []


def test_a_machine_renders_in_its_hours_and_gives_way_at_their_end(hall: Hall) -> None:
    hall.add(5_000)
    hall.join("pc12")
    hall.machines.set_hours({"pc12": NIGHTS})
    hall.at(12)
    assert hall.busy == [LOCAL]
    assert hall.machines.get("pc12").resting == "Its hours begin at 19:00 (Mo-Fr 19:00-08:00)."  # type: ignore[union-attr]
    hall.at(19)
    assert hall.busy == [LOCAL, "pc12"]
    (order,) = [each for each in hall.backend.started if each.machine == "pc12"]
    hall.at(8, day=27)
    assert hall.backend.gave_way == [order.run_id]
    hall.end(order)
    hall.at(9, day=27)
    assert hall.busy == [LOCAL]


def test_this_machine_can_have_hours_too(hall: Hall) -> None:
    task = hall.add(5_000)
    hall.machines.set_hours({"local": NIGHTS})
    hall.at(12)
    assert hall.busy == []
    assert hall.dispatcher.holdup(task) == "local: Its hours begin at 19:00 (Mo-Fr 19:00-08:00)."
    hall.at(19)
    assert hall.busy == [LOCAL]


def test_what_only_a_resting_machine_can_render_waits_for_it(hall: Hall) -> None:
    task = hall.add(5_000)
    hall.join("pc12")
    hall.machines.set_hours({"pc12": NIGHTS})
    hall.at(12)
    (order,) = hall.backend.started
    end = RunEnded(Outcome.NOT_STARTED, None, "There is no Fake here.", order.frames)
    report, _sentence = hall.elsewhere.learn(RunReport(order.run_id, (end,)))
    hall.queue.apply(report, hall.now, 0.0)
    hall.at(13)
    assert (task.state, hall.busy) == (TaskState.PENDING, [])
    assert hall.dispatcher.holdup(task) == "pc12: Its hours begin at 19:00 (Mo-Fr 19:00-08:00)."
    hall.at(19)
    assert hall.busy == ["pc12"]


def test_a_machine_that_comes_while_its_hours_are_over_is_given_nothing(hall: Hall) -> None:
    hall.add(5_000)
    hall.machines.set_hours({"pc12": NIGHTS})
    hall.join("pc12")
    hall.at(12)
    assert "pc12" not in hall.busy
