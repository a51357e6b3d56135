"""Looks after whoever works at the computer: renderers pause or go on at the lowest priority."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from render_manager.base.settings import Settings
from render_manager.domain.courtesy import Courtesy, Due, Rules
from render_manager.domain.task import Task
from render_manager.engine.courtesy import CourtesyKeeper
from render_manager.engine.process_tree import ProcessTree

PERIOD_MS = 2000


class CourtesyWatch(QObject):
    """What is due now, looked at every two seconds while a rule is switched on. What the looking
    takes (processes, D-Bus) is done in a thread."""

    changed = Signal()
    """`due` is another one."""
    _seen = Signal(object)

    def __init__(
        self,
        tasks: Iterable[Task],
        settings: Settings,
        period_ms: int = PERIOD_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.due = Due()
        self._tasks = tasks
        self._settings = settings
        self.keeper = CourtesyKeeper()
        self._thread: ThreadPoolExecutor | None = None
        self._is_looking = False
        self._timer = QTimer(self, interval=period_ms)
        self._timer.timeout.connect(self.look_again)
        self._seen.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def is_pausing(self) -> bool:
        return self.due.courtesy is Courtesy.PAUSE

    def start(self) -> None:
        self._timer.start()
        self.look_again()

    def stop(self) -> None:
        self._timer.stop()
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)
            self._thread = None

    def look_again(self) -> None:
        """In the thread, unless that is still at it; at once if there is nothing to look at."""
        rules = Rules.of(self._settings)
        if not rules.is_any and not self.keeper.are_lowered:
            self._take(Due())
        elif not self._is_looking:
            self._is_looking = True
            self._thread = self._thread or ThreadPoolExecutor(1, "courtesy")
            self._thread.submit(self._work, rules, self._trees())

    def _work(self, rules: Rules, trees: list[ProcessTree]) -> None:
        """In the thread."""
        found = Due()
        try:
            found = self.keeper.keep(rules, trees)
        finally:
            self._seen.emit(found)

    def _take(self, found: Due) -> None:
        self._is_looking = False
        before, self.due = self.due, found
        if found != before:
            self.changed.emit()

    def _trees(self) -> list[ProcessTree]:
        return [
            ProcessTree(run.pid, run.process_created, run.log_path or "")
            for task in self._tasks
            for run in task.runs.values()
            if run.pid and run.process_created and not run.machine
        ]
