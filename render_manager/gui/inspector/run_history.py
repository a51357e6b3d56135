"""The runs of the task that is looked at: those of the journal, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from render_manager.domain.events import RunEnded
from render_manager.domain.task import Run, Task
from render_manager.domain.touched import Touched
from render_manager.gui.background import Background
from render_manager.service.queue_service import QueueService
from render_manager.storage.records import RunRecord


class RunHistory(QObject):
    """`runs` has the newest first. `changed` tells that one began, ended, or was looked up."""

    changed = Signal()

    def __init__(
        self, service: QueueService, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._background = background
        self._task: Task | None = None
        self._known: dict[int, RunRecord] = {}
        self._asked = 0
        self.is_loaded = False

    @property
    def task(self) -> Task | None:
        return self._task

    @property
    def runs(self) -> list[RunRecord]:
        return [self._known[run_id] for run_id in sorted(self._known, reverse=True)]

    def run(self, run_id: int | None) -> RunRecord | None:
        return None if run_id is None else self._known.get(run_id)

    def is_under_way(self, run: RunRecord) -> bool:
        return self._task is not None and run.id in self._task.runs

    def show_task(self, task: Task | None) -> None:
        """Gather the runs of this task from now on, or none."""
        self._task = task
        self._known = {}
        self.is_loaded = task is None
        if task is not None:
            self._take_live(task, task.runs.values())
            self._ask(task)
        self.changed.emit()

    def apply(self, touched: Touched) -> None:
        task = self._task
        mine = [
            (run, end)
            for task_id, run, end in touched.runs.values()
            if task is not None and task_id == task.id
        ]
        if task is None or not mine:
            return
        self._take_live(task, [run for run, _end in mine])
        ends = [(run.id, end) for run, end in mine if end is not None]
        for run_id, end in ends:
            self._known[run_id] = _ended(self._known[run_id], end)
        if ends:
            self._ask(task)  # when it ended is for the journal to say
        self.changed.emit()

    # --- how it is done -----------------------------------------------------------------------

    def _take_live(self, task: Task, runs: Iterable[Run]) -> None:
        for run in runs:
            self._known[run.id] = _record(task, run)

    def _ask(self, task: Task) -> None:
        self._asked += 1
        asked = self._asked
        found = self._service.runs(task.id)
        self._background.when_done(found, lambda records: self._take(asked, records))

    def _take(self, asked: int, records: list[RunRecord]) -> None:
        """What was heard meanwhile is newer than the answer, but for the time of a run's end."""
        if asked != self._asked:
            return
        for record in records:
            if record.id not in self._known or record.outcome is not None:
                self._known[record.id] = record
        self.is_loaded = True
        self.changed.emit()


def _record(task: Task, run: Run) -> RunRecord:
    return RunRecord(
        id=run.id,
        task_id=task.id,
        frames=_frames_text(run.frames),
        pid=run.pid,
        process_created=run.process_created,
        command=run.command,
        log_path=run.log_path,
        started_at=run.started_at,
        ended_at=None,
        exit_code=None,
        outcome=None,
        reason=None,
    )


def _frames_text(numbers: tuple[int, ...]) -> str:
    """“1-3,7”. What the journal writes is shorter, but takes a library that is slow to load."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ",".join("-".join(map(str, part)) for part in parts)


def _ended(record: RunRecord, end: RunEnded) -> RunRecord:
    return replace(record, outcome=end.outcome, exit_code=end.exit_code, reason=end.reason)
