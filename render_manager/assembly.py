"""How Render Manager is put together: the page to read first.

Each part is built here and handed to the next by its constructor; signals are connected in the
constructors that receive them. Read top to bottom, this is the program.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import inbox_dir
from render_manager.base.settings import Settings
from render_manager.domain.machines import Machines
from render_manager.domain.queue import Queue
from render_manager.engine.mixed import MixedBackend
from render_manager.engine.power import SystemPower
from render_manager.engine.sleep_lock import sleep_lock
from render_manager.engine.worker_pool import LocalBackend
from render_manager.images.pool import ImagePool
from render_manager.images.thumbnails import ThumbnailStore
from render_manager.renderers.catalog import Catalog
from render_manager.service import recovery
from render_manager.service.after_queue import AfterQueue
from render_manager.service.courtesy import CourtesyWatch
from render_manager.service.dispatcher import Dispatcher
from render_manager.service.elsewhere import Elsewhere
from render_manager.service.ends.ends import Ends
from render_manager.service.floors import Floors
from render_manager.service.garbage import MainThreadGarbage
from render_manager.service.housekeeping import Housekeeping
from render_manager.service.inbox import Inbox
from render_manager.service.provision import Provision
from render_manager.service.staying_awake import StayingAwake
from render_manager.service.task_service import TaskService
from render_manager.storage.journal import Journal

if TYPE_CHECKING:
    from render_manager.farm.backend import FarmBackend

MEGABYTE = 1_000_000

VIEWERS = 2
"""Processes that read pictures for the preview and the player, started when it first asks."""


@dataclass(slots=True)
class RenderManager:
    """The whole program without a door. Needs a Qt application; lives on its thread."""

    settings: Settings
    catalog: Catalog
    journal: Journal
    images: ImagePool
    pictures: ImagePool
    """Reads for people who look, so that they and the evidence never wait for each other."""
    service: TaskService
    dispatcher: Dispatcher
    garbage: MainThreadGarbage
    housekeeping: Housekeeping
    machines: Machines
    farm: FarmBackend | None
    courtesy: CourtesyWatch
    after_queue: AfterQueue | None
    """None for a queue of a command's own, after which others may wait."""
    ends: Ends | None
    """None for a queue of a command's own, whose caller waits for it."""
    staying_awake: StayingAwake
    inbox: Inbox | None
    """None for a queue of a command's own, which must not take what is meant for the window's."""
    runs_dir: Path
    notices: list[str]
    """Sentences about what was found at the start; `start` may add one."""

    def start(self) -> None:
        """Take over what yesterday left under way, and begin to render."""
        self.garbage.start()
        aftermath = recovery.take_over(self.service.queue, self.dispatcher)
        if sentence := aftermath.text(is_as_wanted=recovery.was_left_on_purpose(self.runs_dir)):
            self.notices.append(sentence)
        if self.farm is not None:
            self.farm.open()
        self.images.warm_up()
        self.housekeeping.start()
        self.service.start()
        self.staying_awake.start()
        self.courtesy.start()
        if self.inbox is not None:
            self.inbox.start()

    def stop(self) -> None:
        """End the renderers, or leave them at work if that is wanted, and put everything on disk.

        Raises UserError if the disk refuses.
        """
        if self.service.leaves_runs:
            recovery.note_left_on_purpose(self.runs_dir)
        with ExitStack() as last_first:
            last_first.callback(self.garbage.stop)
            last_first.callback(self.journal.close)
            last_first.callback(self.housekeeping.stop)
            last_first.callback(self.images.close)
            last_first.callback(self.pictures.close)
            last_first.callback(self.staying_awake.stop)
            last_first.callback(self.courtesy.stop)
            if self.ends is not None:
                last_first.callback(self.ends.stop)
            last_first.callback(self.service.stop)
            if self.inbox is not None:
                last_first.callback(self.inbox.stop)


def open_farm(machines: Machines, settings: Settings, store: ThumbnailStore) -> FarmBackend:
    """Imported here, as who has no farm needs no Celery. Raises UserError if it is not installed."""
    try:
        from render_manager.farm.backend import FarmBackend
    except ModuleNotFoundError as error:
        raise UserError(
            _(
                "FARM_ENABLED needs the package {package}: pip install 'render-manager[farm]'"
            ).format(package=error.name)
        ) from None
    return FarmBackend(machines, settings, store)


def assemble(
    settings: Settings,
    *,
    catalog: Catalog | None = None,
    database: Path | None = None,
    runs_dir: Path | None = None,
) -> RenderManager:
    """Build every part. Raises UserError if the database cannot be used."""
    catalog = catalog or Catalog(settings)
    journal = Journal(
        database or settings.database_path,
        on_problem=lambda problem: service.tell_of_journal(problem),
    )
    yesterday = journal.open()
    queue = Queue(
        next_task=yesterday.next_task,
        next_frame=yesterday.next_frame,
        next_run=yesterday.next_run,
    )
    recovery.restore(queue, yesterday)
    store = ThumbnailStore(settings.thumbnail_dir, settings.thumbnail_cache_mb * MEGABYTE)
    images = ImagePool(workers=max(1, (os.cpu_count() or 2) // 2), store=store)
    pictures = ImagePool(workers=VIEWERS, store=store)
    machines = Machines()
    farm = open_farm(machines, settings, store) if settings.farm_enabled else None
    backend = MixedBackend(LocalBackend(catalog, images, settings), farm)
    elsewhere = Elsewhere(queue, settings, machines, farm)
    logs = runs_dir or settings.logs_dir / "runs"
    floors = Floors(queue, settings)
    courtesy = CourtesyWatch(queue, settings)
    dispatcher = Dispatcher(queue, backend, catalog, settings, logs, floors, courtesy, elsewhere)
    provision = Provision(settings, catalog)
    service = TaskService(
        queue,
        journal,
        catalog,
        dispatcher,
        settings,
        provision,
        pictures,
        images=images,
        machines=machines,
        farm=farm,
    )
    is_own = database is not None
    return RenderManager(
        settings,
        catalog,
        journal,
        images,
        pictures,
        service,
        dispatcher,
        garbage=MainThreadGarbage(),
        housekeeping=Housekeeping(store),
        machines=machines,
        farm=farm,
        courtesy=courtesy,
        after_queue=None if is_own else AfterQueue(service, SystemPower()),
        ends=None if is_own else Ends(service),
        staying_awake=StayingAwake(service, sleep_lock()),
        inbox=Inbox(service, inbox_dir()) if not is_own else None,
        runs_dir=logs,
        notices=yesterday.notices,
    )
