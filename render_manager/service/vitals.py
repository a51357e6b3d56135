"""How the machine is: processors, memory, and the room on the disk that frames go to.

Looked at on threads of their own, because a network disk may hang for minutes; whatever hangs, the
others go on.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QObject, QTimer, Signal

PERIOD = 2.0
"""Seconds between two looks."""

FIRST_PERIOD = 0.2
"""Seconds until the first look at the processors."""

PATIENCE = 10.0
"""Seconds after which a disk does not answer any more."""

MOST_HUNG = 4
"""Disks that are waited for at the same time; with more, nothing is asked anew."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that holds `folder`. `free` and `total` are bytes; None while it does not answer."""

    folder: Path
    free: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """Percent of all processors in use, memory in bytes, and the disk; None where not yet known."""

    cpu: float | None = None
    memory_used: int = 0
    memory_total: int = 0
    disk: Disk | None = None


def disk_of(folder: Path) -> Disk:
    """Looks up the room where `folder` is or will be made; it may take as long as the disk does."""
    for place in (folder, *folder.parents):
        try:
            usage = shutil.disk_usage(place)
        except (OSError, ValueError):  # not there yet, or no path at all
            continue
        return Disk(folder, usage.free, usage.total)
    return Disk(folder)


class Lookout:
    """Looks every `period` seconds between `start` and `stop`. `vitals` is what was seen last.

    Its threads hold nothing of Qt: whichever of them ends last would take it apart elsewhere than
    where it lives.
    """

    def __init__(
        self,
        folder: Path,
        look_up: Callable[[Path], Disk],
        period: float,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.vitals = Vitals()
        self._folder = folder
        self._look_up = look_up
        self._period = period
        self._patience = patience
        self._clock = clock
        self._asked: dict[Path, float] = {}
        self._noting = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._live, name="vitals", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Look no more. A disk that hangs is not waited for."""
        if self._thread is not None:
            self._stopping.set()
            self._wake.set()
            self._thread.join()
            self._thread = None

    def watch(self, folder: Path) -> None:
        """From now on look at the disk that this folder is on."""
        if folder != self._folder:
            self._folder = folder
            self._wake.set()

    # --- on threads of their own --------------------------------------------------------------

    def _live(self) -> None:
        psutil.cpu_percent(None)  # the next call tells the share since this one
        self._look_at_disk()
        self._wake.wait(FIRST_PERIOD)
        while True:
            self._wake.clear()
            if self._stopping.is_set():
                return
            cpu, memory = psutil.cpu_percent(None), psutil.virtual_memory()
            used = memory.total - memory.available
            self._note(cpu=cpu, memory_used=used, memory_total=memory.total)
            self._look_at_disk()
            self._wake.wait(self._period)

    def _look_at_disk(self) -> None:
        """Ask anew, unless it is being asked; one that takes too long does not answer."""
        folder, now = self._folder, self._clock()
        asked_at = self._asked.get(folder)
        if asked_at is None and len(self._asked) < MOST_HUNG:
            self._asked[folder] = now
            threading.Thread(target=self._ask, args=(folder,), name="disk", daemon=True).start()
        elif asked_at is None or now - asked_at >= self._patience:
            self._note(disk=Disk(folder))

    def _ask(self, folder: Path) -> None:
        disk = Disk(folder)
        try:
            disk = self._look_up(folder)
        finally:
            del self._asked[folder]
            if folder == self._folder:
                self._note(disk=disk)

    def _note(self, **seen: Any) -> None:
        with self._noting:
            self.vitals = replace(self.vitals, **seen)


class VitalSigns(QObject):
    """A lookout for the main thread: `seen` tells of what is new."""

    seen = Signal(object)
    """`Vitals`."""

    def __init__(
        self,
        folder: Path,
        look_up: Callable[[Path], Disk] = disk_of,
        period: float = PERIOD,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__()
        self.last = Vitals()
        self._lookout = Lookout(folder, look_up, period, patience)
        self._timer = QTimer(self)
        self._timer.setInterval(max(1, int(1000 * period / 8)))
        self._timer.timeout.connect(self._tell)

    def start(self) -> None:
        self._lookout.start()
        self._timer.start()

    def stop(self) -> None:
        """Look no more. A disk that hangs is not waited for."""
        self._timer.stop()
        self._lookout.stop()

    def watch(self, folder: Path) -> None:
        """From now on look at the disk that this folder is on."""
        self._lookout.watch(folder)

    def _tell(self) -> None:
        if self._lookout.vitals is not self.last:
            self.last = self._lookout.vitals
            self.seen.emit(self.last)
