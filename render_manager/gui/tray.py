"""The icon in the system's tray: how it goes at a glance, and the deeds that need no window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from render_manager.base.i18n import _
from render_manager.domain.states import TaskState, Wish
from render_manager.domain.task import Task
from render_manager.gui import icons
from render_manager.gui.menus import Deed
from render_manager.gui.tally import Tally, Turn
from render_manager.gui.theme import DARK
from render_manager.service.queue_service import QueueService

SIZES = (16, 24, 32, 48, 64)


class SystemTray(QObject):
    """The tray of the desktop. Where there is none, nothing is shown and nothing is said."""

    clicked = Signal()
    message_clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = QSystemTrayIcon(self)  # shown nowhere until `show`
        self._icon.activated.connect(self._activate)
        self._icon.messageClicked.connect(self.message_clicked)

    @property
    def is_there(self) -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self, icon: QIcon, about: str, menu: QMenu) -> None:
        """Be there, with this icon."""
        self._icon.setIcon(icon)
        self._icon.setToolTip(about)
        self._icon.setContextMenu(menu)
        if self.is_there:
            self._icon.show()

    def hide(self) -> None:
        self._icon.hide()

    def say(self, title: str, sentence: str, icon: QIcon) -> None:
        """A message of the desktop, which goes by itself."""
        if self._icon.isVisible():
            self._icon.showMessage(title, sentence, icon)

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.clicked.emit()


class Tray(QObject):
    """Keeps icon, menu and status line up to date.

    `show_window` and `quit` are the window's deeds; `attempt` shows what a verb refuses.
    """

    def __init__(
        self,
        system: SystemTray,
        service: QueueService,
        tally: Tally,
        attempt: Callable[[Deed], object],
        show_window: Deed,
        quit_: Deed,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        system.setParent(self)  # else its signals keep the window alive for ever
        self._system = system
        self._service = service
        self._tally = tally
        self._attempt = attempt
        self._drawn: tuple[bool, bool, str] | None = None
        self._has_failures = False
        self.menu = QMenu(parent)
        self.show_window = self.menu.addAction("", lambda: show_window())
        self.menu.addSeparator()
        self.status = self.menu.addAction("")
        self.status.setEnabled(False)
        self.pause_all = self.menu.addAction("", self._pause_all)
        self.resume_all = self.menu.addAction("", self._resume_all)
        self.menu.addSeparator()
        self.quit = self.menu.addAction("", lambda: quit_())
        system.clicked.connect(lambda: show_window())

    @property
    def is_there(self) -> bool:
        """Whether the desktop has a tray, so that the window may hide."""
        return self._system.is_there

    def note(self, turns: Iterable[Turn], *, is_looking: bool) -> None:
        """Tasks changed; a failure that nobody saw stays on the icon until `note_look`."""
        if not is_looking and any(turn.after is TaskState.FAILED for turn in turns):
            self._has_failures = True
        self.refresh()

    def note_look(self) -> None:
        """The user has seen what there is."""
        self._has_failures = False
        self.refresh()

    def refresh(self) -> None:
        """Show how it goes now."""
        counts = self._tally.counts
        self.pause_all.setEnabled(bool(counts[TaskState.RUNNING] or counts[TaskState.PENDING]))
        self.resume_all.setEnabled(bool(counts[TaskState.PAUSED]))
        is_running = bool(counts[TaskState.RUNNING])
        drawn = (is_running, self._has_failures, status_line(self._tally))
        if drawn != self._drawn:
            self._drawn = drawn
            self.status.setText(drawn[2])
            about = f"{_('Render Manager')}\n{drawn[2]}"
            self._system.show(badged(running=drawn[0], failed=drawn[1]), about, self.menu)

    def retranslate(self) -> None:
        self.show_window.setText(_("Show window"))
        self.pause_all.setText(_("Pause all"))
        self.resume_all.setText(_("Resume all"))
        self.quit.setText(_("Quit"))
        self._drawn = None
        self.refresh()

    def hide(self) -> None:
        self._system.hide()

    def _pause_all(self) -> None:
        self._with_all(
            lambda task: task.state in (TaskState.PENDING, TaskState.RUNNING), self._service.pause
        )

    def _resume_all(self) -> None:
        self._with_all(lambda task: task.wish is Wish.PAUSE, self._service.resume)

    def _with_all(self, fits: Callable[[Task], bool], verb: Callable[[list[int]], object]) -> None:
        ids = [task.id for task in self._service.queue if fits(task)]
        self._attempt(lambda: verb(ids))


def status_line(tally: Tally) -> str:
    """“1 running, 99 pending, 2 failed”."""
    counts = tally.counts
    parts = [
        _("{count} running").format(count=counts[TaskState.RUNNING]),
        _("{count} pending").format(count=counts[TaskState.PENDING]),
    ]
    if counts[TaskState.FAILED]:
        parts.append(_("{count} failed").format(count=counts[TaskState.FAILED]))
    return ", ".join(parts)


@cache
def badged(*, running: bool, failed: bool) -> QIcon:
    """The program's icon, with a disc for renderers at work or a warning sign for failures."""
    made = QIcon()
    for size in SIZES:
        drawn = QPixmap(icons.pixmap("app", "#000000", size))
        if running or failed:
            _paint_badge(drawn, size, is_failed=failed)
        made.addPixmap(drawn)
    return made


def _paint_badge(drawn: QPixmap, size: int, *, is_failed: bool) -> None:
    """At the lower right, a little more than half as wide as the icon."""
    width = round(size * 0.62)
    place = QRect(QPoint(size - width, size - width), drawn.size() * 0.62)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(DARK.window))
    painter.drawEllipse(place)
    name, color = ("warning", DARK.failed) if is_failed else ("state-running", DARK.running)
    inner = place.adjusted(1, 1, -1, -1)
    painter.drawPixmap(inner, icons.pixmap(name, color, inner.width()))
    painter.end()
