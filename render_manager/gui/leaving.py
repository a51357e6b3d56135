"""When the window may go: asks while renderers are at work, and does what was answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from render_manager.domain.touched import Touched
from render_manager.gui import text
from render_manager.gui.closing import Closing, Situation
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.theme import Theme
from render_manager.gui.winding_down import WindingDown
from render_manager.service.queue_service import QueueService


class Leaving(QObject):
    """`strip` belongs above everything in the window; it shows while the last frames are finished."""

    left = Signal()
    """The window may go now, though nobody asks."""

    def __init__(
        self,
        service: QueueService,
        dialogs: Dialogs,
        has_tray: Callable[[], bool],
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._dialogs = dialogs
        self._has_tray = has_tray
        self._window = window
        self._is_over = False
        self.strip = WindingDown(theme)
        self.strip.carry_on_wanted.connect(self._carry_on)
        self.strip.stop_wanted.connect(self._leave)
        service.wound_down.connect(self._leave)

    def may_leave(self) -> bool:
        """Asks if there is something to lose. False: the window stays, or hides by itself."""
        if self._is_over or not self._service.runs_under_way():
            return True
        match self._dialogs.how_to_close(self._window, self._situation()):
            case Closing.KEEP:
                self._keep()
            case Closing.AFTER_FRAME:
                self._service.wind_down()
                self._count()
            case Closing.LEAVE:
                self._service.leaves_runs = True
                return True
            case Closing.NOW:
                self._service.leaves_runs = False
                return True
        return False

    def apply(self, _touched: Touched) -> None:
        """While winding down: say how many are left."""
        if self._service.is_winding_down:
            self._count()

    def _situation(self) -> Situation:
        giving_way = self._service.catalog.giving_way
        under_way = [task for task, _run in self._service.runs_under_way()]
        stubborn = {
            text.renderer_title(self._service, task)
            for task in under_way
            if task.job.renderer not in giving_way
        }
        return Situation(len(under_way), self._has_tray(), tuple(sorted(stubborn)))

    def _keep(self) -> None:
        self._carry_on()
        if self._has_tray():
            self._window.hide()
        else:
            self._window.showMinimized()

    def _carry_on(self) -> None:
        if self._service.is_winding_down:
            self._service.carry_on()
        self.strip.hide()

    def _count(self) -> None:
        self.strip.show_runs(len(self._service.runs_under_way()))

    def _leave(self) -> None:
        self._is_over = True
        self.left.emit()
