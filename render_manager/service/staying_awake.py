"""The computer stays awake while renderers are at work, if `PREVENT_SLEEP` says so."""

from __future__ import annotations

from PySide6.QtCore import QObject

from render_manager.engine.sleep_lock import SleepLock
from render_manager.service.task_service import TaskService


class StayingAwake(QObject):
    """Between `start` and `stop`, holds the lock just while there are runs and the setting is on.

    Renderers that are left at work when the program ends keep nothing awake.
    """

    def __init__(
        self, service: TaskService, lock: SleepLock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._lock = lock
        self._is_started = False
        self._is_held = False
        service.changed.connect(self._look)
        service.settings_changed.connect(self._look)

    def start(self) -> None:
        self._is_started = True
        self._look()

    def stop(self) -> None:
        self._is_started = False
        self._look()

    def _look(self, *_args: object) -> None:
        wanted = self._is_started and self._service.settings.prevent_sleep and self._has_runs()
        if wanted == self._is_held:
            return
        self._is_held = wanted
        if wanted:
            self._lock.hold()
        else:
            self._lock.release()

    def _has_runs(self) -> bool:
        return any(task.runs for task in self._service.queue)
