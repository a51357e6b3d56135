"""The farm as the service sees it: starts, stops and reports runs that are on other machines.

The line to the broker has threads of its own, which read messages and put thumbnails on the disk;
what they read is handed over in lists, and decided on the main thread by the ledger.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.events import FrameCompleted, RunEvent
from render_manager.domain.machines import Machine, Machines
from render_manager.domain.task import Task
from render_manager.engine.order import LostRun, RunOrder
from render_manager.farm.codec import MisfitError
from render_manager.farm.ledger import Ledger
from render_manager.farm.link import Link
from render_manager.farm.messages import (
    MANAGER_QUEUE,
    Batch,
    FromWorker,
    Order,
    Post,
    read_from_worker,
    text_of,
)
from render_manager.farm.paths import parse_table
from render_manager.images.thumbnails import ThumbnailStore

TICK_MS = 1000
PATIENCE_MS = 10_000
"""How long the end of renderers elsewhere is waited for, beyond their grace."""

ASK_AGAIN_SECONDS = 10.0
"""After so long a machine that did not say whether it sees a task is asked again."""

FRESH_LOG_SECONDS = 1.5
"""How often the log of a run that somebody looks at is asked for."""

SILENCE_SECONDS = 8.0
"""After so long without the broker the user is told."""

_log = logging.getLogger(__name__)


class FarmBackend(QObject):
    """Fulfils `Backend` for runs on other machines; `machines` is kept up to date."""

    reported = Signal(object)
    changed = Signal()
    """Machines came, went, or see more than before: runs may start."""
    noticed = Signal(str)
    logged = Signal(str, str)
    """A machine's name, and the end of its log."""
    _arrived = Signal()
    _connection = Signal(bool)
    _looked = Signal(object)

    def __init__(
        self,
        machines: Machines,
        settings: Settings,
        store: ThumbnailStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._store = store
        self._machines = machines
        session = uuid.uuid4().hex
        table = parse_table(settings.farm_paths)
        self._ledger = Ledger(machines, session, settings.farm_lease_seconds, table)
        self._lock = threading.Lock()
        self._inbox: list[FromWorker] = []
        self._asked: dict[tuple[str, int], float] = {}
        self._freshened: dict[int, float] = {}
        self._files = ThreadPoolExecutor(1, thread_name_prefix="farm files")
        self._link = Link(settings.broker, MANAGER_QUEUE, self._take_text, self._connection.emit)
        self._arrived.connect(self._take_inbox)
        self._connection.connect(self._note_connection)
        self._looked.connect(self._ask_now)
        self._told_of_silence = False
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def open(self) -> None:
        """Begin to talk with the broker."""
        self._link.start()
        self._timer.start()

    # --- Backend ------------------------------------------------------------------------------

    def start(self, order: RunOrder) -> None:
        self._ledger.start(order, time.monotonic())
        self._pump()

    def take_over(self, lost: LostRun) -> None:
        self._ledger.take_over(lost, time.monotonic())

    def stop(self, run_id: int) -> None:
        self._ledger.stop(run_id, time.monotonic())
        self._pump()

    def give_way(self, run_id: int) -> None:
        self._ledger.give_way(run_id, time.monotonic())
        self._pump()

    def let_go(self) -> None:
        """The workers go on; the next session asks them for everything."""
        self._rest()

    def close(self) -> None:
        """End what is under way. Where nobody answers, the next session takes the runs over."""
        for run_id in self._ledger.runs:
            self.stop(run_id)
        if self._ledger.runs and self._link.is_connected:
            self._wait_until_ended()
        self._rest()

    def _wait_until_ended(self) -> None:
        loop = QEventLoop()

        def look() -> None:
            if not self._ledger.runs:
                loop.quit()

        self.reported.connect(look)
        grace_ms = int(1000 * self._settings.cancel_grace_seconds)
        QTimer.singleShot(grace_ms + PATIENCE_MS, loop.quit)
        loop.exec()
        self.reported.disconnect(look)

    def _rest(self) -> None:
        self._timer.stop()
        self._link.close()
        self._files.shutdown(wait=False, cancel_futures=True)

    # --- seeing folders -----------------------------------------------------------------------

    def ask(self, machine: Machine, task: Task) -> None:
        """Have the machine say whether it sees the task's folders; `changed` tells of the answer."""
        now, key = time.monotonic(), (machine.name, task.id)
        if now - self._asked.get(key, -ASK_AGAIN_SECONDS) < ASK_AGAIN_SECONDS:
            return
        self._asked[key] = now
        self._files.submit(self._look, machine, task)

    # --- logs ---------------------------------------------------------------------------------

    def ask_log(self, machine: Machine) -> None:
        """Have `logged` tell the end of the machine's log."""
        self._ledger.ask_log(machine.name)
        self._pump()

    def freshen_log(self, machine: str, run_id: int) -> None:
        """Have the log of a run there brought up to date here."""
        now = time.monotonic()
        if now - self._freshened.get(run_id, -FRESH_LOG_SECONDS) < FRESH_LOG_SECONDS:
            return
        self._freshened = {run_id: now}
        self._ledger.ask_log(machine, run_id)
        self._pump()

    def _look(self, machine: Machine, task: Task) -> None:
        """Not on the main thread, as a disk may hang."""
        try:
            Path(task.job.output_dir).mkdir(parents=True, exist_ok=True)
            size = Path(task.job.project_file).stat().st_size
        except OSError as error:
            _log.info("Task %s cannot be given to the farm: %s", task.id, error)
            return
        self._looked.emit((machine, task, size))

    def _ask_now(self, looked: tuple[Machine, Task, int]) -> None:
        self._ledger.ask_about(*looked)
        self._pump()

    # --- hearing ------------------------------------------------------------------------------

    def _take_text(self, text: str) -> None:
        """On the line's thread."""
        try:
            message = read_from_worker(text)
        except MisfitError as error:
            _log.warning("A message of a worker is not understood: %s", error)
            return
        if isinstance(message, Batch):
            message = self._with_pictures(message)
        with self._lock:
            self._inbox.append(message)
            is_first = len(self._inbox) == 1
        if is_first:
            self._arrived.emit()

    def _with_pictures(self, batch: Batch) -> Batch:
        """The thumbnails are in our own folder from now on."""
        kept: dict[int, str] = {}
        for picture in batch.pictures:
            try:
                kept[picture.frame] = str(self._store.keep(picture.jpeg))
            except OSError:
                _log.warning("A thumbnail cannot be kept", exc_info=True)

        def ours(event: RunEvent) -> RunEvent:
            if not isinstance(event, FrameCompleted):
                return event
            return replace(event, thumbnail_path=kept.get(event.frame))

        return replace(batch, events=tuple(map(ours, batch.events)), pictures=())

    def _take_inbox(self) -> None:
        with self._lock:
            messages, self._inbox = self._inbox, []
        now = time.monotonic()
        for message in messages:
            self._ledger.hear(message, now)
        self._pump()

    def _note_connection(self, is_connected: bool) -> None:
        if is_connected:
            self._ledger.connected(time.monotonic())
        else:
            self._ledger.disconnected()
        self._pump()

    def _tick(self) -> None:
        now = time.monotonic()
        self._tell_of_silence(now)
        self._ledger.tick(now)
        has_forgotten = self._machines.ask_again(now)
        self._pump()
        if has_forgotten:
            self.changed.emit()

    def _tell_of_silence(self, now: float) -> None:
        """Once, until it has answered again. Its address may hold a password."""
        if self._link.is_connected:
            self._told_of_silence = False
        elif not self._told_of_silence and now - self._link.answered_at > SILENCE_SECONDS:
            self._told_of_silence = True
            self.noticed.emit(
                _("The farm's broker does not answer (BROKER_URL). This machine renders alone.")
            )

    def _pump(self) -> None:
        """Pass on what the ledger decided."""
        out = self._ledger.drain()
        for post in out.posts:
            self._send(post)
        for path, log in out.logs:
            self._files.submit(_keep_log, path, log)
        for name, tail in out.machine_logs:
            self.logged.emit(name, tail.decode("utf-8", "replace"))
        for notice in out.notices:
            self.noticed.emit(notice)
        if out.reports:
            self.reported.emit(out.reports)
        if out.machines_changed:
            self.changed.emit()

    def _send(self, post: Post) -> None:
        is_order = isinstance(post.message, Order)
        self._link.send(post.queue, text_of(post.message), is_order=is_order)


def _keep_log(path: Path, log: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        known = path.read_bytes() if path.exists() else b""
        if known and log.startswith(known):  # whoever reads it on goes on where he is
            with path.open("ab") as file:
                file.write(log[len(known) :])
        else:
            path.write_bytes(log)
    except OSError:
        _log.warning("The log of a run cannot be kept", exc_info=True)
