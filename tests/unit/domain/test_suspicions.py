"""What becomes of suspicious frames, and of a task whose frames are bad one after the other."""

from __future__ import annotations

from render_manager.domain.events import (
    NO_LICENSE,
    FrameBegan,
    FrameCompleted,
    FrameFile,
    FrameRejected,
    Outcome,
    Problem,
    RunEnded,
    RunEvent,
    RunReport,
)
from render_manager.domain.evidence import ExpectedFile, Measure, OnSuspicion, Suspicion
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import FrameDetail, Run, Task

JOB = RenderJob("/s/shot.blend", "blender", "shot", "/out/shot")
BLACK = (Suspicion.BLACK,)


def queue_with(frames: int, on_suspicion: OnSuspicion) -> tuple[Queue, Task]:
    queue = Queue()
    task = queue.add(JOB, now=0.0, on_suspicion=on_suspicion)
    queue.fill(task.id, JOB, range(1, frames + 1))
    return queue, task


def report(queue: Queue, run: Run, *events: RunEvent, hold_after: int = 0) -> None:
    queue.apply(RunReport(run.id, events), now=100.0, retry_delay=60.0, hold_after=hold_after)


def completed(
    frame: int, *suspicions: Suspicion, digest: str = "", brightness: float = 0.5
) -> FrameCompleted:
    return FrameCompleted(
        frame,
        (FrameFile(f"/out/{frame}.png", 100, 8, 8),),
        suspicions=suspicions,
        measure=Measure(brightness, 100, digest or f"frame {frame}"),
    )


def states(task: Task) -> list[FrameState]:
    return [task.frames.state(index) for index in range(len(task.frames))]


def details(queue: Queue, task: Task) -> dict[int, FrameDetail]:
    return queue._mover.touched.frames[task.id]


def test_a_suspicious_frame_is_completed_and_marked_where_that_is_a_note() -> None:
    queue, task = queue_with(2, OnSuspicion.NOTE)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    report(queue, run, completed(1), completed(2, Suspicion.BLACK), RunEnded(Outcome.FINISHED, 0))
    assert task.state is TaskState.COMPLETED
    assert task.suspicions == {2: BLACK}


def test_it_fails_and_says_why_where_that_is_a_failure() -> None:
    queue, task = queue_with(2, OnSuspicion.FAIL)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    report(queue, run, completed(1), completed(2, Suspicion.BLACK), RunEnded(Outcome.FINISHED, 0))
    assert task.state is TaskState.FAILED
    assert details(queue, task)[1].error_message == "Suspicious: all black."
    assert details(queue, task)[1].files, "it can still be looked at"


def test_it_is_rendered_again_and_marked_if_it_comes_out_the_same() -> None:
    queue, task = queue_with(1, OnSuspicion.RETRY)
    for state in (FrameState.PENDING, FrameState.COMPLETED):
        run = queue.start_run(task.id, (1,), now=0.0)
        event = completed(1, Suspicion.BLACK, digest="same")
        report(queue, run, event, RunEnded(Outcome.FINISHED, 0))
        assert states(task) == [state]
    assert task.suspicions == {1: BLACK}
    assert task.retry_count == 0


def test_it_is_rendered_again_until_it_is_good() -> None:
    queue, task = queue_with(1, OnSuspicion.RETRY)
    run = queue.start_run(task.id, (1,), now=0.0)
    report(queue, run, completed(1, Suspicion.NAN, digest="a"), RunEnded(Outcome.FINISHED, 0))
    assert task.doubts.rejects == {1: ("/out/1.png",)}, "put aside before it is rendered again"
    run = queue.start_run(task.id, (1,), now=0.0)
    report(queue, run, completed(1, digest="b"), RunEnded(Outcome.FINISHED, 0))
    assert (task.state, task.suspicions) == (TaskState.COMPLETED, {})


