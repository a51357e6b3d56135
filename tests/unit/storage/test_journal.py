from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameFile,
    FrameRejected,
    Outcome,
    RunEnded,
    RunEvent,
    RunReport,
    RunStarted,
)
from render_manager.domain.evidence import ExpectedFile, OnSuspicion, Suspicion
from render_manager.domain.job import RenderJob, RenderOptions, SceneCamera, SceneInfo
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState, TaskState, Wish
from render_manager.domain.task import FrameDetail, Run, Task, Timing
from render_manager.domain.timetable import TimeWishes
from render_manager.storage.journal import FrameRecord, Journal, RunRecord, Yesterday

JOB = RenderJob("D:/鏡頭/sh010.ma", "maya", "sh010", "D:/renders/sh010")
FILES = (
    FrameFile("D:/renders/sh010/beauty.0001.exr", 123, 1920, 1080, ("rgba", "depth"), ("black",)),
    FrameFile("D:/renders/sh010/shadow.0001.exr", 45, 1920, 1080),
)
NOW = 1_700_000_000.5


def commit(journal: Journal, queue: Queue) -> None:
    journal.commit(queue.drain(), queue.tasks)


def record(journal: Journal, queue: Queue) -> None:
    journal.record(queue.drain(), queue.tasks)


def filled(queue: Queue, numbers: Sequence[int] = range(1, 5), job: RenderJob = JOB) -> Task:
    task = queue.add(job, NOW)
    queue.fill(task.id, job, numbers)
    return task


def report(queue: Queue, run: Run, *events: RunEvent) -> None:
    queue.apply(RunReport(run.id, events), NOW + 9, retry_delay=60)


def reopened(path: Path) -> Yesterday:
    journal = Journal(path)
    yesterday = journal.open()
    journal.close()
    return yesterday


def only_task(path: Path) -> Task:
    (task,) = reopened(path).tasks
    return task


# --- what comes back --------------------------------------------------------------------------


