"""Renderers on this machine: looking for them, and fetching the embedded Blender, in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.renderers.blender.embedded import FetchProgress, fetch_embedded_blender
from render_manager.renderers.catalog import Catalog, not_found
from render_manager.renderers.renderer import Installation, Renderer
from render_manager.service.health import RendererHealth, examine_renderers

__all__ = ["FETCHABLE", "FetchProgress", "Provision", "failed_for_lack_of"]

FETCHABLE = "blender"
"""The renderer that can be fetched."""

Fetch = Callable[[Path, Callable[[FetchProgress], None]], Installation]

_log = logging.getLogger(__name__)


class Provision(QObject):
    """Looks for renderers and fetches Blender. Lives on the main thread; connect methods of objects
    that live there too, for what is told comes from a thread of the pool."""

    found = Signal()
    """`renderers` is up to date."""
    progressed = Signal(object)
    """`FetchProgress` of the fetch under way."""
    fetched = Signal(str)
    """The fetch is over, and nothing is under way any more: with a sentence why it failed, or with
    nothing if Blender is there or the person stopped it."""

    _examined = Signal(object)
    _fetch_ended = Signal(str)

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        fetch: Fetch = fetch_embedded_blender,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.renderers: tuple[RendererHealth, ...] | None = None
        self.is_fetching = False
        self.can_fetch = True
        self._settings = settings
        self._catalog = catalog
        self._fetch = fetch
        self._is_looking = False
        self._stop = threading.Event()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._examined.connect(self._take_renderers)
        self._fetch_ended.connect(self._take_fetched)

    def look(self) -> None:
        """Look for every renderer; `found` tells. Does nothing while a look is under way."""
        if not self._is_looking:
            self._is_looking = True
            self._pool.start(_Work(lambda: self._examined.emit(_examine(self._catalog))))

    def fetch_blender(self) -> None:
        """Fetch the embedded Blender; it may take minutes. Does nothing while one is under way."""
        if not self.is_fetching:
            self.is_fetching = True
            self._stop.clear()
            folder = self._settings.embedded_blender_dir
            self._pool.start(_Work(lambda: self._fetch_ended.emit(self._fetch_into(folder))))

    def stop_fetching(self) -> None:
        """Leave nothing of it behind; `fetched` tells when that is so."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and wait until nothing is under way."""
        self._stop.set()
        self._pool.clear()
        self._pool.waitForDone()

    def _fetch_into(self, folder: Path) -> str:
        """Why it failed, in a thread of the pool."""
        try:
            self._fetch(folder, self._go_on)
        except UserError as error:
            return str(error)
        except _StoppedError:
            pass
        except Exception:
            _log.exception("Fetching Blender failed")
            return _("Blender could not be fetched. The program's log says more.")
        return ""

    def _go_on(self, progress: FetchProgress) -> None:
        if self._stop.is_set():
            raise _StoppedError
        self.progressed.emit(progress)

    def _take_renderers(self, renderers: tuple[RendererHealth, ...] | None) -> None:
        self._is_looking = False
        if renderers is not None:
            self.renderers = renderers
            self.found.emit()

    def _take_fetched(self, problem: str) -> None:
        self.is_fetching = False
        self._catalog.forget_installations()
        self.fetched.emit(problem)
        self.look()


def failed_for_lack_of(renderer: Renderer, tasks: Iterable[Task]) -> list[int]:
    """The tasks that failed because the renderer was not there."""
    sentence = not_found(renderer)
    return [
        task.id
        for task in tasks
        if task.state is TaskState.FAILED
        and task.job.renderer == renderer.name
        and (task.error_message or "").startswith(sentence)
    ]


def _examine(catalog: Catalog) -> tuple[RendererHealth, ...] | None:
    """None if a renderer of a stranger fails; the log says why."""
    try:
        return examine_renderers(catalog)
    except Exception:
        _log.exception("Looking for renderers failed")
        return None


class _StoppedError(Exception):
    """The person does not want it any more."""


class _Work(QRunnable):
    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()
