"""What the routes ask of Render Manager: its verbs, and what can be looked up fast."""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render_manager.base.errors import ConflictError, NotFoundError, UserError
from render_manager.base.i18n import _
from render_manager.domain.states import FrameState
from render_manager.domain.task import Task, sort_key
from render_manager.http_api.message import json_text
from render_manager.http_api.views import frame_as_json, spans, task_as_json

if TYPE_CHECKING:
    from render_manager.domain.touched import Touched
    from render_manager.service.ends.ends import Ends
    from render_manager.service.task_service import TaskService

MOST_SPANS = 32
"""Stretches of frames that are asked for one by one; more are asked for as one, and sifted."""


FRESH_SECONDS = 0.1


class Desk:
    """`service` is asked on the main thread only. `changed` must be told of every change."""

    def __init__(
        self,
        service: TaskService,
        clock: Callable[[], float] = time.time,
        ends: Ends | None = None,
    ) -> None:
        self.service = service
        self._ends = ends
        self.clock = clock
        self.revision = 1
        """Grows with every change, so that a client knows whether it missed some."""
        self._in_turn: list[Task] | None = None
        self._keys: dict[int, tuple[int, float, int]] = {}
        """What that order is by."""
        self._by_frame: list[tuple[int, Task]] | None = None
        self._texts: dict[int, tuple[float, str]] = {}
        """When it was written, and the JSON of tasks: it takes longer to write than to send."""

    def changed(self, touched: Touched) -> None:
        self.revision += 1
        if touched.added or touched.removed or self._has_moved(touched.tasks):
            self._in_turn = None
        if touched.added or touched.removed or touched.filled:
            self._by_frame = None
        for task_id in touched.tasks | touched.removed.keys():
            self._texts.pop(task_id, None)

    def _has_moved(self, task_ids: Iterable[int]) -> bool:
        """Whether one of them has another turn. Sorting 10,000 ten times a second takes its time."""
        tasks = self.service.queue.tasks
        return any(sort_key(tasks[id]) != self._keys.get(id) for id in task_ids if id in tasks)

    @property
    def ends(self) -> Ends:
        """What makes movies. Raises ConflictError where none are made."""
        if self._ends is None:
            raise ConflictError(_("No movies are made here."))
        return self._ends

    # --- looking ------------------------------------------------------------------------------

    def tasks(self) -> list[Task]:
        """All of them, in the order in which they get their turn."""
        if self._in_turn is None:
            self._in_turn = self.service.tasks()
            self._keys = {task.id: sort_key(task) for task in self._in_turn}
        return self._in_turn

    def text_of(self, task: Task) -> str:
        """The task as JSON. Of one that is being rendered, what takes time (elapsed, left) may be
        `FRESH_SECONDS` old."""
        known = self._texts.get(task.id)
        if known is None or (task.runs and self.clock() - known[0] > FRESH_SECONDS):
            now = self.clock()
            known = self._texts[task.id] = now, json_text(task_as_json(task, now))
        return known[1]

    def frame(self, frame_id: int) -> tuple[Task, int]:
        """The task of a frame, and its index there. Raises NotFoundError."""
        if self._by_frame is None:
            ranged = ((task.first_frame_id, task) for task in self.tasks() if task.total_frames)
            self._by_frame = sorted(ranged, key=lambda pair: pair[0])
        at = bisect_right(self._by_frame, frame_id, key=lambda pair: pair[0]) - 1
        if at >= 0:
            first, task = self._by_frame[at]
            if frame_id - first < task.total_frames:
                return task, frame_id - first
        raise NotFoundError(_("There is no frame {id}.").format(id=frame_id))

    def frames(
        self,
        task: Task,
        state: FrameState | None,
        offset: int,
        limit: int,
        *,
        in_full: bool = False,
    ) -> tuple[list[dict[str, Any]], int]:
        """Frames as JSON, at most `limit` of those in that state, and how many there are."""
        if state is None:
            total = task.total_frames
            indexes = list(range(min(offset, total), min(offset + limit, total)))
        else:
            total = task.frames.counts[state]
            indexes = list(islice(task.frames.indexes(state), offset, offset + limit))
        return self._details(task, indexes, in_full), total

    def _details(self, task: Task, indexes: Sequence[int], in_full: bool) -> list[dict[str, Any]]:
        wanted = spans(indexes)
        if len(wanted) > MOST_SPANS:
            wanted = [(indexes[0], indexes[-1] - indexes[0] + 1)]
        futures = [(at, self.service.frame_span(task.id, at, count)) for at, count in wanted]
        known = {at + i: detail for at, f in futures for i, detail in enumerate(f.result())}
        return [
            frame_as_json(task, index, known[index], in_full=in_full)
            for index in indexes
            if index in known
        ]

    # --- who may name what --------------------------------------------------------------------

    def check_allowed(self, path: str, field: str) -> None:
        """Raises UserError if it lies in no folder that may be named from outside."""
        settings = self.service.settings
        if not _lies_in(path, (settings.upload_dir, *settings.api_allowed_dirs)):
            sentence = _(
                "“{path}” lies in no folder that may be named from outside. Upload it, or add its "
                "folder to API_ALLOWED_DIRS."
            )
            raise UserError(sentence.format(path=path), field=field)

    def check_output(self, path: str) -> None:
        """The same for a folder that frames are to go to."""
        settings = self.service.settings
        if not _lies_in(path, (settings.render_output_dir, *settings.api_allowed_dirs)):
            sentence = _(
                "“{path}” lies in no folder that frames may be sent to from outside. Use one below "
                "RENDER_OUTPUT_DIR or API_ALLOWED_DIRS."
            )
            raise UserError(sentence.format(path=path), field="output_dir")


def _lies_in(path: str, folders: Iterable[Path]) -> bool:
    """Links and ".." are followed first, so that they lead nowhere else. What lies on another drive
    or share is not looked at: a share would be told who asks."""
    drive = drive_of(path)
    nearby = [folder for folder in folders if drive_of(folder) == drive]
    if not nearby:
        return False
    try:
        real = Path(os.path.realpath(Path(path).expanduser()))
    except (OSError, RuntimeError, ValueError):
        return False
    return any(real.is_relative_to(os.path.realpath(folder)) for folder in nearby)


def drive_of(path: str | Path) -> str:
    """Such as "c:" or "\\\\server\\share"; nothing but on Windows."""
    return os.path.splitdrive(os.path.abspath(path))[0].casefold()  # noqa: PTH100
