"""The local engine: a QThreadPool with one worker per run, each with an event loop of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, QRunnable, QThreadPool, QTimer, Signal

from render_manager.base.settings import Settings
from render_manager.domain.events import RunEvent, RunReport
from render_manager.engine.error_boxes import switch_off_error_boxes
from render_manager.engine.folders_in_use import FoldersInUse
from render_manager.engine.order import LostRun, RunOrder
from render_manager.engine.own_process import OwnProcess
from render_manager.engine.qt_loop import QtLoop
from render_manager.engine.run import Run
from render_manager.images.pool import ImagePool
from render_manager.renderers.catalog import Catalog

PATIENCE_MS = 30_000
"""How long the end of killed renderers is waited for when the program closes."""

MOST_WORKERS = 128
"""Threads at most; how many runs there are is the dispatcher's business."""


_Deed = Callable[[Run], None]


class _Control(QObject):
    """The main thread's end of a run that lives in a worker thread."""

    reported = Signal(object)
    ended = Signal(int)
    arrived = Signal(object)
    """Emitted by the run's thread."""

    def __init__(self, run_id: int, parent: QObject) -> None:
        super().__init__(parent)
        self.run_id = run_id
        self._lock = threading.Lock()
        self._asked: list[_Deed] = []
        self._pass_on: Callable[[_Deed], None] | None = None
        self.arrived.connect(self.take)

    def take(self, events: tuple[RunEvent, ...]) -> None:
        """A method and not a lambda, so that Qt calls it on the thread that this object lives in."""
        self.reported.emit([RunReport(self.run_id, events)])

    def ask(self, deed: _Deed) -> None:
        """Have the run do something, as soon as there is one."""
        with self._lock:
            self._asked.append(deed)
            self._hand_over()

    def attach(self, pass_on: Callable[[_Deed], None]) -> None:
        """Somebody listens from now on. Called by the run's thread."""
        with self._lock:
            self._pass_on = pass_on
            self._hand_over()

    def _hand_over(self) -> None:
        if self._pass_on is not None:
            asked, self._asked = self._asked, []
            for deed in asked:
                self._pass_on(deed)


class _Worker(QRunnable):
    """Gives a run a thread and an event loop."""

    def __init__(self, make_run: Callable[[QtLoop], Run], control: _Control) -> None:
        super().__init__()
        self._make_run = make_run
        self._control = control

    def run(self) -> None:
        try:
            self._follow()
        except Exception:
            logging.getLogger(__name__).exception("A worker failed")
        self._control.ended.emit(self._control.run_id)

    def _follow(self) -> None:
        loop = QtLoop()
        run = self._make_run(loop)
        run.reported.connect(self._control.arrived.emit)
        run.ended.connect(loop.quit)
        self._control.attach(lambda deed: loop.post(lambda: deed(run)))
        loop.post(run.start)
        loop.run()


class LocalBackend(QObject):
    """Runs renderers on this machine."""

    reported = Signal(object)
    _emptied = Signal()

    def __init__(
        self,
        catalog: Catalog,
        images: ImagePool,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._images = images
        self._settings = settings
        self._folders = FoldersInUse()
        self._controls: dict[int, _Control] = {}
        switch_off_error_boxes()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(MOST_WORKERS)

    def start(self, order: RunOrder) -> None:
        self._start(order, None)

    def take_over(self, lost: LostRun) -> None:
        self._start(lost.order, lost)

    def stop(self, run_id: int) -> None:
        if control := self._controls.get(run_id):
            control.ask(Run.stop)

    def give_way(self, run_id: int) -> None:
        if control := self._controls.get(run_id):
            control.ask(Run.give_way)

    def let_go(self) -> None:
        for control in self._controls.values():
            control.ask(Run.let_go)
        self._wait_for_workers()

    def close(self) -> None:
        for run_id in list(self._controls):
            self.stop(run_id)
        self._wait_for_workers()

    def _wait_for_workers(self) -> None:
        self._wait_until_empty()
        if not self._pool.waitForDone(PATIENCE_MS):
            logging.getLogger(__name__).error("Runs %s do not end", list(self._controls))

    def _start(self, order: RunOrder, lost: LostRun | None) -> None:
        control = _Control(order.run_id, self)
        self._controls[order.run_id] = control
        control.reported.connect(self.reported)
        control.ended.connect(self._forget)
        grace = self._settings.cancel_grace_seconds
        finish = self._settings.finish_grace_seconds
        images, folders = self._images, self._folders
        self._pool.start(
            _Worker(
                lambda loop: Run(
                    loop, OwnProcess, order, self._catalog, images, grace, finish, lost, folders
                ),
                control,
            )
        )

    def _forget(self, run_id: int) -> None:
        if control := self._controls.pop(run_id, None):
            control.deleteLater()
        if not self._controls:
            self._emptied.emit()

    def _wait_until_empty(self) -> None:
        """A renderer that cannot be killed (its disk hangs) must not keep the program for ever."""
        if self._controls:
            loop = QEventLoop()
            self._emptied.connect(loop.quit)
            grace_ms = int(1000 * self._settings.cancel_grace_seconds)
            QTimer.singleShot(grace_ms + PATIENCE_MS, loop.quit)
            loop.exec()
