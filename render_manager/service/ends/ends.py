"""Notices which tasks end, and has others told in a thread of its own.

What fails there is said to the user, and never touches the task.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, Signal

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.states import TaskState
from render_manager.domain.touched import Touched
from render_manager.service.ends import webhook
from render_manager.service.ends.ended import Ended, ended, trial
from render_manager.service.task_service import TaskService

ENDED = (TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELLED)

_log = logging.getLogger(__name__)


class Ends(QObject):
    """Lives on the main thread. Tasks that had ended before it was made are no news."""

    tried = Signal(str)
    """What became of a test message: nothing if it was taken, else why not."""
    _failed = Signal(str)

    def __init__(
        self,
        service: TaskService,
        waits: tuple[float, ...] = webhook.WAITS,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._waits = waits
        self._clock = clock
        self._states = {task.id: task.state for task in service.queue}
        self._is_over = threading.Event()
        self._tellers = ThreadPoolExecutor(2, "ends")
        self._failed.connect(service.noticed)
        service.changed.connect(self._look)

    def try_out(self) -> None:
        """Send a test message to whoever is set up; `tried` says what became of it."""
        deeds = self._deeds(trial(), waits=())
        if not deeds:
            self.tried.emit(_("Nobody is set up: fill in a webhook, and save."))
            return
        self._tellers.submit(self._try, deeds)

    def stop(self) -> None:
        """What waits for another try is given up; what is being sent has a moment to end."""
        self._is_over.set()
        self._tellers.shutdown(wait=True, cancel_futures=True)

    # --- how it is done -----------------------------------------------------------------------

    def _look(self, touched: Touched) -> None:
        for task_id in touched.ids:
            task = self._service.queue.tasks.get(task_id)
            before = self._states.pop(task_id, None)
            if task is None:
                continue
            self._states[task_id] = task.state
            # What comes in ended already was put back by an undo.
            if before is not None and before not in ENDED and task.state in ENDED:
                self._tell(ended(task))

    def _tell(self, told: Ended) -> None:
        if told.status not in self._service.settings.ends_told:
            return
        for deed in self._deeds(told, self._waits):
            self._tellers.submit(deed).add_done_callback(self._note)

    def _deeds(self, told: Ended, waits: tuple[float, ...]) -> list[Callable[[], None]]:
        """What is to be done, with the settings as they are now. Each may raise UserError."""
        settings = self._service.settings
        deeds: list[Callable[[], None]] = []
        url, kind, secret = settings.webhook_url, settings.webhook_kind, settings.webhook_secret
        if url is not None:
            deeds.append(
                lambda: webhook.send(kind, url, secret, told, self._clock, self._is_over, waits)
            )
        return deeds

    def _note(self, done: Future[None]) -> None:
        """On the thread that did it."""
        if not done.cancelled() and (error := done.exception()) is not None:
            self._failed.emit(_said(error))

    def _try(self, deeds: list[Callable[[], None]]) -> None:
        problems = []
        for deed in deeds:
            try:
                deed()
            except Exception as error:  # whatever it is, the button must come back
                problems.append(_said(error))
        self.tried.emit("\n".join(problems))


def _said(error: BaseException) -> str:
    if not isinstance(error, UserError):
        _log.error("This is a bug", exc_info=error)
    return str(error)
