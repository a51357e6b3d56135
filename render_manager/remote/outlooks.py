"""What another machine lacks for a task to start: asked for while somebody looks at it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from render_manager.client import ApiError, Client
from render_manager.remote.threads import Threads

FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Outlook:
    holdup: str | None = None
    disk: str | None = None


class Outlooks(QObject):
    """`of` answers at once with what is known, and asks again if that is old."""

    changed = Signal(int)
    """The task of which something else is known now."""
    _told = Signal(int, object)

    def __init__(self, client: Client, threads: Threads, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client
        self._threads = threads
        self._known: dict[int, tuple[float, Outlook]] = {}
        self._asked: set[int] = set()
        self._told.connect(self._take)

    def of(self, task_id: int) -> Outlook:
        asked_at, known = self._known.get(task_id, (0.0, Outlook()))
        if time.monotonic() - asked_at > FRESH_SECONDS and task_id not in self._asked:
            self._asked.add(task_id)
            self._threads.submit(self._ask, task_id)
        return known

    def _ask(self, task_id: int) -> None:
        try:
            said = self._client.outlook(task_id)
            self._told.emit(task_id, Outlook(said["holdup"], said["disk"]))
        except (ApiError, KeyError, TypeError):
            self._told.emit(task_id, None)

    def _take(self, task_id: int, told: Outlook | None) -> None:
        self._asked.discard(task_id)
        before = self._known.get(task_id, (0.0, Outlook()))[1]
        self._known[task_id] = (time.monotonic(), told or before)
        if told is not None and told != before:
            self.changed.emit(task_id)