def test_a_frame_is_marked_when_those_after_it_show_that_it_stands_out() -> None:
    queue, task = queue_with(12, OnSuspicion.NOTE)
    run = queue.start_run(task.id, tuple(range(1, 13)), now=0.0)
    for frame in range(1, 13):
        report(queue, run, completed(frame, brightness=0.05 if frame == 6 else 0.5))
    assert task.suspicions == {6: (Suspicion.BRIGHTNESS,)}
    assert task.state is TaskState.COMPLETED


def test_what_is_as_intended_is_learned_and_completes_what_failed_for_it() -> None:
    queue, task = queue_with(3, OnSuspicion.FAIL)
    run = queue.start_run(task.id, (1, 2, 3), now=0.0)
    report(queue, run, completed(1, Suspicion.BLACK), completed(2, Suspicion.BLACK, Suspicion.NAN))
    known, before = details(queue, task).copy(), dict(task.suspicions)
    queue.accept(task.id, frozenset(BLACK), known)
    assert states(task)[:2] == [FrameState.COMPLETED, FrameState.FAILED]
    assert task.suspicions == {2: (Suspicion.NAN,)}
    report(queue, run, completed(3, Suspicion.BLACK))
    assert states(task)[2] is FrameState.COMPLETED

    queue.suspect_again(task.id, frozenset(), before, known)
    assert states(task)[0] is FrameState.FAILED
    assert task.suspicions == before
    assert task.doubts.rejects[1] == ("/out/1.png",), "put aside before it is rendered again"


def test_a_frame_that_is_rendered_again_is_suspected_of_nothing() -> None:
    queue, task = queue_with(1, OnSuspicion.NOTE)
    run = queue.start_run(task.id, (1,), now=0.0)
    report(queue, run, completed(1, Suspicion.BLACK), RunEnded(Outcome.FINISHED, 0))
    queue.retry_frames(task.id, [1])
    assert task.suspicions == {}


def test_five_bad_frames_in_a_row_hold_the_task_with_the_reason() -> None:
    queue, task = queue_with(20, OnSuspicion.NOTE)
    run = queue.start_run(task.id, tuple(range(1, 21)), now=0.0)
    report(queue, run, completed(1), FrameRejected(2, "bad"), completed(3), hold_after=5)
    for frame in range(4, 9):
        assert not task.is_held
        report(queue, run, FrameBegan(frame), FrameRejected(frame, "It ends early."), hold_after=5)
    assert task.is_held and task.runs, "its run goes on until it is stopped"
    report(queue, run, RunEnded(Outcome.CANCELLED, None, missing=tuple(range(4, 21))), hold_after=5)
    assert task.is_held
    assert task.error_message is not None
    assert "5 frames in a row were bad (4-8). It ends early." in task.error_message
    assert task.failed_frames == 6 and task.frames.counts[FrameState.PENDING] == 12

    queue.resume(task.id)
    assert task.error_message is None
    assert task.frames.counts[FrameState.PENDING] == 18, "what was bad is tried again"


def test_black_frames_in_a_row_that_fail_hold_the_task() -> None:
    queue, task = queue_with(9, OnSuspicion.FAIL)
    run = queue.start_run(task.id, tuple(range(1, 10)), now=0.0)
    report(queue, run, completed(1), hold_after=3)
    for frame in (2, 3, 4):
        assert not task.is_held
        report(queue, run, FrameBegan(frame), completed(frame, Suspicion.BLACK), hold_after=3)
    assert task.is_held
    assert task.error_message is not None and "(2-4)" in task.error_message


def test_frames_that_are_looked_at_again_hold_no_task() -> None:
    """They have not failed: at worst they are marked, and could not be accepted while held."""
    queue, task = queue_with(9, OnSuspicion.RETRY)
    run = queue.start_run(task.id, tuple(range(1, 10)), now=0.0)
    for frame in range(1, 6):
        report(queue, run, FrameBegan(frame), completed(frame, Suspicion.BLACK), hold_after=3)
    assert not task.is_held


