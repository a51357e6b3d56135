"""Keeps a queue here as the one there is, from what its events tell. Pure, but for the shelf that is
told of files."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from render_manager.domain.queue import Queue
from render_manager.domain.task import Run, Task
from render_manager.domain.touched import Touched
from render_manager.remote.shelf import Shelf
from render_manager.service.telling import MOST_SECONDS, NAMES, detail_of, end_of, run_of, task_of
from render_manager.storage.records import RunRecord

TIMES = ("created_at", "started_at", "finished_at", "retry_at", "waits_for_license_since")

SAME_CLOCK = 2.0
"""Seconds by which the clocks of two machines may differ without mattering."""


class Mirror:
    """`take` brings the queue up to date; tasks stay the same objects. Raises ValueError, KeyError
    or TypeError for what no Render Manager of this version says."""

    def __init__(self, queue: Queue, shelf: Shelf, clock: Callable[[], float] = time.time) -> None:
        self._queue = queue
        self._shelf = shelf
        self._clock = clock
        self._ahead = 0.0
        """By how much our clock is ahead of the one there."""
        self._seen: set[int] = set()

    def take(self, message: Mapping[str, Any]) -> Touched:
        """What it changed."""
        touched = Touched()
        if message["type"] == "snapshot":
            self._take_snapshot(message, touched)
        else:
            self._take_changes(message, touched)
        return touched

    def meet(self, said: Mapping[str, Any]) -> Touched:
        """A new task, as the answer to a verb has it. If the messages have told of it before the
        answer came, they are as new or newer."""
        touched = Touched()
        if said["id"] not in self._queue.tasks:
            self._put(said["detail"], touched)
        return touched

    @property
    def now(self) -> float:
        return self._clock()

    def run_by_our_clock(self, record: RunRecord) -> RunRecord:
        """Raises ValueError for a time that is none."""
        return replace(
            record,
            started_at=_time(record.started_at) + self._ahead,
            ended_at=None if record.ended_at is None else _time(record.ended_at) + self._ahead,
        )

    # --- how it is done -----------------------------------------------------------------------

    def _take_snapshot(self, message: Mapping[str, Any], touched: Touched) -> None:
        if message["begins"]:
            ahead = self._clock() - _time(message["now"])
            self._ahead = ahead if abs(ahead) > SAME_CLOCK else 0.0
            self._seen = set()
        for said in message["tasks"]:
            self._seen.add(self._put(said["detail"], touched))
        if not message["more"]:
            for task_id in self._queue.tasks.keys() - self._seen:
                self._remove(task_id, touched)

    def _take_changes(self, message: Mapping[str, Any], touched: Touched) -> None:
        for said in message["tasks"]:
            self._seen.add(self._put(said["detail"], touched))
        for said in message["frames"]:
            self._put_frame(said, touched)
        for said in message["runs"]:
            self._put_run(said, touched)
        for task_id in message["removed"]:
            self._remove(task_id, touched)

    def _put(self, said: Any, touched: Touched) -> int:
        news, has_frames = task_of(said)
        self._set_clock(news)
        for run in news.runs.values():
            self._shelf.note_log(news.id, run.id, run.log_path)
        known = self._queue.tasks.get(news.id)
        if known is not None:
            _overwrite(known, news, with_frames=has_frames)
            if has_frames:
                touched.filled.add(news.id)
        elif has_frames:
            self._queue.restore(news)
            touched.added.add(news.id)
        else:  # the snapshot will bring it
            return news.id
        touched.tasks.add(news.id)
        return news.id

    def _put_frame(self, said: Any, touched: Touched) -> None:
        detail = detail_of(said["detail"])
        self._shelf.note_frame(said["id"], detail, is_new=True)
        task = self._queue.tasks.get(said["task_id"])
        if task is None or task.id in touched.filled:
            return
        index = said["id"] - task.first_frame_id
        if 0 <= index < len(task.frames):
            task.frames.put(index, detail.state)
            touched.frames.setdefault(task.id, {})[index] = detail
            touched.tasks.add(task.id)

    def _put_run(self, said: Any, touched: Touched) -> None:
        run = run_of(said["run"])
        run.started_at += self._ahead
        self._shelf.note_log(said["task_id"], run.id, run.log_path)
        if said["task_id"] in self._queue.tasks:
            touched.runs[run.id] = (said["task_id"], run, end_of(said["end"]))
            touched.tasks.add(said["task_id"])

    def _remove(self, task_id: int, touched: Touched) -> None:
        task = self._queue.tasks.pop(task_id, None)
        self._seen.discard(task_id)
        if task is not None:
            touched.removed[task_id] = task
            touched.tasks.discard(task_id)
            touched.added.discard(task_id)

    def _set_clock(self, task: Task) -> None:
        """Its times by our clock, so that what has elapsed is right."""
        if not self._ahead:
            return
        for name in TIMES:
            if (at := getattr(task, name)) is not None:
                setattr(task, name, at + self._ahead)
        for run in task.runs.values():
            run.started_at += self._ahead


def _time(said: float) -> float:
    if not -MOST_SECONDS <= said <= MOST_SECONDS:  # nor is what is no number
        raise ValueError("no time")
    return said


def _overwrite(known: Task, news: Task, *, with_frames: bool) -> None:
    for name in NAMES:
        setattr(known, name, getattr(news, name))
    runs: dict[int, Run] = news.runs
    known.runs = runs
    if with_frames:
        known.frames = news.frames
