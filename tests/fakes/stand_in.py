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
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QWidget

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.domain.events import RunEnded, RunEvent, RunReport
from render_manager.domain.frames import format_frames
from render_manager.domain.job import RenderJob, SceneInfo
from render_manager.domain.machines import LOCAL, Machine, Machines
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.domain.touched import Touched
from render_manager.gui.closing import Closing, Situation
from render_manager.gui.desktop import Desktop
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.memory import WindowMemory
from render_manager.gui.tray import SystemTray
from render_manager.gui.window import MainWindow
from render_manager.images.look import look
from render_manager.images.viewing import View, ViewRequest
from render_manager.renderers.catalog import Catalog
from render_manager.service.dispatcher import Dispatcher
from render_manager.service.ends.ends import Ends
from render_manager.service.health import RendererHealth
from render_manager.service.mending import PictureReader
from render_manager.service.provision import Provision
from render_manager.service.task_service import Pictures, TaskService
from render_manager.storage.journal import Journal
from render_manager.storage.records import FrameRecord, RunRecord


class FakeJournal:
    """Remembers frames. Answers at once, or when `answer` is called if `is_slow`."""

    def __init__(self) -> None:
        self.details: dict[int, dict[int, FrameDetail]] = {}
        self.spans: list[range] = []
        """The ids of frames that were asked for together."""
        self._first_ids: dict[int, int] = {}
        self.past_runs: dict[int, list[RunRecord]] = {}
        self.is_slow = False
        self._open: list[tuple[Future[Any], Any]] = []

    def record(self, touched: Touched, tasks: Mapping[int, Task]) -> None:
        for task_id in touched.filled:
            pending = FrameDetail(FrameState.PENDING)
            task, before = tasks[task_id], self.details.get(task_id, {})
            kept = {
                new - task.first_frame_id: before[old - self._first_ids[task_id]]
                for old, new in touched.kept.get(task_id, {}).items()
            }
            self.details[task_id] = dict.fromkeys(range(len(task.frames)), pending) | kept
            self._first_ids[task_id] = task.first_frame_id
        for task_id, frames in touched.frames.items():
            self.details[task_id] |= frames
        for task_id, run, end in touched.runs.values():
            self._record_run(task_id, run, end)

    commit = record

    def frame_details(self, task_id: int) -> Future[list[FrameDetail]]:
        return self._promise(list(self.details.get(task_id, {}).values()))

    def frame_span(self, first_id: int, count: int) -> Future[list[FrameDetail]]:
        ids = range(first_id, first_id + count)
        self.spans.append(ids)
        return self._promise([known for each in ids if (known := self._by_id(each)) is not None])

    def frame(self, frame_id: int) -> Future[FrameRecord | None]:
        known = self._by_id(frame_id)
        return self._promise(None if known is None else FrameRecord(0, 0, known))

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

    def _by_id(self, frame_id: int) -> FrameDetail | None:
        for task_id, first_id in self._first_ids.items():
            known = self.details[task_id].get(frame_id - first_id)
            if known is not None:
                return known
        return None

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
    noticed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.stopped: list[int] = []
        self.cleared: list[str] = []
        self.held_up: str | None = None
        self.foreseen: str | None = None
        self.wakings = 0
        self.is_open = False

    def begin(self) -> None:
        self.is_open = True

    def wake(self) -> None:
        self.wakings += 1

    look = wake

    def holdup(self, task: Task) -> str | None:
        return self.held_up

    def forecast(self, task: Task) -> str | None:
        return self.foreseen

    def wind_down(self) -> None:
        self.is_open = False

    def stop_runs(self, task: Task) -> None:
        self.stopped += task.runs

    def clear(self, machine: str) -> None:
        self.cleared.append(machine)


class FakeFarm(QObject):
    """Remembers what machines were asked for their logs."""

    changed = Signal()
    logged = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.freshened: list[tuple[str, int]] = []

    def ask_log(self, machine: Machine) -> None:
        self.asked.append(machine.name)

    def freshen_log(self, machine: str, run_id: int) -> None:
        self.freshened.append((machine, run_id))


class FakeProvision(Provision):
    """Finds what a test says, at once; fetches when a test says how that goes."""

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        super().__init__(settings, catalog)
        self.here: tuple[RendererHealth, ...] = ()
        self.looks = 0

    def look(self) -> None:
        self.looks += 1
        self.renderers = self.here
        self.found.emit()

    def fetch_blender(self) -> None:
        self.is_fetching = True

    def stop_fetching(self) -> None:
        self.end_fetch("")

    def end_fetch(self, problem: str) -> None:
        """The fetch is over."""
        self._take_fetched(problem)


class FakePictures:
    """Reads pictures at once and in this process, or when `answer` is called if `is_slow`."""

    def __init__(self) -> None:
        self.asked: list[ViewRequest] = []
        self.is_slow = False
        self._open: list[tuple[ViewRequest, Future[View]]] = []

    def view(self, request: ViewRequest) -> Future[View]:
        future: Future[View] = Future()
        self.asked.append(request)
        self._open.append((request, future))
        if not self.is_slow:
            self.answer()
        return future

    def answer(self) -> None:
        waiting, self._open = self._open, []
        for request, future in waiting:
            if future.set_running_or_notify_cancel():
                future.set_result(look(request))