def test_why_a_task_is_held_outlives_a_run_of_it_that_ends_well() -> None:
    queue, task = queue_with(4, OnSuspicion.NOTE)
    first = queue.start_run(task.id, (1, 2), now=0.0)
    second = queue.start_run(task.id, (3, 4), now=0.0)
    hopeless = Problem("missing_scene", "no such file", is_hopeless=True)
    lost = RunEnded(Outcome.FAILED, 1, "The scene is gone.", (1, 2), problem=hopeless)
    report(queue, first, lost)
    report(queue, second, completed(3), completed(4), RunEnded(Outcome.FINISHED, 0))
    assert task.is_held and task.error_message == "The scene is gone."


def test_a_frame_that_failed_as_suspicious_fails_again_when_its_run_is_taken_over() -> None:
    queue, task = queue_with(2, OnSuspicion.FAIL)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    report(queue, run, completed(1, Suspicion.BLACK))
    report(queue, run, completed(1, Suspicion.BLACK))
    assert states(task)[0] is FrameState.FAILED
    assert task.suspicions == {1: BLACK}


def test_a_licence_that_came_does_not_take_away_why_a_task_is_held() -> None:
    queue, task = queue_with(9, OnSuspicion.NOTE)
    first = queue.start_run(task.id, (1,), now=0.0)
    second = queue.start_run(task.id, (2, 3, 4), now=0.0)
    refused = Problem(NO_LICENSE, "no licence")
    report(queue, first, RunEnded(Outcome.FAILED, 1, "none", (1,), problem=refused))
    report(queue, second, FrameRejected(2, "bad"), FrameRejected(3, "bad"), hold_after=2)
    report(queue, second, FrameBegan(4), hold_after=2)
    assert task.is_held


def test_a_suspicious_frame_of_a_cancelled_task_stays_and_is_marked() -> None:
    queue, task = queue_with(2, OnSuspicion.RETRY)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    queue.cancel(task.id)
    report(queue, run, completed(1, Suspicion.BLACK))
    report(queue, run, RunEnded(Outcome.CANCELLED, None, missing=(2,)))
    assert states(task)[0] is FrameState.COMPLETED
    assert task.suspicions == {1: BLACK}


def test_bad_frames_that_are_tried_again_and_fail_are_no_row() -> None:
    queue, task = queue_with(2, OnSuspicion.NOTE)
    for _attempt in range(4):
        run = queue.start_run(task.id, (1, 2), now=0.0)
        end = RunEnded(Outcome.FAILED, 1, "bad", missing=(1, 2))
        report(queue, run, FrameRejected(1, "bad"), end, hold_after=3)
    assert not task.is_held


def test_what_the_first_good_frame_had_is_kept_until_the_task_renders_something_else() -> None:
    queue, task = queue_with(3, OnSuspicion.NOTE)
    run = queue.start_run(task.id, (1, 2, 3), now=0.0)
    expected = (ExpectedFile("shot_#.exr", (8, 8)),)
    unsure = (*expected, ExpectedFile("stray_#.exr", (8, 8), is_sure=False))
    report(queue, run, FrameCompleted(1, (), expected=unsure))
    report(queue, run, FrameCompleted(2, (), expected=expected), RunEnded(Outcome.GAVE_WAY, 0))
    assert task.expected == expected
    queue.reframe(task.id, [1, 2, 3, 4])
    assert task.expected == expected
    queue.replace_job(task.id, JOB)
    assert task.expected == ()


def test_a_black_frame_is_not_also_said_to_be_darker_than_others() -> None:
    queue, task = queue_with(12, OnSuspicion.NOTE)
    run = queue.start_run(task.id, tuple(range(1, 13)), now=0.0)
    for frame in range(1, 13):
        is_black = frame == 6
        suspicions = BLACK if is_black else ()
        report(queue, run, completed(frame, *suspicions, brightness=0.0 if is_black else 0.5))
    assert task.suspicions == {6: BLACK}
