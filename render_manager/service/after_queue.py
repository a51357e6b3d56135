"""When everything is rendered, the computer may go to sleep or shut down, after a countdown that can
be stopped."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal

from render_manager.base.errors import UserError
from render_manager.domain.deeds import Deed
from render_manager.domain.dependencies import Dependencies
from render_manager.domain.states import Wish
from render_manager.engine.power import Power
from render_manager.service.task_service import TaskService

COUNTDOWN = 60
"""Seconds."""


class AfterQueue(QObject):
    """Does what AFTER_QUEUE says, once, and only after something was rendered since that was said.

    Tasks that wait for their hours keep the computer up; paused and held ones do not. What comes in
    during the countdown calls it off, until that is rendered too.
    """

    counting = Signal(int)
    """So many seconds are left."""
    called_off = Signal()
    """The countdown is over, and nothing happens."""

    def __init__(
        self,
        service: TaskService,
        power: Power,
        seconds: int = COUNTDOWN,
        tick_ms: int = 1000,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._power = power
        self._seconds = seconds
        self._left = 0
        self._has_rendered = False
        self._timer = QTimer(self, interval=tick_ms)
        self._timer.timeout.connect(self._tick)
        service.changed.connect(self._look)
        service.settings_changed.connect(self._look)

    @property
    def deed(self) -> Deed:
        return Deed(self._service.settings.after_queue)

    @property
    def is_counting(self) -> bool:
        return self._timer.isActive()

    def stop(self) -> None:
        """The user wants nothing of it: not now, and not later."""
        self._forget()
        self._call_off()

    def carry_out(self) -> None:
        """Do it, now."""
        deed = self.deed
        self._forget()
        self._call_off()
        try:
            self._power.carry_out(deed)
        except UserError as error:
            self._service.noticed.emit(str(error))

    def _look(self, *_args: object) -> None:
        if self.deed is Deed.NOTHING:
            self._has_rendered = False
            self._call_off()
            return
        has_work = self._has_work()
        self._has_rendered |= has_work and any(task.runs for task in self._service.queue)
        if has_work or not self._has_rendered:
            self._call_off()
        elif not self.is_counting:
            self._left = self._seconds
            self._timer.start()
            self.counting.emit(self._left)

    def _has_work(self) -> bool:
        queue = self._service.queue
        unread = any(not task.is_inspected and task.wish is Wish.RUN for task in queue)
        dependencies = Dependencies(queue.tasks)  # what waits for a failed task waits for a person
        return unread or not all(map(dependencies.is_stuck, queue.in_play()))

    def _tick(self) -> None:
        self._left -= 1
        if self._left > 0:
            self.counting.emit(self._left)
        else:
            self.carry_out()

    def _call_off(self) -> None:
        if self.is_counting:
            self._timer.stop()
            self.called_off.emit()

    def _forget(self) -> None:
        self._has_rendered = False
        with suppress(UserError):  # set by the environment: then it is for the next queue again
            self._service.change_settings({"after_queue": Deed.NOTHING.value})
