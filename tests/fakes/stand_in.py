"""What the window's tests put around it: a service without disk and renderers, and a person.

The verbs and the queue are real. Nothing happens by itself: a test says what a run reports, and the
window is told of it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

from house import TestCatalog
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from render_manager.base.settings import Settings
from render_manager.domain.events import RunEnded, RunEvent, RunReport
from render_manager.domain.frames import format_frames
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.domain.queue import Queue, Touched
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.gui.desktop import Desktop
from render_manager.gui.dialogs import Dialogs
from render_manager.service.dispatcher import Dispatcher
from render_manager.service.task_service import TaskService
from render_manager.storage.journal import Journal
from render_manager.storage.records import RunRecord


class FakeJournal:
    """Remembers frames. Answers at once, or when `answer` is called if `is_slow`."""

    def __init__(self) -> None:
        self.details: dict[int, dict[int, FrameDetail]] = {}
        self.past_runs: dict[int, list[RunRecord]] = {}
        self.is_slow = False
        self._open: list[tuple[Future[Any], Any]] = []

    def record(self, touched: Touched, tasks: Mapping[int, Task]) -> None:
        for task_id in touched.filled:
            pending = FrameDetail(FrameState.PENDING)
            self.details[task_id] = dict.fromkeys(range(len(tasks[task_id].frames)), pending)
        for task_id, frames in touched.frames.items():
            self.details[task_id] |= frames
        for task_id, run, end in touched.runs.values():
            self._record_run(task_id, run, end)

    commit = record

    def frame_details(self, task_id: int) -> Future[list[FrameDetail]]:
        return self._promise(list(self.details.get(task_id, {}).values()))

    def runs(self, task_id: int) -> Future[list[RunRecord]]:
        return self._promise(list(self.past_runs.get(task_id, [])))

    def _record_run(self, task_id: int, run: Run, end: RunEnded | None) -> None:
        """The newest first; each takes a minute."""
        record = RunRecord(
            run.id,
            task_id,
            format_frames(run.frames),
            run.pid,
            run.process_created,
            run.command,
            run.log_path,
            run.started_at,
            None if end is None else run.started_at + 60,
            None if end is None else end.exit_code,
            None if end is None else end.outcome,
            None if end is None else end.reason,
        )
        others = [other for other in self.past_runs.get(task_id, []) if other.id != run.id]
        self.past_runs[task_id] = sorted([record, *others], key=lambda one: one.id, reverse=True)

    def answer(self) -> None:
        """Answer every question that was asked while `is_slow`, with what was known then."""
        for future, value in self._open:
            future.set_result(value)
        self._open.clear()

    def _promise(self, value: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._open.append((future, value))
        if not self.is_slow:
            self.answer()
        return future


class FakeDispatcher(QObject):
    """Starts nothing; remembers which runs were to be stopped."""

    reported = Signal(object)
    dispatched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stopped: list[int] = []

    def wake(self) -> None:
        pass

    def stop_runs(self, task: Task) -> None:
        self.stopped += task.runs


class StandIn:
    """`service` is what the window gets; the rest is what happens to it."""

    def __init__(self, settings: Settings, *, now: float = 1_000_000.0) -> None:
        self.now = now
        self.settings = settings
        self.queue = Queue()
        self.journal = FakeJournal()
        self.dispatcher = FakeDispatcher()
        self.service = TaskService(
            self.queue,
            cast(Journal, self.journal),
            TestCatalog(settings),
            cast(Dispatcher, self.dispatcher),
            settings,
            clock=lambda: self.now,
        )

    def add(
        self,
        name: str,
        frames: Sequence[int] = range(1, 11),
        *,
        renderer: str = "fake",
        scene: SceneInfo | None = None,
        **properties: Any,
    ) -> Task:
        """A task whose scene has been read."""
        job = RenderJob(
            f"/shots/{name}.{renderer}", renderer, name, f"/renders/{name}", scene=scene
        )
        task = self.queue.add(job, self.now, **properties)
        self.queue.fill(task.id, job, frames)
        self.tell()
        return task

    def begin(self, task: Task, frames: Sequence[int] = ()) -> Run:
        """A run of these frames, else of all, is under way."""
        run = self.queue.start_run(task.id, tuple(frames or task.frames.numbers), self.now)
        self.tell()
        return run

    def report(self, run: Run, *events: RunEvent) -> None:
        """The engine reports, and the window is told at once."""
        self.dispatcher.reported.emit([RunReport(run.id, events)])
        self.tell()

    def tell(self) -> None:
        """Have the service emit `changed` for what was touched."""
        self.dispatcher.dispatched.emit()


class Answers(Dialogs):
    """Answers in the person's place, and remembers what was asked."""

    def __init__(self) -> None:
        self.scenes: list[Path] = []
        self.may_stop = True
        self.asked: list[int] = []

    def choose_scenes(self, parent: QWidget, suffixes: tuple[str, ...]) -> list[Path]:
        return self.scenes

    def may_stop_runs(self, parent: QWidget, count: int) -> bool:
        self.asked.append(count)
        return self.may_stop


class Opened(Desktop):
    """Opens nothing, and remembers what was to be opened and shown."""

    def __init__(self) -> None:
        self.opened: list[Path] = []
        self.shown: list[Path] = []

    def open(self, path: Path) -> None:
        self.opened.append(path)

    def show(self, path: Path) -> None:
        self.shown.append(path)
