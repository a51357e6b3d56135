"""The queue here follows the one there, whatever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from render_manager.client import Client
from render_manager.domain.events import FrameFile
from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.http_api.views import frame_as_json, task_in_full
from render_manager.remote.mirror import Mirror
from render_manager.remote.shelf import Shelf
from render_manager.service.telling import tell_end, tell_run

NOW = 1_000_000.0


def task(task_id: int, frames: int = 3, **more: Any) -> Task:
    job = RenderJob(f"/s/{task_id}.ma", "maya", f"shot {task_id}", f"/o/{task_id}")
    return Task(
        task_id,
        job,
        NOW,
        frames=FrameTable(range(1, frames + 1)),
        first_frame_id=task_id * 100,
        **more,
    )


def snapshot(*tasks: Task, begins: bool = True, more: bool = False, now: float = NOW) -> Any:
    told = [task_in_full(each, now) for each in tasks]
    return {"type": "snapshot", "begins": begins, "more": more, "now": now, "tasks": told}


def changes(
    tasks: Sequence[Task] = (),
    *,
    removed: Sequence[int] = (),
    frames: Sequence[Any] = (),
    runs: Sequence[Any] = (),
    with_frames: bool = False,
) -> Any:
    return {
        "type": "changes",
        "tasks": [task_in_full(each, NOW, with_frames=with_frames) for each in tasks],
        "removed": list(removed),
        "frames": list(frames),
        "runs": list(runs),
    }


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def mirror(queue: Queue, tmp_path: Path) -> Mirror:
    shelf = Shelf(cast(Client, None), tmp_path, shares_files=False)
    return Mirror(queue, shelf, clock=lambda: NOW)


def test_a_snapshot_in_pieces(mirror: Mirror, queue: Queue) -> None:
    assert mirror.take(snapshot(task(1), more=True)).added == {1}
    mirror.take(snapshot(task(2), begins=False))
    assert [*queue.tasks] == [1, 2]


def test_a_task_stays_the_same_object(mirror: Mirror, queue: Queue) -> None:
    mirror.take(snapshot(task(1)))
    known = queue.tasks[1]
    touched = mirror.take(changes([task(1, priority=9)]))
    assert queue.tasks[1] is known and known.priority == 9
    assert (touched.tasks, touched.filled, touched.added) == ({1}, set(), set())
    touched = mirror.take(changes([task(1, frames=7)], with_frames=True))
    assert known.total_frames == 7 and touched.filled == {1}


def test_an_answer_that_comes_after_newer_messages_changes_nothing(
    mirror: Mirror, queue: Queue
) -> None:
    mirror.take(snapshot())
    mirror.take(changes([task(1, frames=2, finished_at=NOW)], with_frames=True))
    assert not mirror.meet(task_in_full(task(1, frames=0), NOW))
    assert (queue.tasks[1].total_frames, queue.tasks[1].finished_at) == (2, NOW)
    assert mirror.meet(task_in_full(task(2, frames=0), NOW)).added == {2}


def test_what_is_gone_after_a_break_is_removed(mirror: Mirror, queue: Queue) -> None:
    mirror.take(snapshot(task(1), task(2)))
    touched = mirror.take(snapshot(task(2), task(3)))
    assert [*queue.tasks] == [2, 3]
    assert (touched.added, {*touched.removed}, touched.filled) == ({3}, {1}, {2})


def test_a_change_before_its_task_has_come_is_left_to_the_snapshot(
    mirror: Mirror, queue: Queue
) -> None:
    mirror.take(snapshot(task(1), more=True))
    assert not mirror.take(changes([task(2, priority=9)]))
    mirror.take(snapshot(task(2, priority=9), begins=False))
    assert queue.tasks[2].priority == 9


def test_what_is_removed_while_the_snapshot_comes(mirror: Mirror, queue: Queue) -> None:
    mirror.take(snapshot(task(1), more=True))
    touched = mirror.take(changes(removed=[1, 77]))
    assert [*touched.removed] == [1]
    mirror.take(snapshot(task(2), begins=False))
    assert [*queue.tasks] == [2]


def test_frames_take_their_state_and_detail(mirror: Mirror, queue: Queue) -> None:
    mirror.take(snapshot(task(1)))
    there = task(1)
    there.frames.put(1, FrameState.COMPLETED)
    detail = FrameDetail(FrameState.COMPLETED, (FrameFile("/o/1.exr", 5, 4, 3),), "/t.jpg", 1.0)
    frame = frame_as_json(there, 1, detail, in_full=True)
    gone = frame | {"id": 9_999}
    touched = mirror.take(changes([there], frames=[frame, gone]))
    assert queue.tasks[1].frames.counts == (2, 0, 1, 0)
    assert touched.frames == {1: {1: detail}}


def test_runs_begin_and_end(mirror: Mirror, queue: Queue) -> None:
    run = Run(5, (1, 2, 3), NOW, log_path="/l/5.log")
    mirror.take(snapshot(task(1)))
    said = {"task_id": 1, "run": tell_run(run), "end": tell_end(None)}
    touched = mirror.take(changes([task(1, runs={5: run})], runs=[said]))
    assert queue.tasks[1].runs == {5: run}
    assert touched.runs == {5: (1, run, None)}


def test_times_are_by_our_clock(mirror: Mirror, queue: Queue) -> None:
    run = Run(5, (1,), NOW - 70)
    mirror.take(snapshot(task(1, started_at=NOW - 80, runs={5: run}), now=NOW - 60))
    mine = queue.tasks[1]
    assert (mine.started_at, mine.runs[5].started_at) == (NOW - 20, NOW - 10)
    assert mine.elapsed(NOW) == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "snapshot"},
        {**snapshot(), "tasks": [{"id": 1}]},
        {**snapshot(), "tasks": [{"detail": None}]},
        {**snapshot(), "tasks": [{"detail": {"id": "x"}}]},
        {**changes(), "frames": [{"id": 1}]},
        {**changes(), "runs": None},
    ],
)
def test_what_nobody_of_this_version_says(mirror: Mirror, wrong: Any) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        mirror.take(wrong)
