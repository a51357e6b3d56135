"""The least that must be free, of memory and of disk, for a run to start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QTimer, Signal

from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.base.sizes import MEGABYTE, bytes_text
from render_manager.domain.forecast import shortage
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import Task
from render_manager.service.disk_room import DiskRoom

PERIOD_MS = 5000
"""Between two looks at what is short and at the disks that are rendered to."""

SOON_MS = 10
"""Between two looks for an answer that is about to come."""

FRESH = 10.0
"""Seconds for which an answer is good enough to start a run."""

MOST_ASKED = 8
"""Disks that are looked at again at a time."""

RELIEF = 1.25
"""How many times the floor must be free until somebody is told anew that it is not."""

MEMORY = ""
"""Stands for memory where the others are folders."""


def free_memory() -> int:
    """Bytes that programs can have."""
    return int(psutil.virtual_memory().available)


class Floors(QObject):
    """Says whether a task may start, and why not. Never waits for a disk.

    A task whose disk was not looked at lately is held until it was, which takes a moment; `changed`
    is emitted when something may have come of it.
    """

    changed = Signal()
    noticed = Signal(str)
    """A sentence for the user: something has become short. Once, until there was enough again."""

    def __init__(
        self,
        tasks: Iterable[Task],
        settings: Settings,
        rooms: DiskRoom | None = None,
        memory: Callable[[], int] = free_memory,
        period_ms: int = PERIOD_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._settings = settings
        self._rooms = rooms or DiskRoom()
        self._memory = memory
        self._free_memory: int | None = None
        self._lacks_memory = False
        self._held_places: set[str] = set()
        self._folders: dict[str, Path] = {}
        """The folder by which the disk of a place is asked."""
        self._told: set[str] = set()
        self._forecast_told: set[int] = set()
        self._turned_away = False
        """Whether a task was held for its disk since `changed` was last emitted."""
        self._known: object = self._rooms.state()
        self._timer = QTimer(self, interval=period_ms)
        self._timer.timeout.connect(self._look_again)
        self._soon = QTimer(self, interval=SOON_MS)
        self._soon.timeout.connect(self._hear)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """Look no more. A disk that hangs is not waited for."""
        self._timer.stop()
        self._soon.stop()

    def look(self) -> None:
        """See what there is; before tasks are held against it."""
        self._free_memory = self._memory() if self._settings.min_free_memory_mb else None
        why = self._memory_words()
        self._lacks_memory = why is not None
        self._see_disks()
        if why is None or any(map(_waits, self._tasks)):
            enough = self._free_memory is None or self._free_memory >= RELIEF * self._memory_floor
            self._tell_once(MEMORY, why, enough)

    def admits(self, task: Task) -> bool:
        """Whether the task may start now. If not, `holds` says so from now on."""
        place = self._place(task)
        if not self._disk_floor or self._rooms.is_fresh(place, FRESH):
            return not self.holds(task)
        is_asked = self._ask(task)
        self._turned_away |= is_asked
        return not is_asked  # if too many disks hang to ask, the run itself will tell

    def holds(self, task: Task) -> bool:
        """Whether the task may not start, as far as is known."""
        if self._lacks_memory or not self._held_places:
            return self._lacks_memory
        is_held = self._place(task) in self._held_places
        self._turned_away |= is_held
        return is_held

    def reason(self, task: Task) -> str | None:
        """Why the task may not start, in a sentence; None if nothing is known against it."""
        return self._memory_words() or self._disk_words(self._place(task))

    def forecast(self, task: Task) -> str | None:
        """A sentence if the disk will not do for the frames left, as far as is known."""
        room = self._rooms.answer(self._place(task))
        return None if room is None or room.free is None else shortage(task, room.free)

    # --- looking ------------------------------------------------------------------------------

    def _look_again(self) -> None:
        """At memory, at the disks that are rendered to, and at those that are short."""
        lacked_memory = self._lacks_memory
        self.look()
        if lacked_memory and not self._lacks_memory:
            self.changed.emit()
        for task in self._tasks:
            if task.runs:
                self._ask(task)
        short = [place for place in self._folders if self._disk_words(place) is not None]
        for place in sorted(short, key=self._asked_at)[:MOST_ASKED]:
            self._rooms.ask(place, self._folders[place])
        self._soon.start()

    def _see_disks(self) -> None:
        """Which places hold their tasks: thousands of tasks are asked about at a time."""
        self._held_places = {
            place
            for place in self._folders
            if self._disk_floor
            and (self._rooms.is_asked(place) or self._disk_words(place) is not None)
        }

    def _ask(self, task: Task) -> bool:
        place = self._place(task)
        folder = self._folders.setdefault(place, Path(task.job.output_dir))
        self._soon.start()
        is_asked = self._rooms.ask(place, folder)
        if is_asked and self._disk_floor:
            self._held_places.add(place)
        return is_asked

    def _asked_at(self, place: str) -> float:
        room = self._rooms.answer(place)
        return room.at if room is not None else 0.0

    def _hear(self) -> None:
        known, self._known = self._known, self._rooms.state()
        if not self._rooms.waits:
            self._soon.stop()
        if known == self._known:
            return
        self._see_disks()
        for place in self._folders:
            self._tell_once(place, self._disk_words(place), self._has_relief(place))
        self._tell_forecasts()
        if self._turned_away:
            self._turned_away = False
            self.changed.emit()

    # --- telling ------------------------------------------------------------------------------

    def _tell_once(self, place: str, why: str | None, enough: bool) -> None:
        if why is not None and place not in self._told:
            self._told.add(place)
            self.noticed.emit(why)
        elif why is None and enough:
            self._told.discard(place)

    def _has_relief(self, place: str) -> bool:
        room = self._rooms.answer(place)
        return room is None or room.free is None or room.free >= RELIEF * self._disk_floor

    def _tell_forecasts(self) -> None:
        for task in self._tasks:
            if task.runs and task.id not in self._forecast_told and (why := self.forecast(task)):
                self._forecast_told.add(task.id)
                self.noticed.emit(f"{task.job.name}: {why}")

    @property
    def _memory_floor(self) -> int:
        return self._settings.min_free_memory_mb * MEGABYTE

    @property
    def _disk_floor(self) -> int:
        return self._settings.min_free_disk_mb * MEGABYTE

    def _memory_words(self) -> str | None:
        free = self._free_memory
        if free is None or free >= self._memory_floor:
            return None
        return _(
            "Only {free} of memory are free. No renderer is started while that is less than {floor} "
            "(MIN_FREE_MEMORY_MB); close other programs."
        ).format(free=bytes_text(free), floor=bytes_text(self._memory_floor))

    def _disk_words(self, place: str) -> str | None:
        if place not in self._folders or not self._disk_floor:
            return None
        folder = self._folders[place]
        if self._rooms.is_hung(place):
            return _("The disk of {folder} does not answer. It is waited for.").format(
                folder=folder
            )
        room = self._rooms.answer(place)
        if room is None or room.free is None or room.free >= self._disk_floor:
            return None
        return _(
            "Only {free} are free on the disk of {folder}. No renderer is started for it while that "
            "is less than {floor} (MIN_FREE_DISK_MB); make room, or choose another disk."
        ).format(free=bytes_text(room.free), folder=folder, floor=bytes_text(self._disk_floor))

    def _place(self, task: Task) -> str:
        """Tasks of one place share a disk: those with folders of their own in the usual one."""
        folder = task.job.output_dir
        parent = os.path.dirname(folder)  # noqa: PTH120 - asked for 10,000 tasks at a time
        return parent if parent == str(self._settings.render_output_dir) else folder


def _waits(task: Task) -> bool:
    return task.wish is Wish.RUN and task.frames.counts[FrameState.PENDING] > 0
