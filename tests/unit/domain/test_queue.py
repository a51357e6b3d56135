from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
)

from render_manager.base.errors import ConflictError, NotFoundError, UserError
from render_manager.domain.events import (
    NO_LICENSE,
    FrameBegan,
    FrameCompleted,
    FrameRejected,
    Outcome,
    Problem,
    RunEnded,
    RunEvent,
    RunReport,
)
from render_manager.domain.job import RenderJob
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import Limits, next_chunk
from render_manager.domain.states import FrameState, TaskState, Wish, task_state
from render_manager.domain.task import FrameDetail, Run, Task

JOB = RenderJob("/s/shot.blend", "blender", "shot", "/out/shot")


def queue_with(frames: int, max_retries: int = 3) -> tuple[Queue, Task]:
    queue = Queue()
    task = queue.add(JOB, now=0.0, max_retries=max_retries)
    queue.fill(task.id, JOB, range(1, frames + 1))
    return queue, task


def report(queue: Queue, run: Run, *events: RunEvent) -> None:
    queue.apply(RunReport(run.id, events), now=100.0, retry_delay=60.0)


def test_a_task_lives_from_pending_to_completed() -> None:
    queue, task = queue_with(2)
    assert task.state is TaskState.PENDING
    run = queue.start_run(task.id, (1, 2), now=0.0)
    assert task.state is TaskState.RUNNING
    report(queue, run, FrameBegan(1), FrameCompleted(1, (), seconds=2.0))
    assert (task.completed_frames, task.percentage) == (1, 50.0)
    report(queue, run, FrameCompleted(2, ()), RunEnded(Outcome.FINISHED, 0))
    assert task.state is TaskState.COMPLETED
    assert task.finished_at == 100.0


def test_a_crash_at_frame_37_leads_to_37_to_50() -> None:
    queue, task = queue_with(50)
    run = queue.start_run(task.id, tuple(range(1, 51)), now=0.0)
    done = [FrameCompleted(number, ()) for number in range(1, 37)]
    ended = RunEnded(Outcome.FAILED, 139, "crashed", tuple(range(37, 51)))
    report(queue, run, *done, FrameBegan(37), ended)
    chunk = next_chunk(queue, Limits(), now=200.0)
    assert chunk is not None and chunk.frames == tuple(range(37, 51))[: len(chunk.frames)]
    assert chunk.frames[0] == 37
    assert (task.retry_count, task.error_message) == (0, "crashed")


def test_after_the_last_retry_the_frames_fail_with_their_reasons() -> None:
    queue, task = queue_with(2, max_retries=0)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    queue.drain()
    ended = RunEnded(Outcome.FAILED, 0, "the run's reason", (1, 2))
    report(queue, run, FrameRejected(1, "frame 1 is cut off"), ended)
    details = queue.drain().frames[task.id]
    assert [details[0].error_message, details[1].error_message] == [
        "frame 1 is cut off",
        "the run's reason",
    ]
    assert task.state is TaskState.FAILED


def test_cancel_fails_the_frame_in_work_and_leaves_the_others() -> None:
    queue, task = queue_with(4)
    run = queue.start_run(task.id, (1, 2, 3, 4), now=0.0)
    report(queue, run, FrameBegan(1), FrameCompleted(1, ()), FrameBegan(2))
    queue.cancel(task.id)
    report(queue, run, RunEnded(Outcome.CANCELLED, None, "", (2, 3, 4)))
    states = [task.frames.state(index) for index in range(4)]
    assert states == [
        FrameState.COMPLETED,
        FrameState.FAILED,
        FrameState.PENDING,
        FrameState.PENDING,
    ]
    assert task.state is TaskState.CANCELLED
    queue.retry(task.id)
    assert task.unassigned(9) == [2, 3, 4]


def test_giving_way_costs_no_retry_and_no_frame() -> None:
    queue, task = queue_with(4)
    run = queue.start_run(task.id, (1, 2, 3, 4), now=0.0)
    report(queue, run, FrameCompleted(1, ()), RunEnded(Outcome.GAVE_WAY, 0, "", (2, 3, 4)))
    assert (task.state, task.retry_count, task.retry_at) == (TaskState.PENDING, 0, None)
    assert task.unassigned(9) == [2, 3, 4]


HOPELESS = Problem("missing_scene", "no such file", is_hopeless=True)


