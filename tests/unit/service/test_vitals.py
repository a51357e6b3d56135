from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from render_manager.service.vitals import MOST_HUNG, Disk, Vitals, VitalSigns, disk_of

QUICK = 0.01


class SlowDisk:
    """Answers once it is let; folders called `fine` answer at once."""

    def __init__(self) -> None:
        self.asked: list[Path] = []
        self.may_answer = threading.Event()

    def __call__(self, folder: Path) -> Disk:
        self.asked.append(folder)
        if folder.name != "fine":
            self.may_answer.wait()
        return Disk(folder, 7, 9)


@pytest.fixture
def disk() -> Iterator[SlowDisk]:
    disk = SlowDisk()
    yield disk
    disk.may_answer.set()


def signs(disk: SlowDisk, folder: str = "hung", patience: float = 0.0) -> VitalSigns:
    return VitalSigns(Path(folder), disk, period=QUICK, patience=patience)


def is_silent(vitals: VitalSigns, folder: Path) -> bool:
    return vitals.last.disk == Disk(folder)


def test_the_machine_is_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    vitals = VitalSigns(tmp_path / "not there yet" / "renders", period=QUICK)
    vitals.start()
    qtbot.waitUntil(lambda: vitals.last.disk is not None and vitals.last.cpu is not None)
    vitals.stop()
    last = vitals.last
    assert last.cpu is not None and 0 <= last.cpu <= 100
    assert 0 < last.memory_used < last.memory_total
    assert last.disk is not None and last.disk.free and last.disk.total
    assert last.disk.free <= last.disk.total


def test_a_disk_that_hangs_stops_nothing_else(qtbot: QtBot, disk: SlowDisk) -> None:
    vitals = signs(disk)
    looks: list[Vitals] = []
    vitals.seen.connect(looks.append)
    vitals.start()
    qtbot.waitUntil(lambda: vitals.last.disk == Disk(Path("hung")) and len(looks) > 4)
    assert disk.asked == [Path("hung")]  # once, however often it was looked
    vitals.watch(Path("fine"))
    qtbot.waitUntil(lambda: vitals.last.disk == Disk(Path("fine"), 7, 9))
    vitals.stop()


def test_a_disk_that_comes_back_is_asked_again(qtbot: QtBot, disk: SlowDisk) -> None:
    vitals = signs(disk)
    vitals.start()
    qtbot.waitUntil(lambda: vitals.last.disk == Disk(Path("hung")))
    disk.may_answer.set()
    qtbot.waitUntil(lambda: vitals.last.disk == Disk(Path("hung"), 7, 9))
    vitals.stop()
    assert len(disk.asked) >= 1


def test_hung_disks_do_not_pile_up(qtbot: QtBot, disk: SlowDisk) -> None:
    vitals = signs(disk)
    vitals.start()
    for number in range(MOST_HUNG + 3):
        folder = Path(f"hung{number}")
        vitals.watch(folder)
        qtbot.waitUntil(partial(is_silent, vitals, folder))
    vitals.stop()
    assert len(disk.asked) <= MOST_HUNG


def test_stopping_waits_for_no_disk_and_it_can_start_again(qtbot: QtBot, disk: SlowDisk) -> None:
    vitals = signs(disk)
    vitals.start()
    qtbot.waitUntil(lambda: bool(disk.asked))
    vitals.stop()
    vitals.watch(Path("fine"))
    vitals.start()
    qtbot.waitUntil(lambda: vitals.last.disk == Disk(Path("fine"), 7, 9))
    vitals.stop()


def test_a_folder_that_is_no_path_is_a_disk_without_answer() -> None:
    assert disk_of(Path("\0nonsense")).folder == Path("\0nonsense")
