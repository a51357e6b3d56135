"""What must be free for a run to start; a disk that hangs is waited for, and nobody with it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from render_manager.base.settings import Settings
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.task import Task
from render_manager.service.disk_room import DiskRoom
from render_manager.service.floors import Floors
from render_manager.service.vitals import Disk

MEGABYTE = 1 << 20


class Machine:
    """Has as much memory and disk as a test says."""

    def __init__(self, settings: Settings) -> None:
        settings.adopt({"min_free_memory_mb": 100, "min_free_disk_mb": 100}, {})
        self.memory = self.disk = 1000 * MEGABYTE
        self.hangs = threading.Event()
        self.hanging: set[str] = set()
        self.queue = Queue()
        rooms = DiskRoom(self.look_up, patience=0.05)
        self.floors = Floors(self.queue, settings, rooms, lambda: self.memory, period_ms=20)
        self.told: list[str] = []
        self.floors.noticed.connect(self.told.append)

    def look_up(self, folder: Path) -> Disk:
        if folder.name in self.hanging:
            self.hangs.wait(30)
        return Disk(folder, self.disk, 10 * self.disk)

    def task(self, folder: str = "/renders/shot") -> Task:
        task = self.queue.add(RenderJob("a.fake", "fake", "a", folder), 0.0)
        self.queue.fill(task.id, task.job, range(10))
        return task


@pytest.fixture
def machine(qtbot: QtBot, settings: Settings) -> Machine:
    return Machine(settings)


def ask(machine: Machine, task: Task, qtbot: QtBot) -> bool:
    """Whether the task may start, once its disk was looked at."""
    machine.floors.look()
    if not machine.floors.admits(task):
        if machine.floors.reason(task):
            return False
        with qtbot.waitSignal(machine.floors.changed):
            pass
    return machine.floors.admits(task)


def test_a_task_may_start_where_there_is_room(machine: Machine, qtbot: QtBot) -> None:
    task = machine.task()
    assert not machine.floors.admits(task), "its disk has yet to be looked at"
    assert ask(machine, task, qtbot)
    assert machine.floors.reason(task) is None
    assert machine.told == []


def test_too_little_memory_holds_all_and_is_told_once(machine: Machine, qtbot: QtBot) -> None:
    task = machine.task()
    machine.memory = 50 * MEGABYTE
    assert not ask(machine, task, qtbot)
    assert not ask(machine, task, qtbot)
    assert machine.floors.holds(task)
    assert "Only 50 MB of memory are free" in (machine.floors.reason(task) or "")
    assert len(machine.told) == 1
    machine.memory = 500 * MEGABYTE
    assert ask(machine, task, qtbot)


def test_nobody_is_told_of_little_memory_while_nothing_waits(machine: Machine) -> None:
    machine.memory = 50 * MEGABYTE
    machine.floors.look()
    assert machine.told == []


def test_too_little_disk_holds_its_tasks_until_there_is_room(
    machine: Machine, qtbot: QtBot
) -> None:
    task = machine.task()
    machine.disk = 50 * MEGABYTE
    assert not ask(machine, task, qtbot)
    assert "Only 50 MB are free on the disk of" in (machine.floors.reason(task) or "")
    machine.disk = 500 * MEGABYTE
    machine.floors.start()
    with qtbot.waitSignal(machine.floors.changed):
        assert machine.floors.holds(task)
    qtbot.waitUntil(lambda: machine.floors.admits(task))
    assert machine.floors.reason(task) is None
    assert len(machine.told) == 1
    machine.floors.stop()


def test_a_disk_that_hangs_holds_its_own_tasks_only(machine: Machine, qtbot: QtBot) -> None:
    machine.hanging = {"stuck"}
    stuck, other = machine.task("/share/stuck"), machine.task("/local/fine")
    assert not ask(machine, stuck, qtbot)
    assert "does not answer" in (machine.floors.reason(stuck) or "")
    assert ask(machine, other, qtbot)
    machine.hangs.set()
    machine.floors.start()
    qtbot.waitUntil(lambda: machine.floors.reason(stuck) is None)
    machine.floors.stop()


def test_floors_of_nothing_hold_nothing(machine: Machine, settings: Settings) -> None:
    settings.adopt({"min_free_memory_mb": 0, "min_free_disk_mb": 0}, {})
    machine.memory = machine.disk = 0
    machine.floors.look()
    assert machine.floors.admits(machine.task())


def test_a_disk_that_will_not_do_is_told_while_there_is_room(
    machine: Machine, qtbot: QtBot
) -> None:
    task = machine.task()
    machine.queue.start_run(task.id, (0, 1), 0.0)
    task.learn_size(400 * MEGABYTE)
    assert ask(machine, task, qtbot)
    sentence = "3.9 GB are needed for the 10 frames left, 1,000 MB are free on their disk."
    assert machine.floors.forecast(task) == sentence
    assert machine.told == [f"a: {sentence}"]