def hold(queue: Queue, task: Task) -> None:
    run = queue.start_run(task.id, (1, 2), now=0.0)
    ended = RunEnded(Outcome.FAILED, 1, "The scene is gone.", (1, 2), problem=HOPELESS)
    report(queue, run, FrameRejected(1, "nothing"), ended)


@pytest.mark.parametrize("max_retries", [0, 3])
def test_what_is_hopeless_is_held_at_once_with_the_reason(max_retries: int) -> None:
    queue, task = queue_with(3, max_retries)
    hold(queue, task)
    assert (task.state, task.error_message) == (TaskState.PAUSED, "The scene is gone.")
    assert (task.retry_count, task.retry_at) == (0, None)
    assert task.frames.counts == (3, 0, 0, 0)
    assert next_chunk(queue, Limits(), now=1e9) is None


@pytest.mark.parametrize("verb", ["resume", "retry"])
def test_a_held_task_goes_on_with_all_its_retries_when_told_to(verb: str) -> None:
    queue, task = queue_with(3)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    report(queue, run, RunEnded(Outcome.FAILED, 1, "crashed", (1, 2)))
    assert task.retry_count == 1
    hold(queue, task)
    getattr(queue, verb)(task.id)
    assert (task.state, task.error_message) == (TaskState.PENDING, None)
    assert (task.retry_count, task.retry_at) == (0, None)
    assert task.unassigned(9) == [1, 2, 3]


def test_a_task_cancelled_meanwhile_is_not_held() -> None:
    queue, task = queue_with(2)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    queue.cancel(task.id)
    report(queue, run, RunEnded(Outcome.FAILED, 1, "gone", (1, 2), problem=HOPELESS))
    assert task.state is TaskState.CANCELLED


REFUSED = Problem(NO_LICENSE, "no licence", is_hopeless=True)


def refuse(queue: Queue, task: Task, now: float) -> None:
    run = queue.start_run(task.id, (1, 2), now)
    ended = RunEnded(Outcome.FAILED, 1, "All seats are taken.", (1, 2), problem=REFUSED)
    queue.apply(RunReport(run.id, (ended,)), now, retry_delay=60.0)


def test_a_licence_is_waited_for_with_growing_pauses_and_no_retry() -> None:
    queue, task = queue_with(2, max_retries=0)
    for now, again in ((100.0, 160.0), (160.0, 280.0), (280.0, 520.0)):
        refuse(queue, task, now)
        assert (task.retry_at, task.waits_for_license_since) == (again, 100.0)
    assert (task.state, task.retry_count, task.wish) == (TaskState.PENDING, 0, Wish.RUN)
    assert task.frames.counts == (2, 0, 0, 0)
    assert task.error_message == "Waiting for a licence. All seats are taken."


def test_the_first_frame_begun_ends_the_wait_for_a_licence() -> None:
    queue, task = queue_with(2)
    refuse(queue, task, now=100.0)
    run = queue.start_run(task.id, (1, 2), now=160.0)
    assert task.waits_for_license_since == 100.0
    report(queue, run, FrameBegan(1))
    assert (task.waits_for_license_since, task.error_message) == (None, None)
    report(queue, run, RunEnded(Outcome.GAVE_WAY, 0, "", (1, 2)))
    refuse(queue, task, now=500.0)
    assert (task.retry_at, task.waits_for_license_since) == (560.0, 500.0)


def test_another_end_ends_the_wait_for_a_licence() -> None:
    queue, task = queue_with(2)
    refuse(queue, task, now=100.0)
    run = queue.start_run(task.id, (1, 2), now=160.0)
    report(queue, run, RunEnded(Outcome.FAILED, 1, "crashed", (1, 2)))
    assert (task.waits_for_license_since, task.error_message) == (None, "crashed")
    assert task.retry_count == 1


def test_a_cancelled_task_waits_for_no_licence() -> None:
    queue, task = queue_with(2)
    refuse(queue, task, now=100.0)
    queue.cancel(task.id)
    assert (task.waits_for_license_since, task.retry_at) == (None, None)


def render(queue: Queue, task: Task, bad: set[int], most: int = 200) -> list[tuple[int, ...]]:
    """Let runs of the task end at the first of `bad`, until nothing is left; their frames."""
    runs: list[tuple[int, ...]] = []
    while frames := tuple(task.unassigned(most)):
        assert len(runs) < 100, "it goes on for ever"
        runs.append(frames)
        run = queue.start_run(task.id, frames, now=0.0)
        deadly = next((number for number in frames if number in bad), None)
        whole = frames if deadly is None else frames[: frames.index(deadly)]
        done = [FrameCompleted(number, ()) for number in whole]
        missing = frames[len(whole) :]
        outcome = Outcome.FAILED if missing else Outcome.FINISHED
        reason = f"crashed at {deadly}" if missing else ""
        ended = RunEnded(outcome, 139 if missing else 0, reason, missing, in_work=deadly)
        report(queue, run, *done, ended)
    return runs