class StandIn:
    """`service` is what the window gets; the rest is what happens to it."""

    def __init__(
        self,
        settings: Settings,
        *,
        now: float = 1_000_000.0,
        images: PictureReader | None = None,
        pictures: Pictures | None = None,
    ) -> None:
        self.now = now
        self.settings = settings
        self.queue = Queue()
        self.journal = FakeJournal()
        self.dispatcher = FakeDispatcher()
        catalog = TestCatalog(settings)
        self.provision = FakeProvision(settings, catalog)
        self.pictures = FakePictures()
        self.machines = Machines()
        self.farm = FakeFarm()
        self.service = TaskService(
            self.queue,
            cast(Journal, self.journal),
            catalog,
            cast(Dispatcher, self.dispatcher),
            settings,
            self.provision,
            pictures or self.pictures,
            clock=lambda: self.now,
            images=images,
            machines=self.machines,
            farm=self.farm,
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

    def begin(self, task: Task, frames: Sequence[int] = (), machine: str = LOCAL) -> Run:
        """A run of these frames, else of all, is under way."""
        numbers = tuple(frames or task.frames.numbers)
        run = self.queue.start_run(task.id, numbers, self.now, machine)
        self.tell()
        return run

    def report(self, run: Run, *events: RunEvent) -> None:
        """The engine reports, and the window is told at once."""
        self.dispatcher.reported.emit([RunReport(run.id, events)])
        self.tell()

    def tell(self) -> None:
        """Have the service emit `changed` for what was touched."""
        self.service.runs(0)  # whoever asks is told first what is new


class Answers(Dialogs):
    """Answers in the person's place, and remembers what was asked."""

    def __init__(self) -> None:
        self.scenes: list[Path] = []
        self.path: Path | None = None
        self.may_queue = True
        self.found: list[int] = []
        self.closing = Closing.NOW
        self.asked: list[Situation] = []
        self.may_lose_runs = True
        self.asked_to_cancel: list[int] = []
        self.may_lose = True
        self.asked_to_lose: list[int] = []

    def choose_scenes(self, parent: QWidget, suffixes: tuple[str, ...]) -> list[Path]:
        return self.scenes

    def choose_path(self, parent: QWidget, start: str, is_folder: bool) -> Path | None:
        return self.path

    def may_queue_all(self, parent: QWidget, count: int) -> bool:
        self.found.append(count)
        return self.may_queue

    def how_to_close(self, parent: QWidget, situation: Situation) -> Closing:
        self.asked.append(situation)
        return self.closing

    def may_cancel(self, parent: QWidget, runs: int) -> bool:
        self.asked_to_cancel.append(runs)
        return self.may_lose_runs

    def may_render_again(self, parent: QWidget, count: int) -> bool:
        self.asked_to_lose.append(count)
        return self.may_lose


class FakeAutostart:
    """A system that does as it is told, or `refuses` with a sentence."""

    def __init__(self) -> None:
        self.on = False
        self.refuses = ""

    def is_on(self) -> bool:
        return self.on

    def turn_on(self) -> list[str]:
        if self.refuses:
            raise UserError(self.refuses)
        self.on = True
        return ["It starts by itself."]

    def turn_off(self) -> list[str]:
        self.on = False
        return ["It does not start by itself."]


class FakeTray(SystemTray):
    """A tray that remembers what it was given; `is_present` says whether the desktop has one."""

    def __init__(self) -> None:
        super().__init__()
        self.is_present = True
        self.menu: QMenu | None = None
        self.about = ""
        self.icon = QIcon()
        self.said: list[tuple[str, str]] = []

    @property
    def is_there(self) -> bool:
        return self.is_present

    def show(self, icon: QIcon, about: str, menu: QMenu) -> None:
        self.icon, self.about, self.menu = icon, about, menu

    def hide(self) -> None:
        self.menu = None

    def say(self, title: str, sentence: str, icon: QIcon) -> None:
        self.said.append((title, sentence))


class Opened(Desktop):
    """Opens nothing, and remembers what was to be opened and shown."""

    def __init__(self) -> None:
        self.opened: list[Path] = []
        self.shown: list[Path] = []

    def open(self, path: Path) -> None:
        self.opened.append(path)

    def show(self, path: Path) -> None:
        self.shown.append(path)


def window_of(
    stand_in: StandIn,
    memory_file: Path,
    *,
    answers: Answers | None = None,
    opened: Opened | None = None,
    tray: FakeTray | None = None,
    autostart: FakeAutostart | None = None,
    ends: Ends | None = None,
) -> MainWindow:
    """A window on the stand-in, not shown yet; made again, it is that of the next day."""
    return MainWindow(
        stand_in.service,
        stand_in.settings,
        memory=WindowMemory(memory_file),
        dialogs=answers or Answers(),
        desktop=opened or Opened(),
        tray=tray or FakeTray(),
        autostart=autostart,
        ends=ends,
    )