def test_every_field_of_a_task_comes_back(path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    scene = SceneInfo("maya", start=3, end=9, cameras=(SceneCamera("persp", False),))
    job = replace(JOB, options=RenderOptions("cam", ("a", "b"), extra={"x": "1"}), scene=scene)
    task = queue.add(
        job,
        NOW,
        priority=8,
        frames_text="3-9x2",
        times=TimeWishes(NOW + 9, "Mo-Fr 19:00-08:00", NOW + 99.5),
        kept_to=("farm1", "gpu"),
        needs={"gpu_gb": 8, "maya_licence": 0},
        max_retries=7,
        retry_count=2,
        retry_at=NOW + 60,
        error_message="no licence",
        started_at=NOW + 1,
        finished_at=NOW + 2,
        rendered_seconds=12.25,
        timing=Timing(4.5, 6.75, 0.5),
        is_broken=True,
        wish=Wish.PAUSE,
        on_suspicion=OnSuspicion.RETRY,
        intended=frozenset({Suspicion.FLAT, Suspicion.BLACK}),
        expected=(ExpectedFile("shot_#.exr", (1920, 1080), ("rgba", "Z")),),
        suspicions={-3: (Suspicion.NAN, Suspicion.INF), 7: (Suspicion.NAN,)},
    )
    task.position = 0.125
    commit(journal, queue)
    journal.close()

    back = only_task(path)
    for name in Task.__slots__:
        if name not in ("frames", "doubts"):
            assert getattr(back, name) == getattr(task, name), name
    assert len(back.frames) == 0


@pytest.mark.parametrize(
    "numbers", [range(-5, 6), range(1, 100, 7), (1, 2, 3, 10, 50), (7,), (-3, 12)]
)
def test_frames_come_back_with_numbers_and_states(path: Path, numbers: Sequence[int]) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    task = filled(queue, numbers)
    run = queue.start_run(task.id, tuple(numbers), NOW)
    report(queue, run, FrameCompleted(numbers[-1], FILES))
    commit(journal, queue)
    journal.close()

    frames = only_task(path).frames
    assert list(frames.numbers) == list(numbers)
    assert frames.states == task.frames.states
    assert frames.counts == task.frames.counts


def test_frames_in_work_come_back_as_they_were_stored(path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    task = filled(queue)
    report(queue, queue.start_run(task.id, (1, 2), NOW), FrameBegan(2))
    commit(journal, queue)
    journal.close()
    assert only_task(path).frames.state(1) is FrameState.RENDERING


def test_runs_without_an_end_come_back(path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    task = filled(queue)
    ended = queue.start_run(task.id, (1,), NOW)
    report(queue, ended, RunEnded(Outcome.FINISHED))
    run = queue.start_run(task.id, (2, 4), NOW + 5)
    report(queue, run, RunStarted(4321, NOW + 5.5, "Render -s 2", "C:/logs/2.log"))
    commit(journal, queue)
    journal.close()

    ((task_id, back),) = reopened(path).open_runs
    assert task_id == task.id
    assert back == run


def test_ids_are_never_used_twice(path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    task = filled(queue, range(1, 11))
    report(queue, queue.start_run(task.id, (1,), NOW), RunEnded(Outcome.CANCELLED, missing=(1,)))
    queue.remove(task.id)
    commit(journal, queue)
    journal.close()
    reopened(path)  # deletes the rows

    yesterday = reopened(path)
    assert yesterday.tasks == []
    assert (yesterday.next_task, yesterday.next_frame, yesterday.next_run) == (2, 11, 2)


def test_a_fresh_database_begins_at_one(path: Path) -> None:
    assert reopened(path) == Yesterday([], [], 1, 1, 1, [])


# --- details ----------------------------------------------------------------------------------


def test_a_span_of_frames_is_what_all_of_them_say_there(journal: Journal) -> None:
    queue = Queue()
    filled(queue, range(1, 4))
    task = filled(queue, [2, 3, 5, 8, 13])
    run = queue.start_run(task.id, (2, 3, 5, 8, 13), NOW)
    report(queue, run, FrameCompleted(3, FILES, 2.5, "/t/3.jpg"), FrameRejected(13, "cut off"))
    record(journal, queue)
    every = journal.frame_details(task.id).result()
    assert journal.frame_span(task.frame_id(0), 5).result() == every
    assert journal.frame_span(task.frame_id(1), 2).result() == every[1:3]
    assert every[1].files == FILES
    assert journal.frame_span(task.frame_id(4), 100).result() == every[4:]
    assert journal.frame_span(10_000, 5).result() == []


def test_details_of_frames(journal: Journal) -> None:
    queue = Queue()
    task = filled(queue)
    run = queue.start_run(task.id, (1, 2, 3, 4), NOW)
    completed = FrameCompleted(1, FILES, 2.5, "C:/thumbs/1.jpg")
    report(queue, run, completed, FrameRejected(2, "It is black."), FrameBegan(3))
    record(journal, queue)

    assert journal.frame_details(task.id).result() == [
        FrameDetail(FrameState.COMPLETED, FILES, "C:/thumbs/1.jpg", 2.5),
        FrameDetail(FrameState.FAILED, error_message="It is black."),
        FrameDetail(FrameState.RENDERING),
        FrameDetail(FrameState.PENDING),
    ]


def test_the_files_of_a_frame_are_replaced(journal: Journal) -> None:
    queue = Queue()
    task = filled(queue)
    report(queue, queue.start_run(task.id, (1,), NOW), FrameCompleted(1, FILES))
    commit(journal, queue)
    queue.retry_frames(task.id, [1])
    commit(journal, queue)
    assert journal.frame_details(task.id).result()[0] == FrameDetail(FrameState.PENDING)

    report(queue, queue.start_run(task.id, (1,), NOW), FrameCompleted(1, FILES[1:]))
    commit(journal, queue)
    assert journal.frame_details(task.id).result()[0].files == FILES[1:]


def test_a_pending_frame_keeps_why_it_is_tried_again(journal: Journal) -> None:
    queue = Queue()
    task = filled(queue)
    run = queue.start_run(task.id, (1,), NOW)
    crash = RunEnded(Outcome.FAILED, reason="It crashed.", missing=(1,))
    report(queue, run, FrameBegan(1), crash)
    commit(journal, queue)
    detail = journal.frame_details(task.id).result()[0]
    assert detail == FrameDetail(FrameState.PENDING, error_message="It crashed.")


def test_a_new_set_of_frames_replaces_the_old_one(journal: Journal) -> None:
    queue = Queue()
    task = filled(queue, range(1, 4))
    report(queue, queue.start_run(task.id, (1, 2), NOW), FrameCompleted(2, FILES))
    commit(journal, queue)
    queue.fill(task.id, JOB, range(10, 12))
    record(journal, queue)

    assert journal.frame_details(task.id).result() == [FrameDetail(FrameState.PENDING)] * 2
    assert journal.frame(2).result() is None
    found = journal.frame(task.frame_id(1)).result()
    assert found == FrameRecord(task.id, 11, FrameDetail(FrameState.PENDING))


def test_two_new_sets_of_frames_before_the_first_is_written(journal: Journal) -> None:
    queue = Queue()
    task = filled(queue, range(1, 4))
    report(queue, queue.start_run(task.id, (1, 2), NOW), FrameCompleted(2, FILES))
    queue.fill(task.id, JOB, range(1, 6))
    commit(journal, queue)
    assert journal.frame_details(task.id).result() == [FrameDetail(FrameState.PENDING)] * 5


def test_a_frame_is_found_by_its_id(journal: Journal) -> None:
    queue = Queue()
    filled(queue, range(1, 4))
    task = filled(queue, range(100, 200, 10))
    report(queue, queue.start_run(task.id, (120,), NOW), FrameCompleted(120, FILES, 1.5))
    commit(journal, queue)

    frame_id = task.frame_id(2)
    assert frame_id == 6
    detail = FrameDetail(FrameState.COMPLETED, FILES, None, 1.5)
    assert journal.frame(frame_id).result() == FrameRecord(task.id, 120, detail)
    assert journal.frame(10**30).result() is None
    assert journal.frame(-1).result() is None


def test_what_does_not_exist_has_no_details_and_no_runs(journal: Journal) -> None:
    assert journal.frame_details(1).result() == []
    assert journal.runs(1).result() == []


def test_runs_are_told_newest_first(path: Path) -> None:
    journal, queue = Journal(path, clock=lambda: NOW + 20), Queue()
    journal.open()
    task = filled(queue)
    first = queue.start_run(task.id, (1, 2, 4), NOW)
    report(queue, first, RunStarted(77, NOW + 0.5, "Render", "1.log"))
    report(queue, first, RunEnded(Outcome.FAILED, 211, "The licence was lost.", missing=(4,)))
    queue.start_run(task.id, (4,), NOW + 70)
    commit(journal, queue)

    newest, oldest = journal.runs(task.id).result()
    journal.close()
    nothing = (None,) * 4
    assert newest == RunRecord(2, task.id, "4", *nothing, NOW + 70, *nothing)
    assert oldest == RunRecord(
        id=1,
        task_id=task.id,
        frames="1-2,4",
        pid=77,
        process_created=NOW + 0.5,
        command="Render",
        log_path="1.log",
        started_at=NOW,
        ended_at=NOW + 20,
        exit_code=211,
        outcome=Outcome.FAILED,
        reason="The licence was lost.",
    )


@pytest.mark.parametrize("text", ["\udcff.exr", "\ud800", "nul\0inside", "渲染😀", ""])
def test_any_text_comes_back(path: Path, text: str) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    options = RenderOptions(camera=text, extra={text: text})
    task = filled(queue, job=replace(JOB, project_file=text, name=text, options=options))
    file = FrameFile(text, 1, 2, 3, (text,), (text,))
    report(queue, queue.start_run(task.id, (1,), NOW), FrameCompleted(1, (file,), None, text))
    commit(journal, queue)
    assert journal.frame_details(task.id).result()[0].files == (file,)
    journal.close()
    assert only_task(path).job == task.job


# --- coming and going -------------------------------------------------------------------------


def test_a_removed_task_is_gone_with_all_that_belongs_to_it(
    path: Path, sql: Callable[[Path, str], list[tuple[object, ...]]]
) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    kept, removed = filled(queue), filled(queue)
    for task in (kept, removed):
        run = queue.start_run(task.id, (1,), NOW)
        report(queue, run, FrameCompleted(1, FILES), RunEnded(Outcome.FINISHED))
    commit(journal, queue)
    queue.remove(removed.id)
    commit(journal, queue)
    journal.close()

    assert only_task(path).id == kept.id
    tables = ("render_task", "render_frame", "frame_file", "run")
    counts = [sql(path, f"SELECT count(*) FROM {table}")[0][0] for table in tables]
    assert counts == [1, 4, 2, 1]


@pytest.mark.parametrize("is_told_between", [False, True])
@pytest.mark.parametrize("is_known_before", [False, True])
def test_a_task_that_is_put_back_is_whole(
    path: Path, is_known_before: bool, is_told_between: bool
) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    task = filled(queue)
    run = queue.start_run(task.id, (1,), NOW)
    report(queue, run, FrameCompleted(1, FILES, 2.5), RunEnded(Outcome.FINISHED))
    if is_known_before:
        commit(journal, queue)
    queue.remove(task.id)
    if is_told_between:
        record(journal, queue)
    queue.put_back(task)
    commit(journal, queue)
    detail = journal.frame_details(task.id).result()[0]
    assert detail == FrameDetail(FrameState.COMPLETED, FILES, None, 2.5)
    assert len(journal.runs(task.id).result()) == 1
    journal.close()
    assert only_task(path).frames.states == task.frames.states


# --- for readers ------------------------------------------------------------------------------


def test_the_tables_speak_the_words_of_the_api(
    path: Path, sql: Callable[[Path, str], list[tuple[object, ...]]]
) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    task = filled(queue, range(1, 4))
    run = queue.start_run(task.id, (1, 2, 3), NOW)
    report(queue, run, FrameCompleted(1, FILES, 2.5, "t.jpg"), FrameBegan(2))
    commit(journal, queue)
    journal.close()

    assert sql(
        path,
        "SELECT id, project_file, render_engine, status, priority, total_frames, completed_frames, "
        "retry_count, max_retries, celery_task_id, error_message FROM render_task",
    ) == [(1, JOB.project_file, "maya", "running", 5, 3, 1, 0, 3, None, None)]
    assert sql(
        path,
        "SELECT id, task_id, frame_number, status, output_path, thumbnail_path, render_time, "
        "error_message FROM render_frame ORDER BY id",
    ) == [
        (1, 1, 1, "completed", FILES[0].path, "t.jpg", 2.5, None),
        (2, 1, 2, "rendering", None, None, None, None),
        (3, 1, 3, "pending", None, None, None, None),
    ]


def test_the_id_of_a_farm_is_left_alone(
    path: Path, sql: Callable[[Path, str], list[tuple[object, ...]]]
) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    task = filled(queue)
    commit(journal, queue)
    sql(path, "UPDATE render_task SET celery_task_id = 'abc'")
    queue.set_priority(task.id, 9)
    commit(journal, queue)
    journal.close()
    assert sql(path, "SELECT celery_task_id, priority FROM render_task") == [("abc", 9)]


# --- order and threads ------------------------------------------------------------------------


def test_a_question_sees_all_that_was_recorded_before(journal: Journal) -> None:
    queue = Queue()
    answers = []
    for count in range(1, 20):
        task = filled(queue, range(count))
        record(journal, queue)
        answers.append(journal.frame_details(task.id))
    assert [len(answer.result()) for answer in answers] == list(range(1, 20))


def test_what_is_recorded_is_what_was_then(journal: Journal) -> None:
    queue = Queue()
    task = filled(queue)
    run = queue.start_run(task.id, (1,), NOW)
    record(journal, queue)
    run.pid = 99  # as the queue does, before the journal thread may have had its turn
    assert journal.runs(task.id).result()[0].pid is None


def test_a_question_nobody_waits_for_does_no_harm(journal: Journal) -> None:
    for _ in range(50):
        journal.frame_details(1).cancel()
    journal.flush()
    assert journal.frame_details(1).result() == []


def test_closing_writes_what_was_recorded(path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    filled(queue, range(5000))
    record(journal, queue)
    journal.close()
    assert len(only_task(path).frames) == 5000
    assert not path.with_name(path.name + "-wal").exists()


def test_a_closed_journal_takes_nothing_and_can_be_closed_again(path: Path) -> None:
    journal = Journal(path)
    journal.close()
    journal.open()
    journal.close()
    journal.close()
    with pytest.raises(RuntimeError, match="not open"):
        journal.flush()


def test_a_closed_journal_can_be_opened_again(path: Path) -> None:
    journal, queue = Journal(path), Queue()
    journal.open()
    filled(queue)
    commit(journal, queue)
    journal.close()
    assert [task.state for task in journal.open().tasks] == [TaskState.PENDING]
    journal.close()


def test_importing_the_room_is_cheap() -> None:
    script = (
        "import sys; import render_manager.storage.journal; "
        "print([m for m in ('sqlalchemy', 'sqlmodel', 'alembic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