def test_a_frame_that_kills_the_renderer_twice_is_tried_last_alone_and_then_fails() -> None:
    queue, task = queue_with(100)
    runs = render(queue, task, bad={37})
    whole, rest = tuple(range(1, 101)), tuple(range(37, 101))
    assert runs == [whole, rest, rest[1:], (37,), (37,)]
    assert task.frames.counts == (0, 0, 99, 1)
    assert (task.state, task.error_message) == (TaskState.FAILED, "crashed at 37")


def test_the_frames_set_aside_are_tried_one_at_a_time() -> None:
    queue, task = queue_with(6)
    runs = render(queue, task, bad={2, 5})
    assert runs[-4:] == [(2,), (2,), (5,), (5,)]
    assert task.frames.counts == (0, 0, 4, 2)


@pytest.mark.parametrize("max_retries", [0, 1, 3])
def test_a_bad_frame_fails_for_good_after_its_own_retries_and_the_others_go_on(
    max_retries: int,
) -> None:
    queue, task = queue_with(10, max_retries)
    runs = render(queue, task, bad={4}, most=6)
    assert sum(4 in frames for frames in runs) <= max_retries + 2
    assert task.failures[4] == max_retries + 1
    assert numbers_in(task, FrameState.FAILED) == [4]
    assert task.completed_frames == 9


def numbers_in(task: Task, state: FrameState) -> list[int]:
    return [task.frames.numbers[index] for index in task.frames.indexes(state)]


def test_where_every_frame_kills_the_renderer_the_task_soon_fails() -> None:
    queue, task = queue_with(100)
    runs = render(queue, task, bad=set(range(1, 101)))
    assert len(runs) < 20
    assert task.state is TaskState.FAILED
    assert task.completed_frames == 0


def test_runs_that_get_somewhere_use_up_no_retry() -> None:
    queue, task = queue_with(10, max_retries=1)
    for frame in range(1, 10):
        run = queue.start_run(task.id, tuple(range(frame, 11)), now=0.0)
        missing = tuple(range(frame + 1, 11))
        report(queue, run, FrameCompleted(frame, ()), RunEnded(Outcome.FAILED, 1, "", missing))
    assert (task.retry_count, task.failed_frames, task.completed_frames) == (0, 0, 9)


def test_runs_without_a_frame_to_blame_use_up_the_retries() -> None:
    queue, task = queue_with(2, max_retries=1)
    for counts in ((2, 0, 0, 0), (0, 0, 0, 2)):
        run = queue.start_run(task.id, (1, 2), now=0.0)
        report(queue, run, RunEnded(Outcome.FAILED, 1, "crashed", (1, 2)))
        assert task.frames.counts == counts
    assert (task.state, task.retry_at) == (TaskState.FAILED, None)


def test_a_rejected_frame_fails_for_good_with_its_own_reason() -> None:
    queue, task = queue_with(3, max_retries=1)
    for _try in range(2):
        run = queue.start_run(task.id, tuple(task.unassigned(9)), now=0.0)
        done = [FrameCompleted(n, ()) for n in run.frames if n != 2]
        report(
            queue, run, *done, FrameRejected(2, "cut off"), RunEnded(Outcome.FAILED, 0, "", (2,))
        )
    assert task.frames.counts == (0, 0, 2, 1)
    assert queue.drain().frames[task.id][1].error_message == "cut off"


def test_a_frame_that_killed_but_was_rendered_after_all_is_forgiven() -> None:
    queue, task = queue_with(2)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    report(queue, run, RunEnded(Outcome.FAILED, 139, "crashed", (1, 2), in_work=1))
    assert (task.failures, task.kills) == ({1: 1}, {1: 1})
    run = queue.start_run(task.id, (1, 2), now=0.0)
    report(queue, run, FrameCompleted(1, ()))
    assert (task.failures, task.kills) == ({}, {})


def test_retry_forgives_the_frames_too() -> None:
    queue, task = queue_with(3, max_retries=1)
    render(queue, task, bad={2})
    queue.retry(task.id)
    assert (task.failures, task.kills) == ({}, {})
    render(queue, task, bad=set())
    assert (task.state, task.error_message) == (TaskState.COMPLETED, None)


