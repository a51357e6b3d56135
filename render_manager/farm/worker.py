"""A farm node: takes orders from Celery, renders them as the window would, and tells the manager.

No Qt. Celery's threads render, one for each slot; a line of our own carries everything else, so
that a worker hears while all its slots are busy. The same on every system.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from celery import Celery
from celery.signals import worker_shutting_down
from celery.worker.control import inspect_command

from render_manager import __version__
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.courtesy import Courtesy, Rules
from render_manager.engine.courtesy import CourtesyKeeper
from render_manager.engine.error_boxes import switch_off_error_boxes
from render_manager.engine.folders_in_use import FoldersInUse
from render_manager.engine.loop import PlainLoop
from render_manager.engine.order import RunOrder
from render_manager.engine.plain_process import PlainProcess
from render_manager.engine.process_tree import ProcessTree
from render_manager.engine.run import Run
from render_manager.farm.app import TASK, make_app
from render_manager.farm.asking import STATE_COMMAND
from render_manager.farm.codec import MisfitError
from render_manager.farm.link import Link
from render_manager.farm.messages import (
    MANAGER_QUEUE,
    PROTOCOL,
    Check,
    FromWorker,
    GiveWay,
    Hello,
    Order,
    Stop,
    control_queue,
    order_queues,
    read_order,
    read_to_worker,
    text_of,
)
from render_manager.farm.node import Hand, Node
from render_manager.farm.paths import Paths, local_job
from render_manager.farm.sending import Sender, tail
from render_manager.images.pool import ImagePool
from render_manager.images.thumbnails import ThumbnailStore
from render_manager.renderers.catalog import Catalog

BEAT_SECONDS = 3.0

COURTESY_SECONDS = 2.0

LEAVE_SECONDS, ASK_AGAIN_SECONDS = 30.0, 2.0
"""How long leave to begin is waited for, and how often it is asked for meanwhile."""

LAST_WORDS_SECONDS = 5.0
"""How long a worker that ends waits for the manager to have seen everything."""

THUMBNAIL_BYTES = 256_000_000
OLD_LOG_SECONDS = 7 * 24 * 3600

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What the command line says. `folder` is where logs of runs are kept, `own_log` the file that
    the program itself writes."""

    broker: str
    name: str
    slots: int
    folder: Path
    own_log: Path
    pools: tuple[str, ...] = ()


