"""The window as a program: builds Render Manager, shows it, and shuts it down in order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtWidgets import QApplication, QMessageBox

from render_manager.assembly import assemble
from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import data_home
from render_manager.base.settings import Settings, load_what_is_right
from render_manager.domain.states import TaskState
from render_manager.domain.task import FrameDetail, Task
from render_manager.gui.first_window import FirstWindow, hand_over
from render_manager.gui.settings.faults import settings_to_start_with
from render_manager.gui.sharing import RemoteAccess
from render_manager.gui.window import MainWindow
from render_manager.service.autostart import autostart
from render_manager.service.ends.ends import Ends
from render_manager.service.garbage import MainThreadGarbage
from render_manager.service.queue_service import MovieMaker, QueueService
from render_manager.service.schemas import Submission
from render_manager.service.task_service import TaskService

WhenDone = Callable[[Task, list[FrameDetail]], None]

CANNOT_START = 2
INCOMPLETE = 1


def open_window(
    submissions: Sequence[Submission] = (),
    when_done: WhenDone | None = None,
    files: Sequence[Path] = (),
    make_remote: Callable[[TaskService, Ends | None], RemoteAccess] | None = None,
) -> int:
    """Show the window until it is closed; returns the exit code.

    With submissions it is 0 only if each of them completed. `files` are taken as if they were
    dropped. `make_remote` makes the door for other programs.
    """
    application = _application()
    try:
        settings = settings_to_start_with()
        if settings is None:
            return CANNOT_START
        return _run(application, settings, submissions, when_done, files, make_remote)
    except UserError as error:
        # Another one may have begun at the same time, and won.
        if not submissions and hand_over(data_home(), files):
            return 0
        QMessageBox.critical(None, _("Render Manager cannot start"), str(error))
        return CANNOT_START


def _run(
    application: QApplication,
    settings: Settings,
    submissions: Sequence[Submission],
    when_done: WhenDone | None,
    files: Sequence[Path],
    make_remote: Callable[[TaskService, Ends | None], RemoteAccess] | None,
) -> int:
    manager = assemble(settings)
    remote = make_remote(manager.service, manager.ends) if make_remote is not None else None
    window = MainWindow(
        manager.service,
        settings,
        remote=remote,
        autostart=autostart(),
        after_queue=manager.after_queue,
        ends=manager.ends,
    )
    first = FirstWindow(data_home(), window)
    first.asked_for.connect(window.come_with)
    application.setQuitOnLastWindowClosed(False)  # it may be in the tray
    window.closed.connect(application.quit)
    try:
        window.show()
        manager.start()
        for notice in manager.notices:
            window.show_notice(notice)
        tasks = [manager.service.submit(submission) for submission in submissions]
        window.show_tasks([task.id for task in tasks])
        watch = CompletionWatch(manager.service, tasks, when_done)
        window.take([file.absolute() for file in files])
        first.listen()
        if remote is not None:
            _open(remote, window)
        application.exec()
    finally:
        first.close()
        if remote is not None:
            remote.close()
        manager.stop()
        QThreadPool.globalInstance().waitForDone()
    return 0 if watch.is_complete else INCOMPLETE


class Elsewhere(QueueService, MovieMaker, Protocol):
    """Another machine's service, which listens between `start` and `stop`."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def open_elsewhere(name: str, make_service: Callable[[Settings], Elsewhere]) -> int:
    """Show the window on the queue of the machine `name` until it is closed. Nothing of ours is
    started, and nothing ends there; returns the exit code. Raises UserError."""
    application = _application()
    settings, _wrong = load_what_is_right()
    service = make_service(settings)
    window = MainWindow(service, settings, movies=service, elsewhere=name)
    application.setQuitOnLastWindowClosed(False)
    window.closed.connect(application.quit)
    garbage = MainThreadGarbage()
    try:
        garbage.start()
        window.show()
        service.start()
        application.exec()
    finally:
        service.stop()
        garbage.stop()
        QThreadPool.globalInstance().waitForDone()
    return 0


def _application() -> QApplication:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Render Manager")
    return application


def _open(remote: RemoteAccess, window: MainWindow) -> None:
    try:
        remote.open()
    except UserError as error:
        window.show_notice(str(error))


class CompletionWatch(QObject):
    """Tells once of each task that it has completed."""

    _read = Signal(object, object)

    def __init__(self, service: TaskService, tasks: list[Task], when_done: WhenDone | None) -> None:
        super().__init__()
        self._service = service
        self._waiting = {task.id: task for task in tasks}
        self._tasks = tasks
        self._when_done = when_done or (lambda _task, _details: None)
        self._read.connect(self._tell)
        service.changed.connect(self._look)

    @property
    def is_complete(self) -> bool:
        return all(task.state is TaskState.COMPLETED for task in self._tasks)

    def _look(self) -> None:
        for task in [t for t in self._waiting.values() if t.state is TaskState.COMPLETED]:
            del self._waiting[task.id]
            future = self._service.frame_details(task.id)
            future.add_done_callback(
                lambda done, task=task: self._read.emit(task, done.result())  # type: ignore[misc]
            )

    def _tell(self, task: Task, details: list[FrameDetail]) -> None:
        # It may read pictures, which the window must not wait for.
        QThreadPool.globalInstance().start(lambda: self._when_done(task, details))