def test_what_is_known_of_a_completed_frame_is_mended_unless_it_is_out_of_date() -> None:
    queue, task = queue_with(2)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    old = FrameDetail(FrameState.COMPLETED, seconds=2.0)
    new = FrameDetail(FrameState.COMPLETED, seconds=2.0, thumbnail_path="/t/1.jpg")
    assert not queue.mend(task.id, 0, old, new)  # not completed
    report(queue, run, FrameCompleted(1, (), seconds=3.0))
    assert not queue.mend(task.id, 0, old, new)  # it has just become another one
    queue.drain()
    assert not queue.mend(task.id + 1, 0, old, new)
    assert not queue.mend(task.id, 2, old, new)
    assert not queue.drain()
    assert queue.mend(task.id, 0, old, new)
    touched = queue.drain()
    assert (touched.tasks, touched.frames) == ({task.id}, {task.id: {0: new}})
    assert task.frames.state(0) is FrameState.COMPLETED
    queue.fill(task.id, JOB, range(1, 3))
    assert not queue.mend(task.id, 0, old, new)  # these are other frames


def test_reports_of_runs_that_are_over_change_nothing() -> None:
    queue, task = queue_with(1)
    run = queue.start_run(task.id, (1,), now=0.0)
    report(queue, run, RunEnded(Outcome.GAVE_WAY, 0, "", (1,)))
    report(queue, run, FrameCompleted(1, ()))
    assert task.completed_frames == 0


def test_verbs_that_do_not_fit_say_so() -> None:
    queue, task = queue_with(1)
    run = queue.start_run(task.id, (1,), now=0.0)
    with pytest.raises(ConflictError, match="Cancel it first"):
        queue.remove(task.id)
    report(queue, run, FrameCompleted(1, ()), RunEnded(Outcome.FINISHED, 0))
    for verb in (queue.cancel, queue.retry, queue.pause, queue.resume):
        with pytest.raises(ConflictError):
            verb(task.id)
    with pytest.raises(NotFoundError):
        queue.cancel(99)
    with pytest.raises(NotFoundError):
        queue.retry_frames(task.id, [99])


def test_completed_frames_can_be_rendered_again() -> None:
    queue, task = queue_with(3)
    run = queue.start_run(task.id, (1, 2, 3), now=0.0)
    done = [FrameCompleted(number, ()) for number in (1, 2, 3)]
    report(queue, run, *done, RunEnded(Outcome.FINISHED, 0))
    queue.retry_frames(task.id, [2])
    assert (task.state, task.unassigned(9)) == (TaskState.PENDING, [2])


@pytest.mark.parametrize("wish", Wish)
def test_the_state_is_derived_for_every_combination(wish: Wish) -> None:
    states = {
        task_state(wish, (p, r, c, f), has_runs=bool(r), is_broken=False)
        for p in (0, 1)
        for r in (0, 1)
        for c in (0, 1)
        for f in (0, 1)
    }
    assert TaskState.COMPLETED in states
    assert (TaskState.CANCELLED in states) == (wish is Wish.CANCEL)


