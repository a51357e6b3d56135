"""The machines of another machine's queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import TypeAdapter
from PySide6.QtCore import QObject, Signal

from render_manager.base.settings import Settings
from render_manager.client import ApiError, Client
from render_manager.domain.machine_view import MachineLog, MachineView
from render_manager.domain.machines import MachineState
from render_manager.domain.readiness import Seat
from render_manager.remote.threads import Threads

_VIEWS = TypeAdapter(list[MachineView])
_LOG = TypeAdapter(MachineLog)
_OUT_OF_SERVICE = (
    MachineState.AWAY,
    MachineState.OFF,
    MachineState.DRAINING,
    MachineState.SET_ASIDE,
)

Verb = Callable[[Callable[[Client], Any]], Any]


class MachinesThere(QObject):
    """A `MachineList` of what was told last. `ask` sends a verb and waits for its answer."""

    changed = Signal()
    logged = Signal(str, object)
    _told = Signal(object)
    _told_log = Signal(str, object)

    def __init__(
        self, client: Client, threads: Threads, settings: Settings, ask: Verb, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._threads = threads
        self._settings = settings
        self._ask = ask
        self._views: list[MachineView] = []
        self._logs: dict[str, MachineLog] = {}
        self._is_looking = False
        self._told.connect(self._take)
        self._told_log.connect(self._take_log)

    def views(self) -> list[MachineView]:
        return self._views

    def slots(self) -> int:
        """As far as it was looked at."""
        if not self._views:
            return self._settings.max_concurrent_runs
        without_work = (*_OUT_OF_SERVICE, MachineState.RESTING)
        return sum(
            len(each.runs) if each.state in without_work else each.slots for each in self._views
        )

    def seats(self) -> list[Seat]:
        """As they were told last, for who foresees when tasks are done; newer are asked for."""
        self.look()
        if not self._views:
            return [Seat(slots=self._settings.max_concurrent_runs)]
        return [
            Seat(
                each.name,
                0 if each.state in _OUT_OF_SERVICE else each.slots,
                each.speed or 1.0,
                each.hours or None,
                each.pools,
                None if each.is_local else tuple(each.renderers),
            )
            for each in self._views
        ]

    def look(self) -> None:
        """One question at a time: an answer may take longer than the next look."""
        if not self._is_looking:
            self._is_looking = True
            self._threads.submit(self._look)

    def enable(self, names: Iterable[str]) -> None:
        self._do("enable", names)

    def drain(self, names: Iterable[str]) -> None:
        self._do("drain", names)

    def disable(self, names: Iterable[str]) -> None:
        self._do("disable", names)

    def set_hours(self, names: Iterable[str], hours: str) -> None:
        self._do("set_hours", names, hours)

    def forget(self, names: Iterable[str]) -> None:
        self._do("forget", names)

    def log(self, name: str) -> MachineLog:
        self._threads.submit(self._look_at_log, name)
        return self._logs.get(name, MachineLog())

    # --- how it is done -----------------------------------------------------------------------

    def _do(self, verb: str, names: Iterable[str], hours: str | None = None) -> None:
        machines = list(names)
        told = self._ask(lambda client: client.steer_machines(verb, machines, hours))
        self._take(_VIEWS.validate_python(told))

    def _look(self) -> None:
        views = None
        try:
            views = _VIEWS.validate_python(self._client.machines())
        except (ApiError, ValueError):
            pass  # nobody there, or an older version; whoever looks again asks again
        finally:
            self._told.emit(views)

    def _look_at_log(self, name: str) -> None:
        try:
            self._told_log.emit(name, _LOG.validate_python(self._client.machine_log(name)))
        except (ApiError, ValueError):
            return

    def _take(self, views: list[MachineView] | None) -> None:
        self._is_looking = False
        if views is not None:
            self._views = views
            self.changed.emit()

    def _take_log(self, name: str, log: MachineLog) -> None:
        if log != self._logs.get(name):
            self._logs[name] = log
            self.logged.emit(name, log)
