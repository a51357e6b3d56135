"""The queue: every task, in memory, changed by one thread only.

Each change notes what it touched; `drain` hands that over, so that doors and journal learn of it
in groups. Verbs check their preconditions and raise ConflictError with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from render_manager.base.errors import ConflictError, NotFoundError
from render_manager.base.i18n import _
from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameProgress,
    FrameRejected,
    PhaseChanged,
    RunEnded,
    RunEvent,
    RunReport,
    RunStarted,
)
from render_manager.domain.evidence import Expectation, Suspicion
from render_manager.domain.frames import FrameTable
from render_manager.domain.job import RenderJob
from render_manager.domain.preflight import Finding, blocking
from render_manager.domain.settling import Settling
from render_manager.domain.states import FrameState, TaskState, Wish
from render_manager.domain.suspecting import Suspecting
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.domain.terms import Terms
from render_manager.domain.touched import Mover, Touched


class Queue:
    """All tasks by id. Ids of tasks, frames and runs are given out here and never used twice."""

    def __init__(self, *, next_task: int = 1, next_frame: int = 1, next_run: int = 1) -> None:
        self.tasks: dict[int, Task] = {}
        self._task_of_run: dict[int, int] = {}
        self._next_task = next_task
        self._next_frame = next_frame
        self._next_run = next_run
        self._mover = Mover()
        self._unseen: list[set[int]] = []
        """What was drained since each of those who follow looked last."""
        self._in_play: dict[int, Task] = {}
        self._news_of_play = self.follow()
        self._suspecting = Suspecting(self._mover)
        self._settling = Settling(self._mover)

    def drain(self) -> Touched:
        """What was touched since the last call."""
        touched = self._mover.drain()
        for unseen in self._unseen:
            unseen |= touched.ids
        return touched

    def follow(self) -> Callable[[], set[int]]:
        """A call that answers with the tasks touched since the last time, and at first with all.

        For who keeps something about every task: to look at 10,000 takes milliseconds.
        """
        unseen = set(self.tasks)
        self._unseen.append(unseen)

        def news() -> set[int]:
            found = unseen | self._mover.touched.ids
            unseen.clear()
            return found

        return news

    def in_play(self) -> list[Task]:
        """The tasks that matter to what is started or stopped next: a small part of a long queue."""
        for task_id in self._news_of_play():
            task = self.tasks.get(task_id)
            if task is not None and task.is_in_play:
                self._in_play[task_id] = task
            else:
                self._in_play.pop(task_id, None)
        return list(self._in_play.values())

    def task(self, task_id: int) -> Task:
        try:
            return self.tasks[task_id]
        except KeyError:
            raise NotFoundError(_("There is no task {id}.").format(id=task_id)) from None

    def __iter__(self) -> Iterator[Task]:
        return iter(self.tasks.values())

    # --- coming and going ---------------------------------------------------------------------

    def restore(self, task: Task) -> None:
        """Take in a task that the journal already knows."""
        self.tasks[task.id] = task
        for unseen in self._unseen:
            unseen.add(task.id)

    def add(self, job: RenderJob, now: float, **properties: object) -> Task:
        """A new task without frames; `fill` gives it some."""
        task = Task(id=self._next_task, job=job, created_at=now, **properties)  # type: ignore[arg-type]
        task.position = float(task.id)
        self._next_task += 1
        self.tasks[task.id] = task
        self._mover.touched.added.add(task.id)
        self._mover.touched.tasks.add(task.id)
        return task

    def fill(self, task_id: int, job: RenderJob, numbers: Sequence[int]) -> None:
        """Give a task what was read from its scene, and its frames."""
        task = self.task(task_id)
        task.job = job
        task.frames = FrameTable(numbers)
        task.first_frame_id = self._next_frame
        task.is_broken = False
        task.error_message = None
        task.forget_troubles()
        task.forget_evidence()
        self._next_frame += len(numbers)
        self._mover.touched.filled.add(task_id)
        self._mover.touched.frames.pop(task_id, None)
        self._mover.touched.kept.pop(task_id, None)
        self._mover.touched.tasks.add(task_id)

    def reframe(self, task_id: int, numbers: Sequence[int]) -> None:
        """Give a task other frames; what is known of those that it had already stays."""
        task = self.task(task_id)
        self.check_is_idle(task)
        before, first_id = task.frames, task.first_frame_id
        expected, suspicions = task.expected, dict(task.suspicions)
        news = self._mover.touched.frames.get(task_id, {})
        kept = self._mover.touched.kept.get(task_id)
        self.fill(task_id, task.job, numbers)
        moves = {
            old: new
            for new, number in enumerate(task.frames.numbers)
            if (old := before.index(number)) is not None
        }
        task.frames = FrameTable(numbers, _moved(before.states, moves, len(numbers)))
        task.expected = expected
        task.suspicions = {n: s for n, s in suspicions.items() if task.frames.index(n) is not None}
        task.finished_at = None
        self._mover.touched.frames[task_id] = {moves[i]: d for i, d in news.items() if i in moves}
        ids = {first_id + old: task.frame_id(new) for old, new in moves.items()}
        self._mover.touched.kept[task_id] = (
            ids if kept is None else {a: ids[b] for a, b in kept.items() if b in ids}
        )

    def replace_job(self, task_id: int, job: RenderJob) -> None:
        """Render something else: the task is without frames until `fill` gives it some."""
        task = self.task(task_id)
        self.check_is_idle(task)
        self.fill(task_id, job, ())
        task.finished_at = None

    def put_frames_back(
        self,
        task_id: int,
        job: RenderJob,
        frames: FrameTable,
        details: Sequence[FrameDetail],
        expected: Expectation,
        suspicions: Mapping[int, tuple[Suspicion, ...]],
    ) -> None:
        """Undo `reframe` or `replace_job`: the frames as they were, with what was known of them."""
        task = self.task(task_id)
        self.check_is_idle(task)
        self.fill(task_id, job, frames.numbers)
        task.frames = frames
        task.expected = expected
        task.suspicions = dict(suspicions)
        self._mover.touched.frames[task_id] = {
            index: detail
            for index, detail in enumerate(details)
            if detail.state is not FrameState.PENDING or detail.error_message
        }

    def check_is_idle(self, task: Task) -> None:
        """Raises ConflictError while the task has runs, which render what it was then."""
        if task.runs:
            raise ConflictError(
                _(
                    "“{name}” is being rendered. Pause or cancel it to change what is rendered."
                ).format(name=task.job.name)
            )

    def find(self, task_id: int, findings: tuple[Finding, ...]) -> None:
        """Note what was found wrong with a task before it is rendered. One that should not be
        started is held; whoever knows better resumes it."""
        task = self.task(task_id)
        task.findings = findings
        block = blocking(findings)
        if block is not None and task.wish is Wish.RUN:
            task.wish = Wish.PAUSE
            task.error_message = block.text
        self._mover.touched.tasks.add(task_id)

    def break_(self, task_id: int, reason: str, job: RenderJob | None = None) -> None:
        """The task's scene cannot be read, or does not say what to render: it fails, and says why.

        `job` has what was read all the same.
        """
        task = self.task(task_id)
        task.job = job or task.job
        task.is_broken = True
        task.error_message = reason
        self._mover.touched.tasks.add(task_id)

    def remove(self, task_id: int) -> Task:
        """Take a task out. Its files stay."""
        task = self.task(task_id)
        if task.runs:
            raise ConflictError(
                _("“{name}” is being rendered. Cancel it first.").format(name=task.job.name)
            )
        del self.tasks[task_id]
        self._mover.touched.removed[task_id] = task
        self._mover.touched.tasks.discard(task_id)
        return task

    def put_back(self, task: Task) -> None:
        """Undo `remove`."""
        self.tasks[task.id] = task
        self._mover.touched.removed.pop(task.id, None)
        self._mover.touched.added.add(task.id)
        self._mover.touched.tasks.add(task.id)

    # --- verbs --------------------------------------------------------------------------------

    def cancel(self, task_id: int) -> None:
        """Frames in work fail with the reason, pending ones are not rendered, finished ones stay."""
        task = self.task(task_id)
        if task.state in (TaskState.COMPLETED, TaskState.CANCELLED) and not task.runs:
            raise ConflictError(
                _("“{name}” is {state}: there is nothing to cancel.").format(
                    name=task.job.name, state=_(task.state.value)
                )
            )
        task.wish = Wish.CANCEL
        task.retry_at = None
        task.forget_license_wait()
        self._mover.touched.tasks.add(task_id)

    def retry(self, task_id: int, *, failed_only: bool = False) -> None:
        """Render what is missing: failed frames become pending again, and the task runs."""
        task = self.task(task_id)
        if task.state is TaskState.COMPLETED:
            raise ConflictError(
                _(
                    "Every frame of “{name}” is there. Choose the frames to render again in the "
                    "frame grid."
                ).format(name=task.job.name)
            )
        if failed_only and not task.failed_frames:
            raise ConflictError(_("“{name}” has no failed frames.").format(name=task.job.name))
        self._mover.move_all(task, list(task.frames.indexes(FrameState.FAILED)), FrameState.PENDING)
        self._run_afresh(task)

    def retry_frames(self, task_id: int, numbers: Iterable[int]) -> None:
        """Render the named frames again, also those that are completed."""
        task = self.task(task_id)
        indexes = [self._index(task, number) for number in numbers]
        if not indexes:
            raise ConflictError(_("No frame was named to render again."))
        in_work = [i for i in indexes if task.frames.state(i) is FrameState.RENDERING]
        self._mover.move_all(task, [i for i in indexes if i not in in_work], FrameState.PENDING)
        self._run_afresh(task)

    def pause(self, task_id: int) -> None:
        """No further run starts; the frame in work is finished."""
        task = self.task(task_id)
        if task.state not in (TaskState.PENDING, TaskState.RUNNING):
            raise ConflictError(
                _("“{name}” is {state} and cannot be paused.").format(
                    name=task.job.name, state=_(task.state.value)
                )
            )
        task.wish = Wish.PAUSE
        task.error_message = None  # what is said of a paused task is why it is held
        self._mover.touched.tasks.add(task_id)

    def resume(self, task_id: int) -> None:
        """Go on at once, and with all retries; why it was held no longer counts."""
        task = self.task(task_id)
        if task.wish is not Wish.PAUSE:
            raise ConflictError(_("“{name}” is not paused.").format(name=task.job.name))
        if task.is_held:
            self._mover.move_all(
                task, list(task.frames.indexes(FrameState.FAILED)), FrameState.PENDING
            )
        task.wish = Wish.RUN
        if not task.is_broken:
            self._forgive(task)
        self._mover.touched.tasks.add(task_id)

    def set_wish(self, task_id: int, wish: Wish) -> None:
        """Put the user's wish back to what it was (undo)."""
        self.task(task_id).wish = wish
        self._mover.touched.tasks.add(task_id)

    def set_frames_text(self, task_id: int, frames_text: str | None) -> None:
        """The frames that the user asks for; None are the scene's."""
        self.task(task_id).frames_text = frames_text
        self._mover.touched.tasks.add(task_id)

    def set_terms(self, task_id: int, terms: Terms) -> None:
        """On what terms it is rendered, from the next frame border and chunk on."""
        task = self.task(task_id)
        for name, value in terms.by_name().items():
            setattr(task, name, value)
        self._mover.touched.tasks.add(task_id)

    def set_priority(self, task_id: int, priority: int) -> None:
        """0–10. Takes effect at the next chunk."""
        self.task(task_id).priority = priority
        self._mover.touched.tasks.add(task_id)

    def set_position(self, task_id: int, position: float) -> None:
        """The task's place among those of the same priority."""
        self.task(task_id).position = position
        self._mover.touched.tasks.add(task_id)

    # --- runs ---------------------------------------------------------------------------------

    def start_run(
        self, task_id: int, frames: tuple[int, ...], now: float, machine: str = ""
    ) -> Run:
        """A run is about to start with `frames`, on a machine of that name."""
        task = self.task(task_id)
        run = Run(id=self._next_run, frames=frames, started_at=now, machine=machine)
        self._next_run += 1
        self._adopt(task, run)
        task.retry_at = None
        task.finished_at = None
        task.started_at = task.started_at or now
        return run

    def resume_run(self, task_id: int, run: Run) -> None:
        """A run of an earlier session goes on under our eyes."""
        self._adopt(self.task(task_id), run)

    def let_go(self, task_id: int) -> None:
        """Frames that were in work, but that no run is at work on any more, are pending."""
        task = self.task(task_id)
        kept = {frame for run in task.runs.values() for frame in run.frames}
        in_work = list(task.frames.indexes(FrameState.RENDERING))
        orphans = [index for index in in_work if task.frames.numbers[index] not in kept]
        self._mover.move_all(task, orphans, FrameState.PENDING)

    def _adopt(self, task: Task, run: Run) -> None:
        task.begin_run(run)
        self._task_of_run[run.id] = task.id
        self._mover.touch_run(task, run)

    def give_way(self, run_id: int) -> None:
        """Note that a run was asked to stop at the next frame border."""
        task = self.tasks[self._task_of_run[run_id]]
        task.runs[run_id].is_giving_way = True
        self._mover.touched.tasks.add(task.id)

    def task_of_run(self, run_id: int) -> Task | None:
        task_id = self._task_of_run.get(run_id)
        return None if task_id is None else self.tasks[task_id]

    def apply(self, report: RunReport, now: float, retry_delay: float, hold_after: int = 0) -> None:
        """Take in what a run reports. Reports of runs that are not under way change nothing.

        After `hold_after` bad frames in a row the task is held; 0 never holds it.
        """
        task = self.task_of_run(report.run_id)
        if task is None:
            return
        run = task.runs[report.run_id]
        for event in report.events:
            self._apply_event(task, run, event, now, retry_delay)
            if 0 < hold_after <= len(task.doubts.bad_row) and task.wish is Wish.RUN:
                self._suspecting.hold_for_bad_frames(task)
        self._mover.touched.tasks.add(task.id)

    def _apply_event(
        self, task: Task, run: Run, event: RunEvent, now: float, retry_delay: float
    ) -> None:
        match event:
            case RunStarted():
                run.pid, run.process_created = event.pid, event.process_created
                run.command, run.log_path = event.command, event.log_path
                self._mover.touch_run(task, run)
            case PhaseChanged():
                run.phase = event
            case FrameBegan():
                if task.forget_license_wait():
                    task.error_message = None
                self._mover.move(task, event.frame, FrameDetail(FrameState.RENDERING))
            case FrameProgress():
                run.progress[event.frame] = event.percent
            case FrameCompleted():
                self._complete(task, run, event)
            case FrameRejected():
                self._reject(task, run, event)
            case RunEnded():
                self._end_run(task, run, event, now, retry_delay)

    def _reject(self, task: Task, run: Run, event: FrameRejected) -> None:
        run.progress.pop(event.frame, None)
        index = task.frames.index(event.frame)
        if index is None or task.frames.state(index) is FrameState.COMPLETED:
            return
        task.doubts.bad_row.add(event.frame)
        self._mover.move_index(
            task, index, FrameDetail(FrameState.FAILED, error_message=event.reason)
        )

    def _complete(self, task: Task, run: Run, event: FrameCompleted) -> None:
        run.progress.pop(event.frame, None)
        detail = FrameDetail(FrameState.COMPLETED, event.files, event.thumbnail_path, event.seconds)
        if not self._mover.move(task, event.frame, detail):
            return
        run.completed += 1
        task.acquit(event.frame)
        task.suspicions.pop(event.frame, None)  # of a picture that was judged before
        task.expected = event.expected or task.expected
        task.learn_size(sum(file.size for file in event.files))
        if event.seconds is not None:
            task.timing.learn_frame(event.seconds)
        index = self._index(task, event.frame)
        self._suspecting.look(task, index, event, detail)
        if task.frames.state(index) is FrameState.COMPLETED:
            task.doubts.bad_row.clear()

    def _end_run(
        self, task: Task, run: Run, event: RunEnded, now: float, retry_delay: float
    ) -> None:
        task.end_run(run)
        del self._task_of_run[run.id]
        task.rendered_seconds += max(0.0, now - run.started_at)
        if event.startup_seconds is not None:
            task.timing.learn_startup(event.startup_seconds)
        task.timing.learn_silence(event.longest_silence)
        self._settling.settle(task, run, event, now, retry_delay)
        if task.state.has_ended:
            task.finished_at = now
        self._mover.touch_run(task, run, event)

    # --- suspicions ---------------------------------------------------------------------------

    def accept(
        self, task_id: int, suspicions: frozenset[Suspicion], details: Mapping[int, FrameDetail]
    ) -> None:
        """These are as intended, in all of the task's frames from now on.

        Frames that failed for nothing else are completed; `details` has what is known of each
        frame that failed, by index.
        """
        self._suspecting.accept(self.task(task_id), suspicions, details)

    def suspect_again(
        self,
        task_id: int,
        intended: frozenset[Suspicion],
        suspicions: Mapping[int, tuple[Suspicion, ...]],
        failed: Mapping[int, FrameDetail],
    ) -> None:
        """Undo `accept`: what was suspected, and by index the frames that had failed for it."""
        self._suspecting.suspect_again(self.task(task_id), intended, suspicions, failed)

    # --- frames as they are -------------------------------------------------------------------

    def mend(self, task_id: int, index: int, known: FrameDetail, detail: FrameDetail) -> bool:
        """Replace what is known of a completed frame, its state unchanged; say whether it was done.

        It is not if the frame is no longer completed, or changed since `known` was true and the
        doors have not yet heard of it.
        """
        task = self.tasks.get(task_id)
        if task is None or task_id in self._mover.touched.filled or index >= len(task.frames):
            return False
        newest = self._mover.touched.frames.get(task_id, {}).get(index, known)
        if task.frames.state(index) is not detail.state or newest != known:
            return False
        self._mover.touch_frame(task, index, detail)
        return True

    # --- small helpers ------------------------------------------------------------------------

    def _index(self, task: Task, number: int) -> int:
        index = task.frames.index(number)
        if index is None:
            raise NotFoundError(
                _("“{name}” has no frame {frame}.").format(name=task.job.name, frame=number)
            )
        return index

    def _run_afresh(self, task: Task) -> None:
        task.wish = Wish.RUN
        task.is_broken = False
        task.finished_at = None
        if not task.completed_frames:
            task.expected = ()
        self._forgive(task)

    def _forgive(self, task: Task) -> None:
        """Nothing that went wrong so far counts any more."""
        task.retry_count = 0
        task.retry_at = None
        task.error_message = None
        task.forget_troubles()
        self._mover.touched.tasks.add(task.id)


def _moved(states: bytes, moves: dict[int, int], count: int) -> bytes:
    """The states of `count` frames, where those of `moves` (from index to index) stay as they are."""
    moved = bytearray([FrameState.PENDING]) * count
    for old, new in moves.items():
        moved[new] = states[old]
    return bytes(moved)