class QueueMachine(RuleBasedStateMachine):
    """Any sequence of verbs and reports leaves a queue that adds up."""

    tasks = Bundle("tasks")
    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.now = 0.0

    @rule(target=tasks, frames=st.integers(1, 6), retries=st.integers(0, 2))
    def submit(self, frames: int, retries: int) -> Task:
        task = self.queue.add(JOB, self.now, max_retries=retries)
        self.queue.fill(task.id, JOB, range(1, frames + 1))
        return task

    @rule(target=runs, slots=st.integers(1, 3))
    def dispatch(self, slots: int) -> object:
        self.now += 30.0
        chunk = next_chunk(self.queue, Limits(slots), self.now)
        if chunk is None:
            return multiple()
        task = self.queue.task(chunk.task_id)
        given = {frame for run in task.runs.values() for frame in run.frames}
        assert not given.intersection(chunk.frames), "a frame in two runs at once"
        assert all(task.frames.state(f - 1) is FrameState.PENDING for f in chunk.frames)
        return self.queue.start_run(chunk.task_id, chunk.frames, self.now)

    @rule(run=runs, data=st.data())
    def report(self, run: Run, data: st.DataObject) -> None:
        frame = data.draw(st.sampled_from(run.frames))
        kind = data.draw(st.sampled_from(["began", "completed", "rejected"]))
        events: dict[str, RunEvent] = {
            "began": FrameBegan(frame),
            "completed": FrameCompleted(frame, ()),
            "rejected": FrameRejected(frame, "bad"),
        }
        self.queue.apply(RunReport(run.id, (events[kind],)), self.now, 60.0)

    @rule(
        run=runs,
        outcome=st.sampled_from(Outcome),
        problem=st.sampled_from([None, None, HOPELESS, REFUSED]),
        exit_code=st.sampled_from([0, 139]),
        data=st.data(),
    )
    def end(
        self,
        run: Run,
        outcome: Outcome,
        problem: Problem | None,
        exit_code: int,
        data: st.DataObject,
    ) -> None:
        task = self.queue.task_of_run(run.id)
        if task is None:
            return
        missing = tuple(
            number
            for number in run.frames
            if task.frames.state(number - 1) is not FrameState.COMPLETED
        )
        if outcome is Outcome.FINISHED and missing:
            outcome = Outcome.FAILED
        in_work = data.draw(st.sampled_from([None, *missing]))
        ended = RunEnded(outcome, exit_code, "over", missing, problem=problem, in_work=in_work)
        self.queue.apply(RunReport(run.id, (ended,)), self.now, 60.0)

    @rule(task=tasks, frame=st.integers(1, 6))
    def ask_for_a_frame_again(self, task: Task, frame: int) -> None:
        with suppress(UserError):  # no such frame, or task
            self.queue.retry_frames(task.id, [frame])

    @rule(task=tasks, more=st.integers(1, 6))
    def reframe(self, task: Task, more: int) -> None:
        with suppress(UserError):  # it is being rendered, or removed
            self.queue.reframe(task.id, range(1, more + 1))

    @rule(run=runs)
    def give_way(self, run: Run) -> None:
        if self.queue.task_of_run(run.id) is not None:
            self.queue.give_way(run.id)

    @rule(task=tasks, verb=st.sampled_from(["cancel", "retry", "pause", "resume", "remove"]))
    def ask(self, task: Task, verb: str) -> None:
        try:
            getattr(self.queue, verb)(task.id)
        except UserError as refusal:
            assert str(refusal)

    @precondition(lambda self: self.queue.tasks)
    @invariant()
    def everything_adds_up(self) -> None:
        for task in self.queue:
            assert sum(task.frames.counts) == task.total_frames
            states = [task.frames.state(index) for index in range(task.total_frames)]
            assert tuple(states.count(state) for state in FrameState) == task.frames.counts
            assert 0 <= task.percentage <= 100
            given = [frame for run in task.runs.values() for frame in run.frames]
            assert len(given) == len(set(given)), "a frame in two runs at once"
            if not task.runs:
                assert task.frames.counts[FrameState.RENDERING] == 0, "a frame stuck in rendering"

    @invariant()
    def what_is_in_play_is_known(self) -> None:
        expected = {task.id for task in self.queue if task.is_in_play}
        assert {task.id for task in self.queue.in_play()} == expected

    @invariant()
    def no_run_is_without_its_task(self) -> None:
        of_tasks = {run: task.id for task in self.queue for run in task.runs}
        assert of_tasks == self.queue._task_of_run


TestQueue = QueueMachine.TestCase
TestQueue.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_task_that_is_paused_while_it_is_tried_again_is_not_held() -> None:
    queue, task = queue_with(2)
    run = queue.start_run(task.id, (1, 2), now=0.0)
    report(queue, run, RunEnded(Outcome.FAILED, 1, "crashed", (1, 2)))
    queue.start_run(task.id, (1, 2), now=200.0)
    queue.pause(task.id)
    assert task.state is TaskState.PAUSED
    assert not task.is_held, "its frame in work is to be finished"


@pytest.mark.parametrize("problem", [None, Problem(NO_LICENSE, "no licence")])
def test_a_run_that_fails_while_its_task_is_paused_does_not_hold_it(
    problem: Problem | None,
) -> None:
    queue, task = queue_with(4)
    first = queue.start_run(task.id, (1, 2), now=0.0)
    queue.start_run(task.id, (3, 4), now=0.0)
    queue.pause(task.id)
    report(queue, first, RunEnded(Outcome.FAILED, 1, "crashed", (1, 2), problem=problem))
    assert task.state is TaskState.PAUSED
    assert not task.is_held, "the other run goes on to its frame border"