class FarmWorker:
    """One worker. `run` returns when it was asked to end."""

    def __init__(self, options: WorkerOptions, settings: Settings, catalog: Catalog) -> None:
        self._options = options
        self._settings = settings
        self._catalog = catalog
        self._folders = FoldersInUse()
        self._is_over = threading.Event()
        self._under_way: set[Run] = set()
        store = ThumbnailStore(options.folder / "thumbnails", THUMBNAIL_BYTES)
        self._images = ImagePool(max(1, (os.cpu_count() or 2) // 2), store)
        self._link = Link(
            options.broker, control_queue(options.name), self._hear, self._note_connection
        )
        hello = _hello(options, catalog)
        self._node = Node(hello, self._send, time.monotonic, self._check, self._show_log)

    def run(self) -> None:
        """Render until a signal (Ctrl+C, SIGTERM) ends it; renderers are ended then."""
        switch_off_error_boxes()
        _end_leftovers(self._logs_dir)
        self._images.warm_up()
        self._link.start()
        threading.Thread(target=self._beat, name="farm beat", daemon=True).start()
        if Rules.of(self._settings).is_any:
            threading.Thread(target=self._heed, name="farm courtesy", daemon=True).start()
        try:
            self._serve(make_app(self._options.broker))
        finally:
            self._end()

    def _serve(self, app: Celery) -> None:
        render: Any = app.task(name=TASK, ignore_result=True)
        render(self.render)
        state: Any = inspect_command(name=STATE_COMMAND)
        state(self._state)
        end_runs: Any = self._end_runs
        worker_shutting_down.connect(end_runs, weak=False)
        app.Worker(
            hostname=self._options.name,
            pool="threads",
            concurrency=self._options.slots,
            queues=order_queues(self._options.name),
            loglevel="WARNING",
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        ).start()

    def _end_runs(self, **_signal: object) -> None:
        self._node.end_all()

    def _end(self) -> None:
        self._node.end_all()
        deadline = time.monotonic() + LAST_WORDS_SECONDS
        while self._link.is_connected and not self._node.is_idle and time.monotonic() < deadline:
            self._is_over.wait(0.05)
        self._is_over.set()
        self._node.say_bye()
        self._link.close()
        self._images.close()

    def _state(self, _worker: object, **_arguments: object) -> dict[str, Any]:
        hello = self._node.hello
        return {
            "name": hello.name,
            "version": hello.version,
            "slots": hello.slots,
            "busy": len(self._node.runs),
            "renderers": {name: list(versions) for name, versions in hello.renderers.items()},
            "pools": list(hello.pools),
            "refused": self._node.welcome.refused if self._node.welcome else "",
            "has_manager": self._node.welcome is not None,
        }

    # --- the line -----------------------------------------------------------------------------

    def _send(self, message: FromWorker) -> None:
        self._link.send(MANAGER_QUEUE, text_of(message))

    def _hear(self, text: str) -> None:
        try:
            message = read_to_worker(text)
        except MisfitError as error:
            _log.warning("A message of the manager is not understood: %s", error)
            return
        self._node.hear(message)

    def _note_connection(self, is_connected: bool) -> None:
        if is_connected:
            self._node.say_hello()

    def _beat(self) -> None:
        while not self._is_over.wait(BEAT_SECONDS):
            try:
                self._beat_once()
            except Exception:
                _log.exception("A beat failed")

    def _beat_once(self) -> None:
        if self._link.is_connected:
            self._node.beat(psutil.cpu_percent(), psutil.virtual_memory().percent)
        welcome = self._node.welcome
        silence = time.monotonic() - self._link.answered_at
        if welcome is not None and silence > welcome.lease_seconds:
            # The frames are being given to others, and no two may write the same file.
            self._node.forsake_all()

    def _heed(self) -> None:
        """Look after whoever works at this computer. The manager hears of it with the next beat, has
        the runs give way and gives no other."""
        keeper, rules = CourtesyKeeper(), Rules.of(self._settings)
        while not self._is_over.wait(COURTESY_SECONDS):
            try:
                trees = [run.tree for run in list(self._under_way) if run.tree is not None]
                due = keeper.keep(rules, trees)
            except Exception:
                _log.exception("Whether somebody works here cannot be known")
                return
            self._node.in_use = due.reason if due.courtesy is Courtesy.PAUSE else ""

    def _check(self, check: Check) -> None:
        """In a thread of its own, as a disk may hang."""
        look = threading.Thread(target=self._look, args=(check,), name="farm look", daemon=True)
        look.start()

    def _look(self, check: Check) -> None:
        paths = self._paths()
        scene, folder = paths.to_local(check.project_file), paths.to_local(check.output_dir)
        lacks = None
        if not Path(folder).is_dir():
            lacks = folder
        if not _is_same_scene(Path(scene), check.size):
            lacks = scene
        self._node.sees(check.task, lacks)

    def _show_log(self, run: int, take: str) -> None:
        """Of a run in hand, or our own. Called with the node's lock held, so that it must not wait;
        the disk is our own, and so is what is on it."""
        path = self._logs_dir / f"{take}.log" if run else self._options.own_log
        if (end := tail(path)) is not None:
            self._node.log(run, end)

    def _paths(self) -> Paths:
        welcome = self._node.welcome
        return Paths(welcome.paths if welcome else (), lambda name: Path(name).exists())

    # --- rendering ----------------------------------------------------------------------------

    def render(self, text: str) -> None:
        """Called by Celery, on one of its threads. Whatever happens, the order is done with."""
        try:
            order = read_order(text)
        except MisfitError as error:
            _log.warning("An order is not understood: %s", error)
            return
        hand = self._node.take(order.run)
        if self._may_begin(hand):
            self._render(hand, order)

    def _may_begin(self, hand: Hand) -> bool:
        deadline = time.monotonic() + LEAVE_SECONDS
        while not hand.answered.wait(ASK_AGAIN_SECONDS):
            if time.monotonic() > deadline and self._node.give_up(hand):
                return False
            self._node.ask_leave(hand)
        return not hand.is_dropped

    def _render(self, hand: Hand, order: Order) -> None:
        paths = self._paths()
        job = local_job(order.job, paths)
        log_path = self._logs_dir / f"{hand.take}.log"
        loop = PlainLoop()
        sender = Sender(loop, self._node, hand, log_path, job.output_dir, order.job.output_dir)
        ours = RunOrder(
            order.run,
            job,
            order.frames,
            log_path,
            order.limits,
            order.expected,
            tuple(paths.to_local(path) for path in order.rejects),
        )
        try:
            self._follow(loop, ours, hand, sender)
        except Exception:
            _log.exception("A run failed")
        reason = _("The run could not be started. The program's log says more.")
        sender.end_somehow(reason, order.frames)
        _mark_of(log_path).unlink(missing_ok=True)

    def _follow(self, loop: PlainLoop, order: RunOrder, hand: Hand, sender: Sender) -> None:
        order.log_path.parent.mkdir(parents=True, exist_ok=True)
        _mark_of(order.log_path).touch()
        grace, finish = self._settings.cancel_grace_seconds, self._settings.finish_grace_seconds
        run = Run(
            loop,
            PlainProcess,
            order,
            self._catalog,
            self._images,
            grace,
            finish,
            folders=self._folders,
        )
        run.reported.connect(sender.take)
        run.ended.connect(loop.quit)

        def ask(wish: Stop | GiveWay) -> None:
            loop.post(run.stop if isinstance(wish, Stop) else run.give_way)

        self._node.begin(hand, ask)
        self._under_way.add(run)
        loop.post(run.start)
        try:
            loop.run()
        finally:
            self._under_way.discard(run)

    @property
    def _logs_dir(self) -> Path:
        return self._options.folder / "runs"


def _hello(options: WorkerOptions, catalog: Catalog) -> Hello:
    found = {
        renderer.name: tuple(each.version or "" for each in renderer.installations())
        for renderer in catalog.renderers
    }
    renderers = {name: versions for name, versions in found.items() if versions}
    incarnation = uuid.uuid4().hex
    name, slots, pools = options.name, options.slots, options.pools
    return Hello(name, incarnation, PROTOCOL, __version__, slots, renderers, pools)


def _is_same_scene(scene: Path, size: int) -> bool:
    try:
        return scene.is_dir() or scene.stat().st_size == size
    except OSError:
        return False


def _mark_of(log_path: Path) -> Path:
    """The file that says that a run did not end yet."""
    return log_path.with_suffix(".open")


def _end_leftovers(logs_dir: Path) -> None:
    """End the renderers of a worker that was killed here: their frames are others' now."""
    for mark in _files(logs_dir, "*.open"):
        tree = ProcessTree.find(str(mark.with_suffix(".log")))
        if tree is not None:
            _log.warning("A renderer of an earlier start is ended: %s", mark.stem)
            tree.kill()
        mark.unlink(missing_ok=True)
    for log in _files(logs_dir, "*.log"):
        with suppress(OSError):
            if time.time() - log.stat().st_mtime > OLD_LOG_SECONDS:
                log.unlink()


def _files(folder: Path, pattern: str) -> Sequence[Path]:
    return list(folder.glob(pattern)) if folder.is_dir() else []
