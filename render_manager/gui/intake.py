"""From dropped files to tasks: looked through in the background, queued a few at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from render_manager.base.errors import UserError
from render_manager.base.i18n import _, ngettext
from render_manager.gui.background import Background
from render_manager.gui.left_out import left_out, named, refused
from render_manager.gui.progress_strip import ProgressStrip
from render_manager.gui.scenes import Found, Search
from render_manager.service.queue_service import QueueService

TURN_SECONDS = 0.01
"""How long scenes are queued before the window gets its turn again."""

MANY = 200
"""More scenes than that are not queued without a question: it may be the wrong folder."""

THREADS = 2
"""So that a scene is not kept waiting by a large folder that was dropped before it."""


class Intake(QObject):
    """Makes tasks of what it is given; what cannot become one is told in one sentence."""

    queued = Signal(list)
    """`list[int]`: the tasks made of one `add`, which render when it is their turn."""
    held = Signal(list)
    """`list[int]`: the same where the person wants to be asked first; they wait, paused."""

    def __init__(
        self,
        service: QueueService,
        strip: ProgressStrip,
        *,
        tell: Callable[[str], None],
        notice: Callable[[str], None],
        may_queue_all: Callable[[int], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._strip = strip
        self._tell = tell
        self._notice = notice
        self._may_queue_all = may_queue_all
        self._background = Background(threads=THREADS)
        self._searches: list[Search] = []

    def add(self, paths: list[Path]) -> None:
        """Make a task of each scene among these files and folders."""
        hold = not self._service.settings.queue_at_once
        search = Search(paths, self._service.catalog.suffixes, self._service.archives)
        self._searches.append(search)
        self._strip.begin(search)
        self._background.run(search.run, lambda found: self._take(search, found, hold))

    def close(self) -> None:
        """Look no further."""
        for search in self._searches:
            search.stop()
        self._background.close()

    def _take(self, search: Search, found: Found, hold: bool) -> None:
        self._searches.remove(search)
        self._strip.end(search)
        if search.is_stopped:
            self._notice(_stopped(search))
            return
        if sentence := left_out(found, self._service.catalog.suffixes):
            self._tell(sentence)
        count = len(found.scenes)
        if count and (count <= MANY or self._may_queue_all(count)):
            self._queue(found.scenes, hold)

    def _queue(self, scenes: list[Path], hold: bool) -> None:
        queueing = _Queueing(self._service, scenes, hold, self)
        queueing.finished.connect(lambda: self._finish(queueing, hold))
        self._strip.begin(queueing)
        queueing.begin()

    def _finish(self, queueing: _Queueing, hold: bool) -> None:
        self._strip.end(queueing)
        if queueing.refusals:
            self._tell(refused(queueing.refusals))
        if queueing.left:
            self._notice(_broken_off(queueing))
        if queueing.task_ids:
            (self.held if hold else self.queued).emit(queueing.task_ids)
        queueing.deleteLater()


class _Queueing(QObject):
    """The scenes of one drop on their way into the queue, which may be another machine's: then one
    is sent at a time, while the window goes on."""

    finished = Signal()
    _answered = Signal()

    def __init__(
        self, service: QueueService, scenes: list[Path], hold: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._scenes = deque(scenes)
        self._hold = hold
        self.total = len(scenes)
        self.left = 0
        """Scenes that were left out because it was stopped."""
        self.task_ids: list[int] = []
        self.refusals: list[str] = []
        self._sent = (0, 0)
        self._is_stopped = False
        self._waits_for: Future[list[int]] | None = None
        self._answered.connect(self._take_answer, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> None:
        self._timer.start(0)

    @property
    def sentence(self) -> str:
        """How far it is, for the strip."""
        done = self.total - len(self._scenes)
        sent, size = self._sent
        if self._waits_for is not None and size:
            return _("Sending scene {done} of {total} … {percent} %").format(
                done=f"{done:,}", total=f"{self.total:,}", percent=round(100 * sent / size)
            )
        return _("Adding scenes … {done} of {total}").format(
            done=f"{done:,}", total=f"{self.total:,}"
        )

    @property
    def share(self) -> float | None:
        return 1 - len(self._scenes) / self.total

    def stop(self) -> None:
        """What was added stays."""
        self.left = len(self._scenes)
        self._scenes.clear()
        self._is_stopped = True

    def _go_on(self) -> None:
        end = time.monotonic() + TURN_SECONDS
        while self._scenes and time.monotonic() < end:
            answer = self._hand_in(self._scenes.popleft())
            if not answer.done():
                self._wait_for(answer)
                return
            self._take(answer)
        if not self._scenes:
            self._timer.stop()
            self.finished.emit()

    def _hand_in(self, scene: Path) -> Future[list[int]]:
        self._sent = (0, 0)
        try:
            return self._service.hand_in(scene, self._note_sent, hold=self._hold)
        except UserError as error:
            refused: Future[list[int]] = Future()
            refused.set_exception(error)
            return refused

    def _note_sent(self, sent: int, size: int) -> None:
        """In the thread that sends."""
        self._sent = (sent, size)
        if self._is_stopped:
            raise UserError(_("Sending was stopped."))

    def _wait_for(self, answer: Future[list[int]]) -> None:
        self._waits_for = answer
        self._timer.stop()
        answer.add_done_callback(lambda _done: self._answered.emit())

    def _take_answer(self) -> None:
        answer, self._waits_for = self._waits_for, None
        if answer is not None:
            self._take(answer)
            self._timer.start(0)

    def _take(self, answer: Future[list[int]]) -> None:
        try:
            self.task_ids += answer.result()
        except UserError as error:
            self.refusals.append(str(error))


def _stopped(search: Search) -> str:
    sentence = ngettext(
        "Stopped looking through {names}. The {count} scene found so far was not queued.",
        "Stopped looking through {names}. The {count} scenes found so far were not queued.",
        search.scenes,
    )
    return sentence.format(names=named(search.paths), count=f"{search.scenes:,}")


def _broken_off(queueing: _Queueing) -> str:
    return _("Stopped adding scenes: {done} of {total} are in the list.").format(
        done=f"{queueing.total - queueing.left:,}", total=f"{queueing.total:,}"
    )
