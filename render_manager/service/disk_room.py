"""How much room there is on disks, asked on threads of their own: a file server may hang.

The threads hold nothing of Qt; who asked looks for answers from time to time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from render_manager.service.vitals import Disk, disk_of

MOST_ASKED = 16
"""Disks that are waited for at the same time; with more, nothing is asked anew."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a disk answered and when. `free` is bytes; None if it has no such figure."""

    free: int | None
    at: float


class DiskRoom:
    """Rooms by a key of who asks. `patience` seconds after a question a disk counts as hung."""

    def __init__(
        self,
        look_up: Callable[[Path], Disk] = disk_of,
        patience: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look_up = look_up
        self._patience = patience
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._answers: dict[str, Room] = {}

    def ask(self, key: str, folder: Path) -> bool:
        """Have the disk of `folder` asked, unless it is being asked; False if too many hang."""
        if key in self._asked:
            return True
        if len(self._asked) >= MOST_ASKED:
            return False
        self._asked[key] = self._clock()
        threading.Thread(target=self._ask, args=(key, folder), name="room", daemon=True).start()
        return True

    def answer(self, key: str) -> Room | None:
        """What was answered last."""
        return self._answers.get(key)

    def is_fresh(self, key: str, age: float) -> bool:
        """Whether the answer is no older than `age` seconds."""
        room = self._answers.get(key)
        return room is not None and self._clock() - room.at <= age

    def is_asked(self, key: str) -> bool:
        return key in self._asked

    def is_hung(self, key: str) -> bool:
        """Whether it does not answer any more."""
        asked_at = self._asked.get(key)
        return asked_at is not None and self._clock() - asked_at >= self._patience

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come from a disk that does not hang."""
        return any(not self.is_hung(key) for key in list(self._asked))

    def state(self) -> object:
        """Differs from an earlier one if something was answered since, or has begun to hang."""
        hung = frozenset(key for key in list(self._asked) if self.is_hung(key))
        return hung, frozenset(list(self._answers.items()))

    def _ask(self, key: str, folder: Path) -> None:
        free: int | None = None
        try:
            free = self._look_up(folder).free
        finally:
            self._answers[key] = Room(free, self._clock())
            del self._asked[key]
