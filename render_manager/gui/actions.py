"""What can be done with the selected tasks: one table for menu bar, tool bar and right-click menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from render_manager.base.i18n import N_, _
from render_manager.domain.states import TaskState, Wish
from render_manager.domain.task import Task
from render_manager.gui.priority import PriorityMenu
from render_manager.gui.theme import Theme
from render_manager.service.queue_service import QueueService

LOOKED_AT = 500
"""With more tasks selected nothing is greyed out: the service says what does not fit."""

Ids = list[int]


@dataclass(frozen=True, slots=True)
class Verb:
    """One entry. `fits` says whether it makes sense for a task."""

    name: str
    text: str
    icon: str
    fits: Callable[[Task], bool]
    shortcut: str = ""
    only_in_table: bool = False
    """The key means something else outside the table (Space presses a button there)."""


def _may_cancel(task: Task) -> bool:
    return task.state in (TaskState.PENDING, TaskState.RUNNING, TaskState.PAUSED)


def _may_retry(task: Task) -> bool:
    return task.failed_frames > 0 or task.state in (TaskState.FAILED, TaskState.CANCELLED)


def _may_pause(task: Task) -> bool:
    return task.state in (TaskState.PENDING, TaskState.RUNNING)


def _is_paused(task: Task) -> bool:
    return task.wish is Wish.PAUSE


def _always(_task: Task) -> bool:
    return True


VERBS: tuple[Verb | None, ...] = (
    Verb("pause", N_("Pause"), "pause", _may_pause),
    Verb("resume", N_("Resume"), "resume", _is_paused),
    Verb("retry", N_("Retry"), "retry", _may_retry, "F5"),
    Verb(
        "retry_failed",
        N_("Retry failed frames"),
        "retry-failed",
        lambda task: task.failed_frames > 0,
        "Shift+F5",
    ),
    Verb(
        "approve",
        N_("Approve first frames"),
        "state-completed",
        lambda task: task.approve_after > 0,
    ),
    Verb("cancel", N_("Cancel"), "cancel", _may_cancel),
    Verb("move_up", N_("Earlier in the queue"), "up", _may_cancel, "Alt+Up", only_in_table=True),
    Verb(
        "move_down", N_("Later in the queue"), "down", _may_cancel, "Alt+Down", only_in_table=True
    ),
    None,
    Verb("change", N_("Change…"), "change", _always, "Ctrl+E"),
    Verb("open_output", N_("Open output folder"), "folder", _always, "Ctrl+Return"),
    Verb("show_log", N_("Show log"), "log", _always, "Ctrl+L"),
    Verb("make_movie", N_("Make a movie"), "play", lambda task: task.completed_frames > 0),
    Verb("stop_movie", N_("Stop making the movie"), "stop", lambda task: task.completed_frames > 0),
    None,
    Verb("duplicate", N_("Duplicate"), "duplicate", _always, "Ctrl+D"),
    Verb(
        "remove",
        N_("Remove from list"),
        "remove",
        lambda task: not task.runs,
        "Del",
        only_in_table=True,
    ),
)
"""In the order of the menus; None is a line between groups."""


class TaskActions(QObject):
    """The actions made of VERBS. They act on what `selected` returns when they are triggered.

    `attempt` is given the deed, and shows what goes wrong. `change`, `open_output` and `show_log` are
    the window's own deeds; they get the ids too.
    """

    def __init__(
        self,
        service: QueueService,
        selected: Callable[[], list[Task]],
        attempt: Callable[[Callable[[], object]], None],
        own: dict[str, Callable[[Ids], object]],
        table: QWidget,
        theme: Theme,
    ) -> None:
        super().__init__(table)
        self._service = service
        self._selected = selected
        self._attempt = attempt
        self._theme = theme
        self._deeds = self._service_deeds() | own
        self.actions = {verb.name: self._action(verb, table) for verb in VERBS if verb}
        self.priority = PriorityMenu(table)
        self.priority.chosen.connect(self._set_priority)
        self._add_toggle(table)
        theme.changed.connect(self._restyle)
        self.retranslate()
        self._restyle()

    def fill(self, menu: QMenu) -> None:
        """Put every action into `menu`."""
        for verb in VERBS:
            if verb is None:
                menu.addSeparator()
                continue
            menu.addAction(self.actions[verb.name])
            if verb.name == "cancel":
                menu.addMenu(self.priority)

    def refresh(self) -> None:
        """Grey out what fits none of the selected tasks."""
        tasks = self._selected()
        is_many = len(tasks) > LOOKED_AT
        for verb in VERBS:
            if verb is not None:
                self.actions[verb.name].setEnabled(is_many or any(map(verb.fits, tasks)))
        self.priority.setEnabled(bool(tasks))

    def retranslate(self) -> None:
        for verb in VERBS:
            if verb is not None:
                self.actions[verb.name].setText(_(verb.text))
        self.priority.retranslate()

    # --- how it is done -----------------------------------------------------------------------

    def _service_deeds(self) -> dict[str, Callable[[Ids], object]]:
        service = self._service
        return {
            "pause": service.pause,
            "resume": service.resume,
            "retry": service.retry,
            "retry_failed": lambda ids: service.retry(ids, failed_only=True),
            "approve": service.approve,
            "cancel": service.cancel,
            "duplicate": service.duplicate,
            "remove": service.remove,
        }

    def _action(self, verb: Verb, table: QWidget) -> QAction:
        action = QAction(self)
        action.setObjectName(verb.name)
        action.setShortcut(QKeySequence(verb.shortcut))
        if verb.only_in_table:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            table.addAction(action)
        action.triggered.connect(lambda: self._do(self._deeds[verb.name]))
        return action

    def _add_toggle(self, table: QWidget) -> None:
        """Space pauses what runs, and resumes where nothing of the selection can be paused."""
        toggle = QAction(self)
        toggle.setShortcut(QKeySequence(Qt.Key.Key_Space))
        toggle.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        toggle.triggered.connect(lambda: self._do(self._toggle))
        table.addAction(toggle)

    def _toggle(self, ids: Ids) -> None:
        if any(_may_pause(self._service.task(task_id)) for task_id in ids):
            self._service.pause(ids)
        else:
            self._service.resume(ids)

    def _set_priority(self, priority: int) -> None:
        self._do(lambda ids: self._service.set_priority(ids, priority))

    def _do(self, deed: Callable[[Ids], object]) -> None:
        ids = [task.id for task in self._selected()]
        if ids:
            self._attempt(lambda: deed(ids))

    def _restyle(self) -> None:
        for verb in VERBS:
            if verb is not None:
                self.actions[verb.name].setIcon(self._theme.icon(verb.icon))
        self.priority.setIcon(self._theme.icon("priority"))
