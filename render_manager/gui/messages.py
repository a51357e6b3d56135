"""Tells on the desktop of tasks that have ended, many at once in one breath."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from render_manager.base.i18n import _, ngettext
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui import icons, text
from render_manager.gui.tally import Turn
from render_manager.gui.tray import SystemTray
from render_manager.service.queue_service import QueueService

BREATH_MS = 1_500
"""Tasks that end within this time of each other are told of together."""

MOST_NAMES = 4

_UNDER_WAY = (TaskState.PENDING, TaskState.RUNNING)


class Messages(QObject):
    """`note` takes what the tally tells. What the user did (cancel, remove) is no news, and nothing
    is said to someone who looks at the window or has NOTIFY_WHEN_TASKS_END off."""

    tasks_wanted = Signal(list)
    """The message about these tasks was clicked."""

    def __init__(
        self,
        service: QueueService,
        system: SystemTray,
        window: QWidget,
        breath_ms: int = BREATH_MS,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._system = system
        self._window = window
        self._waiting: dict[int, None] = {}
        self._told: list[int] = []
        self._breath = QTimer(self, singleShot=True, interval=breath_ms)
        self._breath.timeout.connect(self._tell)
        system.message_clicked.connect(lambda: self.tasks_wanted.emit(self._told))

    def note(self, turns: Iterable[Turn]) -> None:
        for turn in turns:
            if turn.before in _UNDER_WAY and self._is_news(turn):
                self._waiting[turn.task_id] = None
            else:
                self._waiting.pop(turn.task_id, None)
        if self._waiting and not self._breath.isActive():
            self._breath.start()

    def _is_news(self, turn: Turn) -> bool:
        task = self._service.queue.tasks.get(turn.task_id)
        is_held = task is not None and task.is_held
        return is_held or turn.after in (TaskState.COMPLETED, TaskState.FAILED)

    def _tell(self) -> None:
        tasks = [self._service.queue.tasks[task_id] for task_id in self._waiting]
        self._waiting.clear()
        is_wanted = self._service.settings.notify_when_tasks_end
        if not tasks or not is_wanted or self._window.isActiveWindow():
            return
        self._told = [task.id for task in tasks]
        self._system.say(*ended_text(tasks), icons.app_icon())


def ended_text(tasks: list[Task]) -> tuple[str, str]:
    """Title and sentence about tasks that have completed or failed, or are held."""
    held = [task for task in tasks if task.is_held]
    failed = [task for task in tasks if task.state is TaskState.FAILED]
    completed = [task for task in tasks if task not in failed + held]
    if len(tasks) == 1:
        title = _("Task held") if held else _("Task failed") if failed else _("Task completed")
        return title, "\n".join(filter(None, (tasks[0].job.name, text.problem(tasks[0]))))
    parts: list[str] = []
    if count := len(completed):
        parts.append(
            ngettext("{count} task completed", "{count} tasks completed", count).format(count=count)
        )
    if count := len(failed):
        parts.append(_("{count} failed").format(count=count))
    if count := len(held):
        parts.append(_("{count} held").format(count=count))
    names = [task.job.name for task in held + failed + completed]
    more = ["…"] if len(names) > MOST_NAMES else []
    return ", ".join(parts), "\n".join(names[:MOST_NAMES] + more)
