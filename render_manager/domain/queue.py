"""The queue: every task, in memory, changed by one thread only.

Each change notes what it touched; `drain` hands that over, so that doors and journal learn of it
in groups. Verbs check their preconditions and raise ConflictError with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from render_manager.base.errors import ConflictError, NotFoundError
from render_manager.base.i18n import _, ngettext
from render_manager.domain.events import (
    NO_LICENSE,
    FrameBegan,
    FrameCompleted,
    FrameProgress,
    FrameRejected,
    Outcome,
    RunEnded,
    RunEvent,
    RunReport,
    RunStarted,
)
from render_manager.domain.evidence import (
    EXPLAIN_THEMSELVES,
    Expectation,
    Measure,
    OnSuspicion,
    Suspicion,
    in_words,
)
from render_manager.domain.frames import FrameTable, format_frames
from render_manager.domain.job import RenderJob
from render_manager.domain.patience import blamed_frames, killer, license_pause, uses_retry
from render_manager.domain.states import FrameState, TaskState, Wish
from render_manager.domain.task import FrameDetail, Run, Task


@dataclass(slots=True)
class Touched:
    """What changed since the last `drain`: tasks, frames by task and index, and runs."""

    tasks: set[int] = field(default_factory=set)
    frames: dict[int, dict[int, FrameDetail]] = field(default_factory=dict)
    filled: set[int] = field(default_factory=set)
    """Tasks that were given a new set of frames."""
    kept: dict[int, dict[int, int]] = field(default_factory=dict)
    """By filled task: the frames whose details stay, from their ids before to those of now."""
    added: set[int] = field(default_factory=set)
    removed: dict[int, Task] = field(default_factory=dict)
    """Tasks that were taken out, as they were then, by id."""
    runs: dict[int, tuple[int, Run, RunEnded | None]] = field(default_factory=dict)
    """By run id: its task, the run, and how it ended if it did."""

    def __bool__(self) -> bool:
        return bool(self.tasks or self.frames or self.added or self.removed or self.runs)


class Queue:
    """All tasks by id. Ids of tasks, frames and runs are given out here and never used twice."""

    def __init__(self, *, next_task: int = 1, next_frame: int = 1, next_run: int = 1) -> None:
        self.tasks: dict[int, Task] = {}
        self._task_of_run: dict[int, int] = {}
        self._next_task = next_task
        self._next_frame = next_frame
        self._next_run = next_run
        self._touched = Touched()

    def drain(self) -> Touched:
        """What was touched since the last call."""
        touched, self._touched = self._touched, Touched()
        return touched

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

    def add(self, job: RenderJob, now: float, **properties: object) -> Task:
        """A new task without frames; `fill` gives it some."""
        task = Task(id=self._next_task, job=job, created_at=now, **properties)  # type: ignore[arg-type]
        task.position = float(task.id)
        self._next_task += 1
        self.tasks[task.id] = task
        self._touched.added.add(task.id)
        self._touched.tasks.add(task.id)
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
        self._touched.filled.add(task_id)
        self._touched.frames.pop(task_id, None)
        self._touched.kept.pop(task_id, None)
        self._touched.tasks.add(task_id)

    def reframe(self, task_id: int, numbers: Sequence[int]) -> None:
        """Give a task other frames; what is known of those that it had already stays."""
        task = self.task(task_id)
        self.check_is_idle(task)
        before, first_id = task.frames, task.first_frame_id
        expected, suspicions = task.expected, dict(task.suspicions)
        news = self._touched.frames.get(task_id, {})
        kept = self._touched.kept.get(task_id)
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
        self._touched.frames[task_id] = {moves[i]: d for i, d in news.items() if i in moves}
        ids = {first_id + old: task.frame_id(new) for old, new in moves.items()}
        self._touched.kept[task_id] = (
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
        self._touched.frames[task_id] = {
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

    def break_(self, task_id: int, reason: str) -> None:
        """The task's scene cannot be read: it fails, and says why."""
        task = self.task(task_id)
        task.is_broken = True
        task.error_message = reason
        self._touched.tasks.add(task_id)

    def remove(self, task_id: int) -> Task:
        """Take a task out. Its files stay."""
        task = self.task(task_id)
        if task.runs:
            raise ConflictError(
                _("“{name}” is being rendered. Cancel it first.").format(name=task.job.name)
            )
        del self.tasks[task_id]
        self._touched.removed[task_id] = task
        self._touched.tasks.discard(task_id)
        return task

    def put_back(self, task: Task) -> None:
        """Undo `remove`."""
        self.tasks[task.id] = task
        self._touched.removed.pop(task.id, None)
        self._touched.added.add(task.id)
        self._touched.tasks.add(task.id)

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
        self._touched.tasks.add(task_id)

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
        self._move_all(task, list(task.frames.indexes(FrameState.FAILED)), FrameState.PENDING)
        self._run_afresh(task)

    def retry_frames(self, task_id: int, numbers: Iterable[int]) -> None:
        """Render the named frames again, also those that are completed."""
        task = self.task(task_id)
        indexes = [self._index(task, number) for number in numbers]
        if not indexes:
            raise ConflictError(_("No frame was named to render again."))
        in_work = [i for i in indexes if task.frames.state(i) is FrameState.RENDERING]
        self._move_all(task, [i for i in indexes if i not in in_work], FrameState.PENDING)
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
        self._touched.tasks.add(task_id)

    def resume(self, task_id: int) -> None:
        """Go on at once, and with all retries; why it was held no longer counts."""
        task = self.task(task_id)
        if task.wish is not Wish.PAUSE:
            raise ConflictError(_("“{name}” is not paused.").format(name=task.job.name))
        if task.is_held:
            self._move_all(task, list(task.frames.indexes(FrameState.FAILED)), FrameState.PENDING)
        task.wish = Wish.RUN
        if not task.is_broken:
            self._forgive(task)
        self._touched.tasks.add(task_id)

    def set_wish(self, task_id: int, wish: Wish) -> None:
        """Put the user's wish back to what it was (undo)."""
        self.task(task_id).wish = wish
        self._touched.tasks.add(task_id)

    def set_frames_text(self, task_id: int, frames_text: str | None) -> None:
        """The frames that the user asks for; None are the scene's."""
        self.task(task_id).frames_text = frames_text
        self._touched.tasks.add(task_id)

    def set_max_retries(self, task_id: int, max_retries: int) -> None:
        """How often a failed run is tried again by itself."""
        self.task(task_id).max_retries = max_retries
        self._touched.tasks.add(task_id)

    def set_priority(self, task_id: int, priority: int) -> None:
        """0–10. Takes effect at the next chunk."""
        self.task(task_id).priority = priority
        self._touched.tasks.add(task_id)

    def set_position(self, task_id: int, position: float) -> None:
        """The task's place among those of the same priority."""
        self.task(task_id).position = position
        self._touched.tasks.add(task_id)

    # --- runs ---------------------------------------------------------------------------------

    def start_run(self, task_id: int, frames: tuple[int, ...], now: float) -> Run:
        """A run is about to start with `frames`."""
        task = self.task(task_id)
        run = Run(id=self._next_run, frames=frames, started_at=now)
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
        self._move_all(task, orphans, FrameState.PENDING)

    def _adopt(self, task: Task, run: Run) -> None:
        task.runs[run.id] = run
        self._task_of_run[run.id] = task.id
        self._touch_run(task, run)

    def give_way(self, run_id: int) -> None:
        """Note that a run was asked to stop at the next frame border."""
        task = self.tasks[self._task_of_run[run_id]]
        task.runs[run_id].is_giving_way = True
        self._touched.tasks.add(task.id)

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
                self._hold_for_bad_frames(task)
        self._touched.tasks.add(task.id)

    def _apply_event(
        self, task: Task, run: Run, event: RunEvent, now: float, retry_delay: float
    ) -> None:
        match event:
            case RunStarted():
                run.pid, run.process_created = event.pid, event.process_created
                run.command, run.log_path = event.command, event.log_path
                self._touch_run(task, run)
            case FrameBegan():
                if task.forget_license_wait():
                    task.error_message = None
                self._move(task, event.frame, FrameDetail(FrameState.RENDERING))
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
        self._move_index(task, index, FrameDetail(FrameState.FAILED, error_message=event.reason))

    def _complete(self, task: Task, run: Run, event: FrameCompleted) -> None:
        run.progress.pop(event.frame, None)
        detail = FrameDetail(FrameState.COMPLETED, event.files, event.thumbnail_path, event.seconds)
        if not self._move(task, event.frame, detail):
            return
        run.completed += 1
        task.acquit(event.frame)
        task.suspicions.pop(event.frame, None)  # of a picture that was judged before
        task.expected = task.expected or event.expected
        task.learn_size(sum(file.size for file in event.files))
        if event.seconds is not None:
            task.timing.learn_frame(event.seconds)
        self._look_for_suspicions(task, event, detail)
        if task.frames.state(self._index(task, event.frame)) is FrameState.COMPLETED:
            task.doubts.bad_row.clear()

    # --- suspicions ---------------------------------------------------------------------------

    def _look_for_suspicions(self, task: Task, event: FrameCompleted, detail: FrameDetail) -> None:
        index, measure = self._index(task, event.frame), event.measure
        self._suspect(task, index, detail, event.suspicions, measure)
        if measure is None or task.frames.state(index) is not FrameState.COMPLETED:
            return
        neighbours = task.doubts.neighbours
        is_explained = not EXPLAIN_THEMSELVES.isdisjoint(event.suspicions)
        neighbours.note(index, measure, detail, is_explained=is_explained)
        for each in neighbours.conclude(index, len(task.frames)):
            self._suspect(task, each.index, each.detail, each.suspicions, each.measure)

    def _suspect(
        self,
        task: Task,
        index: int,
        detail: FrameDetail,
        suspicions: Sequence[Suspicion],
        measure: Measure | None,
    ) -> None:
        """Do with a suspicious frame what the task wants done."""
        number = task.frames.numbers[index]
        is_done = task.frames.state(index) is FrameState.COMPLETED
        if not is_done or not task.suspect(number, suspicions):
            return
        reason = _("Suspicious: {what}.").format(what=in_words(task.suspicions[number]))
        if task.on_suspicion is OnSuspicion.FAIL:
            task.doubts.bad_row.add(number)
            self._put_aside_later(task, number, detail)
            failed = replace(detail, state=FrameState.FAILED, error_message=reason)
            self._move_index(task, index, failed)
        elif self._is_to_look_again(task, number, measure):
            self._put_aside_later(task, number, detail)
            self._move_index(task, index, FrameDetail(FrameState.PENDING, error_message=reason))
        else:
            self._touch_frame(task, index, detail)

    def _is_to_look_again(self, task: Task, number: int, measure: Measure | None) -> bool:
        is_wanted = task.on_suspicion is OnSuspicion.RETRY and task.wish is not Wish.CANCEL
        return is_wanted and task.doubts.may_look_again(number, measure, task.max_retries)

    def _put_aside_later(self, task: Task, number: int, detail: FrameDetail) -> None:
        """Its files are looked at by people until it is rendered again, and kept then."""
        task.doubts.rejects[number] = tuple(file.path for file in detail.files)

    def accept(
        self, task_id: int, suspicions: frozenset[Suspicion], details: Mapping[int, FrameDetail]
    ) -> None:
        """These are as intended, in all of the task's frames from now on.

        Frames that failed for nothing else are completed; `details` has what is known of each
        frame that failed, by index.
        """
        task = self.task(task_id)
        task.intended |= suspicions
        for number, suspected in list(task.suspicions.items()):
            self._clear(task, number, tuple(s for s in suspected if s not in suspicions), details)
        self._touched.tasks.add(task_id)

    def _clear(
        self,
        task: Task,
        number: int,
        left: tuple[Suspicion, ...],
        details: Mapping[int, FrameDetail],
    ) -> None:
        index = self._index(task, number)
        if left:
            task.suspicions[number] = left
            return
        del task.suspicions[number]
        detail = details.get(index)
        if detail is not None and detail.files and detail.state is FrameState.FAILED:
            task.doubts.rejects.pop(number, None)
            completed = replace(detail, state=FrameState.COMPLETED, error_message=None)
            self._move_index(task, index, completed)

    def suspect_again(
        self,
        task_id: int,
        intended: frozenset[Suspicion],
        suspicions: Mapping[int, tuple[Suspicion, ...]],
        failed: Mapping[int, FrameDetail],
    ) -> None:
        """Undo `accept`: what was suspected, and by index the frames that had failed for it."""
        task = self.task(task_id)
        task.intended = intended
        for number, suspected in suspicions.items():
            index = task.frames.index(number)
            if index is None:
                continue
            is_completed = task.frames.state(index) is FrameState.COMPLETED
            if is_completed or number in task.suspicions:
                task.suspicions[number] = suspected
                if is_completed and index in failed:
                    self._put_aside_later(task, number, failed[index])
                    self._move_index(task, index, failed[index])
        self._touched.tasks.add(task_id)

    def set_on_suspicion(self, task_id: int, on_suspicion: OnSuspicion) -> None:
        """What becomes of suspicious frames from now on."""
        self.task(task_id).on_suspicion = on_suspicion
        self._touched.tasks.add(task_id)

    def _hold_for_bad_frames(self, task: Task) -> None:
        """Fail at 22:05, not at 07:00."""
        bad = sorted(task.doubts.bad_row)
        index = self._index(task, bad[-1])
        detail = self._touched.frames.get(task.id, {}).get(index)
        task.wish = Wish.PAUSE
        task.retry_at = None
        task.forget_license_wait()  # whose end would take the sentence away
        task.error_message = ngettext(
            "Held: {count} frame in a row was bad ({frames}). {reason} Mend it, then resume.",
            "Held: {count} frames in a row were bad ({frames}). {reason} Mend it, then resume.",
            len(bad),
        ).format(
            count=len(bad),
            frames=format_frames(bad),
            reason=(detail.error_message if detail else None) or "",
        )
        self._touched.tasks.add(task.id)

    def _end_run(
        self, task: Task, run: Run, event: RunEnded, now: float, retry_delay: float
    ) -> None:
        del task.runs[run.id]
        del self._task_of_run[run.id]
        task.rendered_seconds += max(0.0, now - run.started_at)
        if event.startup_seconds is not None:
            task.timing.learn_startup(event.startup_seconds)
        task.timing.learn_silence(event.longest_silence)
        self._settle(task, run, event, now, retry_delay)
        if task.state.has_ended:
            task.finished_at = now
        self._touch_run(task, run, event)

    def _settle(
        self, task: Task, run: Run, event: RunEnded, now: float, retry_delay: float
    ) -> None:
        """Decide what becomes of the run's frames that lack evidence."""
        missing = [self._index(task, number) for number in event.missing]
        task.problem = event.problem
        is_refused = event.problem is not None and event.problem.code == NO_LICENSE
        if not is_refused:
            task.forget_license_wait()
        if run.completed:
            task.retry_count = 0
        if event.outcome is Outcome.FINISHED or (event.outcome is Outcome.GAVE_WAY and not missing):
            if not task.failed_frames and not task.is_held:
                task.error_message = None
        elif task.wish is Wish.CANCEL:
            in_work = [i for i in missing if task.frames.state(i) is FrameState.RENDERING]
            self._move_all(task, in_work, FrameState.FAILED, _("Cancelled."))
        elif task.is_held:
            begun = [i for i in missing if task.frames.state(i) is FrameState.RENDERING]
            self._move_all(task, begun, FrameState.PENDING)
        elif event.outcome in (Outcome.GAVE_WAY, Outcome.CANCELLED):
            self._move_all(task, missing, FrameState.PENDING)
        elif is_refused:
            self._wait_for_license(task, missing, event.reason, now)
        elif event.problem is not None and event.problem.is_hopeless:
            self._hold(task, missing, event.reason)
        else:
            self._fail_or_retry(task, run, missing, event, now + retry_delay)

    def _hold(self, task: Task, missing: list[int], reason: str) -> None:
        """No frame can succeed until somebody mends what is wrong: wait for that, and say so."""
        task.wish = Wish.PAUSE
        task.error_message = reason
        task.retry_at = None
        self._move_all(task, missing, FrameState.PENDING, reason)

    def _wait_for_license(self, task: Task, missing: list[int], reason: str, now: float) -> None:
        """Nothing is wrong with the task: ask again later, as often as it takes."""
        task.note_license_refusal(now)
        why = _("Waiting for a licence. {reason}").format(reason=reason).strip()
        self._say(task, why)
        task.retry_at = now + license_pause(task.license_refusals)
        self._move_all(task, missing, FrameState.PENDING, why)

    def _say(self, task: Task, why: str) -> None:
        """What went wrong last, unless the user paused the task: that would be why it is held."""
        if task.wish is not Wish.PAUSE:
            task.error_message = why

    def _fail_or_retry(
        self, task: Task, run: Run, missing: list[int], event: RunEnded, retry_at: float
    ) -> None:
        self._say(task, event.reason)
        worn = self._worn_by(task, run, missing, event)
        again = [index for index in missing if index not in worn]
        self._move_all(task, sorted(worn), FrameState.FAILED, event.reason)
        self._move_all(task, again, FrameState.PENDING, event.reason)
        if again:
            task.retry_at = retry_at

    def _worn_by(self, task: Task, run: Run, missing: list[int], event: RunEnded) -> set[int]:
        """Count the failure; say which of the missing frames fail for good by it."""
        numbers = task.frames.numbers
        rejected = [numbers[i] for i in missing if task.frames.state(i) is FrameState.FAILED]
        blamed = blamed_frames(event, rejected)
        task.blame(blamed, killer(event))
        if uses_retry(run.completed, [task.failures[frame] for frame in blamed]):
            if task.retry_count >= task.max_retries:
                return set(missing)
            task.retry_count += 1
        elif not blamed and not task.max_retries:
            return set(missing)
        return {i for i in missing if numbers[i] in blamed and task.is_worn(numbers[i])}

    # --- frames as they are -------------------------------------------------------------------

    def mend(self, task_id: int, index: int, known: FrameDetail, detail: FrameDetail) -> bool:
        """Replace what is known of a completed frame, its state unchanged; say whether it was done.

        It is not if the frame is no longer completed, or changed since `known` was true and the
        doors have not yet heard of it.
        """
        task = self.tasks.get(task_id)
        if task is None or task_id in self._touched.filled or index >= len(task.frames):
            return False
        newest = self._touched.frames.get(task_id, {}).get(index, known)
        if task.frames.state(index) is not detail.state or newest != known:
            return False
        self._touch_frame(task, index, detail)
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
        self._touched.tasks.add(task.id)

    def _move(self, task: Task, number: int, detail: FrameDetail) -> bool:
        index = task.frames.index(number)
        if index is None:
            return False
        return self._move_index(task, index, detail)

    def _move_index(self, task: Task, index: int, detail: FrameDetail) -> bool:
        if not task.frames.move(index, detail.state):
            return False
        if detail.state is FrameState.PENDING:
            task.drop_frame(index)
        self._touch_frame(task, index, detail)
        return True

    def _touch_frame(self, task: Task, index: int, detail: FrameDetail) -> None:
        self._touched.tasks.add(task.id)
        self._touched.frames.setdefault(task.id, {})[index] = detail

    def _move_all(
        self, task: Task, indexes: list[int], state: FrameState, reason: str | None = None
    ) -> None:
        detail = FrameDetail(state, error_message=reason)
        for index in indexes:
            self._move_index(task, index, detail)

    def _touch_run(self, task: Task, run: Run, end: RunEnded | None = None) -> None:
        self._touched.tasks.add(task.id)
        self._touched.runs[run.id] = (task.id, run, end)


def _moved(states: bytes, moves: dict[int, int], count: int) -> bytes:
    """The states of `count` frames, where those of `moves` (from index to index) stay as they are."""
    moved = bytearray([FrameState.PENDING]) * count
    for old, new in moves.items():
        moved[new] = states[old]
    return bytes(moved)
