"""Another machine's service as the window wants it: its queue kept here, its verbs sent there.

What is looked at comes from the queue here, which the events keep; verbs are requests that wait for
their answer, but not for long, and are refused at once while nobody is there. All else is asked for
in threads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter
from PySide6.QtCore import QObject, Qt, Signal, Slot

from render_manager import __version__
from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import data_home
from render_manager.base.settings import Settings
from render_manager.client import ApiError, Client
from render_manager.domain.frames import format_frames
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import Limits
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.domain.timetable import Timetable
from render_manager.domain.touched import Touched
from render_manager.domain.waiting import why_waiting
from render_manager.images.pool import ImagePool
from render_manager.images.thumbnails import ThumbnailStore
from render_manager.images.viewing import View, ViewRequest
from render_manager.remote import settings as settings_there
from render_manager.remote.asking import in_words
from render_manager.remote.greeting import There, other_version
from render_manager.remote.machines import MachinesThere
from render_manager.remote.mirror import Mirror
from render_manager.remote.outlooks import Outlook, Outlooks
from render_manager.remote.patch import as_patch
from render_manager.remote.renderers import RenderersThere
from render_manager.remote.sending import ARCHIVES, Sending, Told
from render_manager.remote.shelf import Shelf, session_folder
from render_manager.remote.stream import EventStream
from render_manager.remote.threads import Threads
from render_manager.remote.vitals import VitalsThere
from render_manager.renderers.catalog import Catalog
from render_manager.service import settings_change
from render_manager.service.queue_service import Progress
from render_manager.service.readiness import Readiness
from render_manager.service.schemas import TaskChanges
from render_manager.service.telling import detail_of, vitals_of
from render_manager.service.vitals import Vitals
from render_manager.storage.records import RunRecord

VERB_SECONDS = 1.5
"""How long each of the two steps of a verb may take: to reach the machine, and its answer."""

VERB_DEADLINE = 3.0
"""How long a verb, and so the window, may wait in all: an answer may come in many small pieces."""

ANSWER_SECONDS = 20.0
"""The same for what is asked in threads."""

LARGEST = 1e18
"""No time, size or count of ours is more."""

FRAMES_AT_A_TIME = 1_000
VIEWERS = 2

_RECORD = TypeAdapter(RunRecord)
T = TypeVar("T")


class RemoteService(QObject):
    """A `QueueService`. Lives on the main thread; `settings` are ours, and take on those there."""

    changed = Signal(object)
    noticed = Signal(str)
    outdated = Signal(str)
    settings_changed = Signal(object)
    wound_down = Signal()
    _on_main = Signal(object)

    def __init__(
        self,
        there: There,
        settings: Settings,
        catalog: Catalog | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.queue = Queue()
        self.settings = settings
        self.catalog = catalog or Catalog(settings)
        self.leaves_runs = True
        self._there = there
        self._quick, self._client = there.client(VERB_SECONDS), there.client(ANSWER_SECONDS)
        self._threads = Threads(3, "remote")
        self._viewers = Threads(VIEWERS, "remote-view")
        self._sender = Threads(1, "remote-send")
        self._sending = Sending(self._client, there)
        folder = session_folder(data_home() / "elsewhere", there.name)
        self._pictures = ImagePool(workers=VIEWERS, store=ThumbnailStore(folder / "own", 0))
        self._shelf = Shelf(self._client, folder, shares_files=there.is_here)
        self._mirror = Mirror(self.queue, self._shelf)
        self.provision = RenderersThere(self._client, self._threads, self)
        self.machines = MachinesThere(self._client, self._threads, settings, self._ask, self)
        self.readiness = Readiness(
            self.queue, self.machines.seats, settings, lambda: self._mirror.now
        )
        self._outlooks = Outlooks(self._client, self._threads, self)
        self._outlooks.changed.connect(self._tell_outlook)
        self._vitals = VitalsThere(self)
        self._undo_text: str | None = None
        self._lost = ""
        self._on_main.connect(self._run_on_main, Qt.ConnectionType.QueuedConnection)
        settings_there.adopt_told(settings, there.settings)
        self._stream = EventStream(there.url, self._token_of_now, self)
        self._stream.heard.connect(self._hear)
        self._stream.came.connect(self._come)
        self._stream.went.connect(self._go)

    def start(self) -> None:
        """Listen to what happens there."""
        if self._there.version != __version__:
            self.noticed.emit(
                _("{name} has Render Manager {there}, and this is {here}.").format(
                    name=self._there.name, there=self._there.version, here=__version__
                )
            )
        self._stream.open()

    def bring_no_more(self) -> None:
        """Whatever is on its way ends at once, and nobody waits for a slow server."""
        self._shelf.end()
        for client in (self._quick, self._client):
            client.end()

    def stop(self) -> None:
        """Nothing ends there; what was fetched is gone from here."""
        self._stream.close()
        self.bring_no_more()
        for threads in (self._sender, self._viewers, self._threads):
            threads.close()
        self._shelf.close()
        self._pictures.close()
        self._quick.close()
        self._client.close()

    @property
    def is_up(self) -> bool:
        """Whether the other machine is heard."""
        return self._stream.is_up

    # --- looking ------------------------------------------------------------------------------

    @property
    def archives(self) -> tuple[str, ...]:
        return () if self._there.is_here else ARCHIVES

    def vital_signs(self) -> VitalsThere:
        return self._vitals

    def task(self, task_id: int) -> Task:
        return self.queue.task(task_id)

    def frame_details(self, task_id: int) -> Future[list[FrameDetail]]:
        return self._frames(task_id, 0, len(self.task(task_id).frames))

    def frame_span(self, task_id: int, first: int, count: int) -> Future[list[FrameDetail]]:
        return self._frames(task_id, first, count)

    def runs(self, task_id: int) -> Future[list[RunRecord]]:
        def ask() -> list[RunRecord]:
            records = [_RECORD.validate_python(said) for said in self._client.runs(task_id)]
            for record in records:
                self._shelf.note_log(task_id, record.id, record.log_path)
            return [self._mirror.run_by_our_clock(record) for record in records]

        return self._threads.submit(_or_else, ask, [])

    def view(self, request: ViewRequest) -> Future[View]:
        def read() -> View:
            here = self._shelf.bring(request.path)
            return self._pictures.view(replace(request, path=here)).result()

        return self._viewers.submit(read)

    def bring(self, path: str) -> str:
        return self._shelf.bring(path)

    def why_waiting(self, task_id: int) -> list[str]:
        task = self.task(task_id)
        limits = Limits(self.settings.max_concurrent_runs, self.settings.renderer_limits)
        holdup = self._outlook(task).holdup
        timetable = Timetable(self._mirror.now, self.settings.render_hours)
        return why_waiting(task, self.queue, limits, timetable, holdup=holdup)

    def disk_forecast(self, task: Task) -> str | None:
        return self._outlook(task).disk

    @property
    def undo_text(self) -> str | None:
        return self._undo_text if self._stream.is_up else None

    def _outlook(self, task: Task) -> Outlook:
        return Outlook() if task.state.has_ended else self._outlooks.of(task.id)

    def _frames(self, task_id: int, first: int, count: int) -> Future[list[FrameDetail]]:
        def ask() -> list[FrameDetail]:
            found: list[FrameDetail] = []
            for offset in range(first, first + count, FRAMES_AT_A_TIME):
                most = min(FRAMES_AT_A_TIME, first + count - offset)
                told = self._client.frames(task_id, offset=offset, limit=most, detail="full")
                for said in told:
                    found.append(detail_of(said["detail"]))
                    self._shelf.note_frame(said["id"], found[-1])
            return found

        return self._threads.submit(_or_else, ask, [])

    # --- verbs --------------------------------------------------------------------------------

    def hand_in(self, scene: Path, progress: Progress, *, hold: bool) -> Future[list[int]]:
        """By its path if it may be named so there, else it is sent."""
        answer: Future[list[int]] = Future()

        def work() -> None:
            try:
                told, news = self._sending.hand_over(scene, progress, hold)
            except UserError as error:
                self._on_main.emit(partial(answer.set_exception, error))
            else:
                self._on_main.emit(lambda: self._take_new(told, news, answer))

        self._check_is_up()
        self._sender.submit(work)
        return answer

    def amend(self, task_ids: Iterable[int], changes: TaskChanges) -> None:
        self._do("change", task_ids, changes=as_patch(changes))

    def approve(self, task_ids: Iterable[int]) -> None:
        self._do("approve", task_ids)

    def cancel(self, task_ids: Iterable[int]) -> None:
        self._do("cancel", task_ids)

    def retry(self, task_ids: Iterable[int], *, failed_only: bool = False) -> None:
        self._do("retry", task_ids, failed_only=failed_only)

    def retry_frames(self, task_id: int, frames: Sequence[int]) -> None:
        self._ask(lambda client: client.retry_frames(task_id, format_frames(frames)))

    def accept_suspicions(self, task_id: int, frames: Iterable[int]) -> None:
        self._ask(lambda client: client.accept_frames(task_id, format_frames(frames)))

    def make_movies(self, task_ids: list[int]) -> None:
        """There, beside the frames."""
        self._ask(lambda client: [client.make_movie(each) for each in task_ids])

    def stop_movies(self, task_ids: list[int]) -> None:
        self._ask(lambda client: [client.stop_movie(each) for each in task_ids])

    def mend_thumbnails(self, task_id: int, indexes: Sequence[int]) -> None:
        numbers = self.task(task_id).frames.numbers
        wanted = [numbers[index] for index in indexes]
        self._threads.submit(_or_else, lambda: self._client.mend_thumbnails(task_id, wanted), None)

    def pause(self, task_ids: Iterable[int]) -> None:
        self._do("pause", task_ids)

    def resume(self, task_ids: Iterable[int]) -> None:
        self._do("resume", task_ids)

    def set_priority(self, task_ids: Iterable[int], priority: int) -> None:
        self._do("priority", task_ids, priority=priority)

    def reorder(
        self, task_ids: Sequence[int], before: int | None, priority: int | None = None
    ) -> None:
        if task_ids:
            self._do("move", task_ids, before=before, priority=priority)

    def duplicate(self, task_ids: Iterable[int]) -> None:
        self._do("duplicate", task_ids)

    def remove(self, task_ids: Iterable[int]) -> None:
        self._do("remove", task_ids)

    def undo(self) -> str:
        return self._ask(lambda client: str(client.undo()["undone"]))

    def change_settings(self, changes: Mapping[str, object]) -> None:
        """Ours here, the others there."""
        ours = {name: value for name, value in changes.items() if settings_there.is_ours(name)}
        theirs = settings_there.to_send({n: v for n, v in changes.items() if n not in ours})
        if theirs:
            self._adopt(self._ask(lambda client: {**client.change_settings(theirs)["settings"]}))
        if ours:
            settings_change.change(self.settings, ours)
            self.settings_changed.emit(frozenset(ours))

    # --- leaving: what is at work there does not end with this window -------------------------

    def runs_under_way(self) -> list[tuple[Task, Run]]:
        return []

    def wind_down(self) -> None:
        """There is nothing to wait for."""

    def carry_on(self) -> None:
        """There was nothing to wait for."""

    @property
    def is_winding_down(self) -> bool:
        return False

    # --- what is told -------------------------------------------------------------------------

    def _hear(self, text: str) -> None:
        try:
            self._heed(json.loads(text, parse_constant=_no_number, parse_float=_number))
        except (ValueError, KeyError, TypeError, RecursionError):
            self._stream.close()
            self.noticed.emit(other_version(self._there.name, self._there.version))

    def _heed(self, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "notice":
                self.noticed.emit(str(message["text"]))
            case "settings":
                self._look_at_settings()
            case "vitals":
                self._vitals.seen.emit(vitals_of(message["vitals"]))
            case "snapshot" | "changes":
                touched = self._mirror.take(message)
                self._undo_text = message["undo"]
                self._tell(touched)

    def _come(self) -> None:
        if self._lost:
            self.outdated.emit(self._lost)
            self._lost = ""
            self._shelf.doubt_all()
            self.noticed.emit(_("{name} is there again.").format(name=self._there.name))
            self._look_at_settings()

    def _go(self) -> None:
        self._vitals.seen.emit(Vitals())
        self._lost = self._is_gone()
        self.noticed.emit(self._lost)

    def _tell(self, touched: Touched) -> None:
        if touched:
            self.changed.emit(touched)

    def _tell_outlook(self, task_id: int) -> None:
        if task_id in self.queue.tasks:
            self._tell(Touched(tasks={task_id}))

    def _look_at_settings(self) -> None:
        def ask() -> None:
            told = {**self._client.settings()["settings"]}
            self._on_main.emit(lambda: self._adopt(told))

        self._threads.submit(_or_else, ask, None)

    def _adopt(self, told: Mapping[str, Any]) -> None:
        if names := settings_there.adopt_told(self.settings, told):
            self.settings_changed.emit(names)

    def _token_of_now(self) -> str | None:
        token = self._there.token_of_now()
        for client in (self._quick, self._client):
            client.use(token)
        return token

    @Slot(object)
    def _run_on_main(self, deed: Callable[[], object]) -> None:
        deed()

    # --- asking -------------------------------------------------------------------------------

    def _do(self, verb: str, task_ids: Iterable[int], **more: Any) -> None:
        ids = list(task_ids)
        if ids:
            self._ask(lambda client: client.do(verb, ids, **more))

    def _ask(self, ask: Callable[[Client], T]) -> T:
        self._check_is_up()
        try:
            with in_words(), self._quick.within(VERB_DEADLINE):
                return ask(self._quick)
        except (ValueError, KeyError, TypeError):
            raise UserError(other_version(self._there.name, self._there.version)) from None

    def _check_is_up(self) -> None:
        if not self._stream.is_up:
            raise UserError(self._is_gone())

    def _is_gone(self) -> str:
        sentence = _(
            "{name} cannot be reached; it is tried again. Nothing can be changed till then."
        )
        return sentence.format(name=self._there.name)

    def _take_new(self, told: Told, news: str, answer: Future[list[int]]) -> None:
        try:
            for each in told:
                self._tell(self._mirror.meet(each))
            answer.set_result([int(each["id"]) for each in told])
        except (ValueError, KeyError, TypeError):
            sentence = other_version(self._there.name, self._there.version)
            answer.set_exception(UserError(sentence))
        if news:
            self.noticed.emit(news)


def _no_number(said: str) -> float:
    """Raises ValueError: JSON has none such, though Python reads it."""
    raise ValueError(said)


def _number(said: str) -> float:
    """Raises ValueError for one that nothing here is as large as."""
    number = float(said)
    if not -LARGEST <= number <= LARGEST:
        raise ValueError(said)
    return number


def _or_else(ask: Callable[[], T], otherwise: T) -> T:
    """What is asked, or nothing if nobody is there to answer: the events tell when somebody is."""
    try:
        return ask()
    except (ApiError, ValueError, KeyError, TypeError, RuntimeError):
        return otherwise
