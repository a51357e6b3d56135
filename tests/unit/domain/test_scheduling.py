from __future__ import annotations

from render_manager.domain.events import FrameBegan, FrameCompleted, Outcome, RunEnded, RunReport
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import (
    FIRST_CHUNK,
    FIRST_CHUNK_GIVING_WAY,
    SHORTEST_RUN_SECONDS,
    STARTUP_SHARE,
    Chunk,
    Limits,
    chunk_size,
    next_chunk,
    runs_to_give_way,
)
from render_manager.domain.task import Task, Timing


def queue_of(*tasks: tuple[int, int], renderer: str = "blender") -> tuple[Queue, list[Task]]:
    """A queue with tasks of (priority, frames)."""
    queue = Queue()
    made: list[Task] = []
    for priority, frames in tasks:
        job = RenderJob(f"/s/{len(made)}.blend", renderer, f"s{len(made)}", f"/out/{len(made)}")
        task = queue.add(job, now=0.0, priority=priority)
        queue.fill(task.id, job, range(1, frames + 1))
        made.append(task)
    return queue, made


def add_task(queue: Queue, renderer: str, priority: int) -> Task:
    job = RenderJob("/s/scene", renderer, "scene", "/out/scene")
    task = queue.add(job, now=0.0, priority=priority)
    queue.fill(task.id, job, range(1, 3))
    return task


def take(queue: Queue, limits: Limits, now: float = 0.0) -> Chunk | None:
    chunk = next_chunk(queue, limits, now)
    if chunk:
        queue.start_run(chunk.task_id, chunk.frames, now)
    return chunk


def test_higher_priority_goes_first_then_the_older_task() -> None:
    queue, (old, high, young) = queue_of((5, 1), (7, 1), (5, 1))
    order = [take(queue, Limits(slots=3)) for _slot in range(3)]
    assert [chunk.task_id for chunk in order if chunk] == [high.id, old.id, young.id]
    assert take(queue, Limits(slots=3)) is None


def test_no_more_runs_than_slots_and_than_the_renderer_may_have() -> None:
    queue, _tasks = queue_of((5, 1), (5, 1), (5, 1))
    assert take(queue, Limits(slots=4, per_renderer={"blender": 1}))
    assert take(queue, Limits(slots=4, per_renderer={"blender": 1})) is None
    assert take(queue, Limits(slots=2))
    assert take(queue, Limits(slots=2)) is None


def test_no_frame_is_handed_out_twice() -> None:
    queue, (task,) = queue_of((5, 10))
    given: list[int] = []
    while chunk := take(queue, Limits(slots=64)):
        given += chunk.frames
    assert sorted(given) == list(range(1, 11))
    assert task.unassigned(10) == []


def test_the_last_frames_are_split_over_idle_slots() -> None:
    queue, (task,) = queue_of((5, 8))
    task.timing = Timing(startup=0.1, frame=1.0)
    chunk = take(queue, Limits(slots=4))
    assert chunk is not None and len(chunk.frames) == 2


def test_startup_stays_under_its_share_of_a_run() -> None:
    for startup in (0.2, 1.0, 10.0, 60.0):
        for frame in (0.05, 0.4, 3.0, 60.0, 600.0):
            timing = Timing(startup, frame)
            frames = chunk_size(timing, gives_way=False)
            assert startup <= STARTUP_SHARE * (startup + frames * frame) + 1e-9
            shorter = (frames - 1) * frame
            assert shorter < SHORTEST_RUN_SECONDS or startup > STARTUP_SHARE * (startup + shorter)


def test_the_first_chunk_is_short_where_it_cannot_be_stopped() -> None:
    assert chunk_size(Timing(), gives_way=False) == FIRST_CHUNK
    assert chunk_size(Timing(), gives_way=True) == FIRST_CHUNK_GIVING_WAY


def test_a_high_band_task_makes_a_lower_one_give_way() -> None:
    queue, (low, _high) = queue_of((2, 100), (9, 5))
    run = queue.start_run(low.id, (1, 2, 3), now=0.0)
    blender = frozenset({"blender"})
    assert runs_to_give_way(queue, Limits(), 0.0, blender) == [run.id]
    assert runs_to_give_way(queue, Limits(), 0.0) == []
    assert runs_to_give_way(queue, Limits(slots=2), 0.0, blender) == []
    queue.give_way(run.id)
    assert runs_to_give_way(queue, Limits(), 0.0, blender) == []


def test_no_run_gives_way_to_a_task_that_would_get_no_room_by_it() -> None:
    queue, (low,) = queue_of((2, 100))
    busy = add_task(queue, "maya", 9)
    add_task(queue, "maya", 9)
    run = queue.start_run(low.id, (1, 2, 3), now=0.0)
    queue.start_run(busy.id, (1,), now=0.0)
    both = frozenset({"blender", "maya"})
    assert runs_to_give_way(queue, Limits(2, {"maya": 1}), 0.0, both) == []
    assert runs_to_give_way(queue, Limits(2, {"maya": 2}), 0.0, both) == [run.id]


def test_where_the_renderer_has_all_it_may_a_run_of_the_same_one_gives_way() -> None:
    queue, (lowest,) = queue_of((0, 100))
    low = add_task(queue, "maya", 2)
    add_task(queue, "maya", 9)
    queue.start_run(lowest.id, (1, 2, 3), now=0.0)
    run = queue.start_run(low.id, (1,), now=0.0)
    both = frozenset({"blender", "maya"})
    limits = Limits(2, {"maya": 1})
    assert runs_to_give_way(queue, limits, 0.0, both) == [run.id]
    queue.give_way(run.id)
    assert runs_to_give_way(queue, limits, 0.0, both) == []
    assert runs_to_give_way(queue, Limits(3, {"maya": 1}), 0.0, both) == []


def test_a_task_that_gets_no_room_does_not_hide_those_after_it() -> None:
    queue, (low,) = queue_of((2, 100))
    busy = add_task(queue, "maya", 9)
    add_task(queue, "maya", 10)
    add_task(queue, "blender", 8)
    run = queue.start_run(low.id, (1, 2, 3), now=0.0)
    queue.start_run(busy.id, (1,), now=0.0)
    both = frozenset({"blender", "maya"})
    assert runs_to_give_way(queue, Limits(2, {"maya": 1}), 0.0, both) == [run.id]


def test_within_a_band_the_running_one_is_left_alone() -> None:
    queue, (low, _other) = queue_of((4, 100), (7, 5))
    queue.start_run(low.id, (1, 2, 3), now=0.0)
    assert runs_to_give_way(queue, Limits(), 0.0, frozenset({"blender"})) == []


def test_a_paused_task_gives_way() -> None:
    queue, (task,) = queue_of((5, 10))
    run = queue.start_run(task.id, (1, 2, 3), now=0.0)
    queue.pause(task.id)
    assert runs_to_give_way(queue, Limits(), 0.0, frozenset({"blender"})) == [run.id]


def test_a_failed_run_waits_for_its_retry() -> None:
    queue, (task,) = queue_of((5, 3))
    run = queue.start_run(task.id, (1, 2, 3), now=0.0)
    ended = RunEnded(Outcome.FAILED, 1, "crashed", (2, 3))
    events = (FrameBegan(1), FrameCompleted(1, ()), FrameBegan(2), ended)
    queue.apply(RunReport(run.id, events), now=10.0, retry_delay=60.0)
    assert next_chunk(queue, Limits(), now=69.0) is None
    assert next_chunk(queue, Limits(), now=70.0) == Chunk(task.id, (2, 3))
