"""Whatever is done to the queue: what the journal brings back is what was there."""

from __future__ import annotations

import shutil
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from render_manager.base.errors import ConflictError
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
from render_manager.domain.evidence import ExpectedFile, Measure, OnSuspicion, Suspicion
from render_manager.domain.job import RenderJob, RenderOptions, SceneInfo
from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.domain.timetable import TimeWishes
from render_manager.domain.touched import Touched
from render_manager.storage.journal import Journal

HOURS = [None, "always", "Mo-Fr 19:00-08:00"]
TEXT = st.text(st.characters(), max_size=6)
JOBS = st.builds(
    RenderJob,
    project_file=TEXT,
    renderer=st.sampled_from(["maya", "ue", "blender"]),
    name=TEXT,
    output_dir=TEXT,
    options=st.builds(RenderOptions, camera=st.none() | TEXT, width=st.none() | st.integers(1, 9)),
    scene=st.none() | st.builds(SceneInfo, renderer=TEXT, start=st.none() | st.integers()),
)
NUMBERS = st.lists(st.integers(-20, 20), min_size=1, max_size=12, unique=True).map(sorted)
SECONDS = st.none() | st.floats(0, 1e6)
FILES = st.lists(
    st.builds(
        FrameFile,
        path=TEXT,
        size=st.integers(0, 2**40),
        width=st.integers(1, 2**20),
        height=st.integers(1, 2**20),
        layers=st.lists(TEXT, max_size=2).map(tuple),
        notes=st.lists(TEXT, max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
MEASURES = st.builds(
    Measure, st.floats(0, 1), st.integers(0, 2**40), st.sampled_from(["", "a", "b"])
)
EXPECTED = st.lists(
    st.builds(
        ExpectedFile,
        TEXT,
        st.tuples(st.integers(1, 99), st.integers(1, 99)),
        st.just(("rgb",)),
        st.booleans(),
    ),
    max_size=2,
).map(tuple)
IN_MEMORY_ONLY = {
    "runs",
    "failures",
    "kills",
    "waits_for_license_since",
    "license_refusals",
    "doubts",
    "frame_bytes",
    "problem",
}
START = st.builds(RunStarted, st.integers(1, 2**32), st.floats(0, 2e9), TEXT, TEXT)


def events_of(frame: int) -> st.SearchStrategy[RunEvent]:
    return st.one_of(
        st.just(FrameBegan(frame)),
        st.builds(
            FrameCompleted,
            st.just(frame),
            FILES,
            SECONDS,
            st.none() | TEXT,
            suspicions=st.lists(st.sampled_from(Suspicion), unique=True, max_size=2).map(tuple),
            measure=st.none() | MEASURES,
            expected=EXPECTED,
        ),
        st.builds(FrameRejected, st.just(frame), TEXT),
    )


ENDS = st.builds(
    RunEnded,
    outcome=st.sampled_from(Outcome),
    exit_code=st.none() | st.integers(-(2**31), 2**32),
    reason=TEXT,
    startup_seconds=SECONDS,
)
PICK = st.integers(0, 1000)
"""Which of the tasks or runs that there are."""


class JournalOfAQueue(RuleBasedStateMachine):
    """Does to a queue what the service does; `details` is what the frames should be like."""

    empty_database: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "journal.sqlite3"
        shutil.copy(self.empty_database, self.path)
        self.journal = Journal(self.path)
        self.journal.open()
        self.queue = Queue()
        self.now = 1000.0
        self.gate = threading.Event()
        self.gate.set()
        self.removed: list[Task] = []
        self.details: dict[int, list[FrameDetail]] = {}
        self.kept: dict[int, dict[int, FrameDetail]] = {}
        job = RenderJob("a.blend", "blender", "a", "renders")
        self.add(job, 5, None, [1, 2, 3, 5])
        self.add(job, 5, None, [1, 2, 3])

    def teardown(self) -> None:
        self.compare_and_begin_again()
        self.journal.close()
        self.folder.cleanup()

    # --- what the service does ----------------------------------------------------------------

    @rule(job=JOBS, priority=st.integers(0, 10), text=st.none() | TEXT, numbers=NUMBERS | st.none())
    def add(
        self, job: RenderJob, priority: int, text: str | None, numbers: list[int] | None
    ) -> None:
        task = self.queue.add(job, self.now, priority=priority, frames_text=text)
        if numbers:
            self.queue.fill(task.id, job, numbers)

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK, job=JOBS, numbers=NUMBERS)
    def fill(self, pick: int, job: RenderJob, numbers: list[int]) -> None:
        task = self.task(pick)
        if not task.runs:
            self.queue.fill(task.id, job, numbers)

    @precondition(lambda self: self.idle())
    @rule(pick=PICK, several=st.lists(NUMBERS, min_size=1, max_size=2))
    def reframe(self, pick: int, several: list[list[int]]) -> None:
        """Other frames, perhaps twice before it is told; what was recorded waits to be merged."""
        self.tell("record")
        idle = self.idle()
        task = idle[pick % len(idle)]
        known = zip(task.frames.numbers, self.details.get(task.id, []), strict=True)
        self.kept[task.id] = dict(known)
        for numbers in several:
            self.queue.reframe(task.id, numbers)
            kept = self.kept[task.id].items()
            self.kept[task.id] = {frame: detail for frame, detail in kept if frame in numbers}

    @precondition(lambda self: self.idle())
    @rule(pick=PICK, job=JOBS, numbers=NUMBERS)
    def change_and_undo(self, pick: int, job: RenderJob, numbers: list[int]) -> None:
        """Another picture, and back to what there was."""
        self.tell("commit")
        idle = self.idle()
        task = idle[pick % len(idle)]
        before, frames, details = task.job, task.frames, self.details.get(task.id, [])
        expected, suspicions = task.expected, dict(task.suspicions)
        self.queue.replace_job(task.id, job)
        self.tell("record")
        self.queue.put_frames_back(task.id, before, frames, details, expected, suspicions)

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK, reason=TEXT)
    def break_(self, pick: int, reason: str) -> None:
        self.queue.break_(self.task(pick).id, reason)

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK, verb=st.sampled_from(["cancel", "retry", "pause", "resume"]))
    def use_a_verb(self, pick: int, verb: str) -> None:
        with suppress(ConflictError):
            getattr(self.queue, verb)(self.task(pick).id)

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK, on_suspicion=st.sampled_from(OnSuspicion))
    def choose_what_suspicions_do(self, pick: int, on_suspicion: OnSuspicion) -> None:
        task = self.task(pick)
        self.queue.set_terms(task.id, replace(task.terms, on_suspicion=on_suspicion))

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK, start_at=st.none() | st.floats(0, 9e9), hours=st.sampled_from(HOURS))
    def choose_times(self, pick: int, start_at: float | None, hours: str | None) -> None:
        task, times = self.task(pick), TimeWishes(start_at, hours, start_at)
        self.queue.set_terms(task.id, replace(task.terms, times=times))

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK, suspicions=st.frozensets(st.sampled_from(Suspicion)), undo=st.booleans())
    def accept(self, pick: int, suspicions: frozenset[Suspicion], undo: bool) -> None:
        self.tell("record")
        task = self.task(pick)
        known = enumerate(self.details.get(task.id, []))
        failed = {index: detail for index, detail in known if detail.state is FrameState.FAILED}
        intended, suspected = task.intended, dict(task.suspicions)
        self.queue.accept(task.id, suspicions, failed)
        if undo:
            self.queue.suspect_again(task.id, intended, suspected, failed)

    @precondition(lambda self: self.idle())
    @rule(pick=PICK)
    def remove(self, pick: int) -> None:
        idle = self.idle()
        self.removed.append(self.queue.remove(idle[pick % len(idle)].id))

    @precondition(lambda self: self.removed)
    @rule()
    def put_back(self) -> None:
        self.queue.put_back(self.removed.pop())

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK, priority=st.integers(0, 10), position=st.floats(-1e9, 1e9))
    def reorder(self, pick: int, priority: int, position: float) -> None:
        self.queue.set_priority(self.task(pick).id, priority)
        self.queue.set_position(self.task(pick).id, position)

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK)
    def retry_completed_frames(self, pick: int) -> None:
        task = self.task(pick)
        completed = list(task.frames.indexes(FrameState.COMPLETED))
        if completed:
            self.queue.retry_frames(task.id, [task.frames.numbers[i] for i in completed])

    @precondition(lambda self: self.queue.tasks)
    @rule(pick=PICK, most=st.integers(1, 6), start=START, data=st.data())
    def render(self, pick: int, most: int, start: RunStarted, data: st.DataObject) -> None:
        """Start a run, or let one that is under way report more."""
        task = self.task(pick)
        if frames := task.unassigned(most):
            self.queue.start_run(task.id, tuple(frames), self.now)
        for run in task.runs.values():
            frames = [*run.frames, 99]  # one that the task does not have
            events = st.lists(st.sampled_from(frames).flatmap(events_of), max_size=6)
            self.apply((task, run), start, *data.draw(events))

    @precondition(lambda self: self.runs())
    @rule(pick=PICK, end=ENDS)
    def end_run(self, pick: int, end: RunEnded) -> None:
        task, run = self.run_of(pick)
        states = {frame: task.frames.index(frame) for frame in run.frames}
        missing = tuple(
            frame
            for frame, index in states.items()
            if index is not None and task.frames.state(index) is not FrameState.COMPLETED
        )
        self.apply((task, run), RunEnded(end.outcome, end.exit_code, end.reason, missing))

    @rule(how=st.sampled_from(["record", "record", "record", "commit", "begin again"]))
    def record(self, how: str) -> None:
        self.tell(how)

    def tell(self, how: str) -> None:
        if how == "record":
            self.hold()  # so that what is recorded piles up and is merged
            self.journal.record(self.touched(), self.queue.tasks)
        elif how == "commit":
            self.let_go()
            self.journal.commit(self.touched(), self.queue.tasks)
        else:
            self.compare_and_begin_again()

    def compare_and_begin_again(self) -> None:
        """The program ends, and the next one finds what this one knew."""
        self.journal.record(self.touched(), self.queue.tasks)
        self.let_go()
        self.compare_details()
        self.journal.close()
        yesterday = self.journal.open()
        assert yesterday.notices == []
        assert [told(task) for task in yesterday.tasks] == [
            told(task) for task in sorted(self.queue.tasks.values(), key=lambda task: task.id)
        ]
        runs = sorted(self.runs(), key=lambda task_and_run: task_and_run[1].id)
        assert [(task_id, noted(run)) for task_id, run in yesterday.open_runs] == [
            (task.id, noted(run)) for task, run in runs
        ]
        self.go_on(
            Queue(
                next_task=yesterday.next_task,
                next_frame=yesterday.next_frame,
                next_run=yesterday.next_run,
            ),
            yesterday.tasks,
            yesterday.open_runs,
        )

    # --- how it is done -----------------------------------------------------------------------

    def go_on(self, queue: Queue, tasks: list[Task], runs: list[tuple[int, Run]]) -> None:
        for task in tasks:
            queue.restore(task)
        for task_id, run in runs:
            queue.resume_run(task_id, run)
        given_before = (self.queue._next_task, self.queue._next_frame, self.queue._next_run)
        assert (queue._next_task, queue._next_frame, queue._next_run) == given_before
        self.queue, self.removed = queue, []

    def hold(self) -> None:
        if self.gate.is_set():
            self.gate.clear()
            self.journal._ask(lambda _connection: self.gate.wait())

    def let_go(self) -> None:
        self.gate.set()

    def idle(self) -> list[Task]:
        return [task for task in self.queue if not task.runs]

    def task(self, pick: int) -> Task:
        tasks = list(self.queue)
        return tasks[pick % len(tasks)]

    def runs(self) -> list[tuple[Task, Run]]:
        return [(task, run) for task in self.queue for run in task.runs.values()]

    def run_of(self, pick: int) -> tuple[Task, Run]:
        runs = self.runs()
        return runs[pick % len(runs)]

    def apply(self, task_and_run: tuple[Task, Run], *events: RunEvent) -> None:
        self.now += 1.5
        self.queue.apply(RunReport(task_and_run[1].id, events), self.now, retry_delay=60)

    def touched(self) -> Touched:
        """What is to be told, after taking it into `details` in the plainest way there is."""
        touched = self.queue.drain()
        for task in [*self.queue, *touched.removed.values()]:
            if task.id in touched.filled:
                kept = self.kept.get(task.id, {}) if task.id in touched.kept else {}
                pending = FrameDetail(FrameState.PENDING)
                self.details[task.id] = [kept.get(n, pending) for n in task.frames.numbers]
            for index, detail in touched.frames.get(task.id, {}).items():
                self.details[task.id][index] = detail
        return touched

    def compare_details(self) -> None:
        for task in self.queue:
            details = self.journal.frame_details(task.id).result()
            assert details == self.details.get(task.id, [])
            assert bytes(detail.state for detail in details) == task.frames.states


def told(task: Task) -> dict[str, object]:
    """All that is written down of a task, in a form that can be compared."""
    values = {name: getattr(task, name) for name in Task.__slots__ if name not in IN_MEMORY_ONLY}
    return {**values, "frames": (list(task.frames.numbers), task.frames.states)}


def noted(run: Run) -> tuple[object, ...]:
    """What is written down of a run."""
    return (
        run.id,
        run.frames,
        run.started_at,
        run.pid,
        run.process_created,
        run.log_path,
        run.command,
    )


def test_what_comes_back_is_what_was_there(empty_database: Path) -> None:
    JournalOfAQueue.empty_database = empty_database
    run_state_machine_as_test(
        JournalOfAQueue,
        settings=settings(
            max_examples=30,
            stateful_step_count=50,
            deadline=None,
            phases=[Phase.reuse, Phase.generate],  # shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
