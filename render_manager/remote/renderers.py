"""The renderers of another machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from render_manager.client import ApiError, Client
from render_manager.remote.threads import Threads
from render_manager.renderers.renderer import Installation
from render_manager.service.health import RendererHealth


class RenderersThere(QObject):
    """What was found there. Nothing can be fetched from here."""

    found = Signal()
    progressed = Signal(object)
    fetched = Signal(str)
    _told = Signal(object)

    def __init__(self, client: Client, threads: Threads, parent: QObject) -> None:
        super().__init__(parent)
        self.renderers: tuple[RendererHealth, ...] | None = None
        self.is_fetching = self.can_fetch = False
        self._client = client
        self._threads = threads
        self._told.connect(self._take)

    def look(self) -> None:
        """Ask for them; `found` tells."""
        self._threads.submit(self._ask)

    def fetch_blender(self) -> None:
        """Nobody offers it; see `can_fetch`."""

    def stop_fetching(self) -> None:
        """Nothing is under way."""

    def _ask(self) -> None:
        try:
            self._told.emit(tuple(_health(each) for each in self._client.renderers()))
        except (ApiError, KeyError, TypeError):
            return  # nobody there; whoever looks again asks again

    def _take(self, renderers: tuple[RendererHealth, ...]) -> None:
        self.renderers = renderers
        self.found.emit()


def _health(said: Any) -> RendererHealth:
    return RendererHealth(
        said["name"],
        said["title"],
        tuple(
            Installation(said["name"], Path(each["executable"]), each["version"], each["source"])
            for each in said["installations"]
        ),
        said["how_to_install"],
        tuple(said["problems"]),
        said["is_from_documentation"],
    )
