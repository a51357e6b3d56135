"""What the window knows of whoever renders: the service of this program (`TaskService`), or another
machine's (`remote.RemoteService`). The verbs mean the same in both; see `TaskService` for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import SignalInstance

from render_manager.base.settings import Settings
from render_manager.domain.machine_view import MachineLog, MachineView
from render_manager.domain.queue import Queue
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.images.viewing import View, ViewRequest
from render_manager.renderers.catalog import Catalog
from render_manager.service.health import RendererHealth
from render_manager.service.readiness import Readiness
from render_manager.service.schemas import TaskChanges
from render_manager.storage.records import RunRecord

Progress = Callable[[int, int], None]
"""Told of the bytes that are done, and of those there are; what it raises ends the work."""


class RenderersFound(Protocol):
    """Which renderers there are where it is rendered."""

    found: SignalInstance
    progressed: SignalInstance
    fetched: SignalInstance
    renderers: tuple[RendererHealth, ...] | None
    is_fetching: bool
    can_fetch: bool
    """Whether Blender can be fetched from here."""

    def look(self) -> None: ...

    def fetch_blender(self) -> None: ...

    def stop_fetching(self) -> None: ...


class VitalsSource(Protocol):
    """How the machine is that renders: `seen` tells `Vitals` between `start` and `stop`."""

    seen: SignalInstance

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def watch(self, folder: Path) -> None: ...


class MachineList(Protocol):
    """The machines that render. Verbs raise UserError; names are as the views have them."""

    changed: SignalInstance
    """`views` may say something else now."""
    logged: SignalInstance
    """The name of a machine, and the `MachineLog` that came from it."""

    def views(self) -> list[MachineView]:
        """That of the queue first, then the others by name."""
        ...

    def slots(self) -> int:
        """How many runs there may be at a time, all together."""
        ...

    def look(self) -> None:
        """Have `changed` tell as soon as `views` is as new as it can be."""
        ...

    def enable(self, names: Iterable[str]) -> None: ...

    def drain(self, names: Iterable[str]) -> None: ...

    def disable(self, names: Iterable[str]) -> None: ...

    def set_hours(self, names: Iterable[str], hours: str) -> None: ...

    def forget(self, names: Iterable[str]) -> None: ...

    def log(self, name: str) -> MachineLog:
        """As far as it is known; newer is asked for, and `logged` tells."""
        ...


class MovieMaker(Protocol):
    """Who makes movies of tasks. Both raise UserError."""

    def make_movies(self, task_ids: list[int]) -> None: ...

    def stop_movies(self, task_ids: list[int]) -> None: ...


class QueueService(Protocol):
    """Asked and told on the main thread, but for `bring`. Verbs raise UserError with a sentence."""

    changed: SignalInstance
    noticed: SignalInstance
    outdated: SignalInstance
    """A sentence that was noticed and holds no more."""
    settings_changed: SignalInstance
    wound_down: SignalInstance
    leaves_runs: bool

    @property
    def queue(self) -> Queue: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def catalog(self) -> Catalog: ...

    @property
    def provision(self) -> RenderersFound: ...

    @property
    def machines(self) -> MachineList: ...

    @property
    def readiness(self) -> Readiness:
        """When tasks will be done."""
        ...

    @property
    def archives(self) -> tuple[str, ...]:
        """Endings of archives of projects that can be handed in like scenes."""
        ...

    # --- looking

    def vital_signs(self) -> VitalsSource: ...

    def task(self, task_id: int) -> Task: ...

    def frame_details(self, task_id: int) -> Future[list[FrameDetail]]: ...

    def frame_span(self, task_id: int, first: int, count: int) -> Future[list[FrameDetail]]: ...

    def runs(self, task_id: int) -> Future[list[RunRecord]]: ...

    def view(self, request: ViewRequest) -> Future[View]: ...

    def bring(self, path: str) -> str:
        """Where a file that a task names can be read on this machine, as new as it is there. For
        worker threads, as it may have to be fetched first."""
        ...

    def disk_forecast(self, task: Task) -> str | None: ...

    def why_waiting(self, task_id: int) -> list[str]: ...

    @property
    def undo_text(self) -> str | None: ...

    # --- verbs

    def hand_in(self, scene: Path, progress: Progress, *, hold: bool) -> Future[list[int]]:
        """Queue a scene of this machine; it may have to be sent to the other one first. The future
        has the ids of the tasks (an archive may have several scenes), or a UserError."""
        ...

    def amend(self, task_ids: Iterable[int], changes: TaskChanges) -> None: ...

    def approve(self, task_ids: Iterable[int]) -> None: ...

    def cancel(self, task_ids: Iterable[int]) -> None: ...

    def retry(self, task_ids: Iterable[int], *, failed_only: bool = False) -> None: ...

    def retry_frames(self, task_id: int, frames: Sequence[int]) -> None: ...

    def accept_suspicions(self, task_id: int, frames: Iterable[int]) -> None: ...

    def mend_thumbnails(self, task_id: int, indexes: Sequence[int]) -> None: ...

    def pause(self, task_ids: Iterable[int]) -> None: ...

    def resume(self, task_ids: Iterable[int]) -> None: ...

    def set_priority(self, task_ids: Iterable[int], priority: int) -> None: ...

    def reorder(
        self, task_ids: Sequence[int], before: int | None, priority: int | None = None
    ) -> None: ...

    def duplicate(self, task_ids: Iterable[int]) -> object: ...

    def remove(self, task_ids: Iterable[int]) -> None: ...

    def undo(self) -> str: ...

    def change_settings(self, changes: Mapping[str, object]) -> None: ...

    # --- leaving

    def bring_no_more(self) -> None:
        """The window closes, and does not wait for what is being fetched or sent."""
        ...

    def runs_under_way(self) -> list[tuple[Task, Run]]:
        """The renderers at work that may end with this program."""
        ...

    def wind_down(self) -> None: ...

    def carry_on(self) -> None: ...

    @property
    def is_winding_down(self) -> bool: ...
