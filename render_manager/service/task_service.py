"""The verbs of Render Manager, written once for every door.

Lives on the main thread. A verb checks, changes the queue, and returns when the change is
committed; what happens afterwards is told by `changed`. Verbs raise UserError with a sentence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from render_manager.base.errors import ConflictError, UserError
from render_manager.base.i18n import _, ngettext
from render_manager.base.settings import Settings
from render_manager.domain.events import RunEnded, RunNoticed, RunReport
from render_manager.domain.evidence import Suspicion
from render_manager.domain.frames import MAX_FRAMES, parse_frames
from render_manager.domain.job import RenderJob
from render_manager.domain.machines import Machines
from render_manager.domain.preflight import NO_RENDERER, Finding
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import Limits
from render_manager.domain.states import FrameState, TaskState, Wish
from render_manager.domain.task import FrameDetail, Run, Task, in_turn
from render_manager.domain.terms import Terms
from render_manager.domain.timetable import Timetable
from render_manager.domain.touched import Touched
from render_manager.domain.waiting import why_waiting
from render_manager.images.viewing import View, ViewRequest
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import Renderer, writes_where_scene_says
from render_manager.service.amending import Before, plan
from render_manager.service.changes import Changes
from render_manager.service.dispatcher import Dispatcher
from render_manager.service.inspection import Inspection, Inspector
from render_manager.service.machine_desk import FarmLine, MachineDesk
from render_manager.service.mending import PictureReader, ThumbnailMender
from render_manager.service.order import Places, places, places_of
from render_manager.service.output_dirs import (
    OutputFolders,
    check_no_clash,
    same_files,
    scene_name,
)
from render_manager.service.provision import Provision
from render_manager.service.queue_service import Progress
from render_manager.service.readiness import Readiness
from render_manager.service.schemas import Submission, TaskChanges
from render_manager.service.settings_change import PATHS_OF_RENDERERS, change
from render_manager.service.terms import agreed, checked_priority, usual
from render_manager.service.vitals import VitalSigns
from render_manager.storage.journal import Journal
from render_manager.storage.records import RunRecord

UNDO_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Undoable:
    """Something that can be taken back. `text` says what, for the menu."""

    text: str
    undo: Callable[[], None]


class Pictures(Protocol):
    """Who reads pictures for people to look at."""

    def view(self, request: ViewRequest) -> Future[View]: ...


class TaskService(QObject):
    """Every verb, and the signals that tell what became of it."""

    changed = Signal(object)
    """`Touched`: what changed in the queue, at most ten times a second."""
    noticed = Signal(str)
    """A sentence for the user that belongs to no verb."""
    outdated = Signal(str)
    """A sentence that was noticed and holds no more."""
    settings_changed = Signal(object)
    """`frozenset[str]`: the fields of the settings that have another value now."""
    _log_looked_at = Signal(str)
    wound_down = Signal()
    """After `wind_down`: no run is under way any more."""

    def __init__(
        self,
        queue: Queue,
        journal: Journal,
        catalog: Catalog,
        dispatcher: Dispatcher,
        settings: Settings,
        provision: Provision,
        pictures: Pictures,
        clock: Callable[[], float] = time.time,
        images: PictureReader | None = None,
        machines: Machines | None = None,
        farm: FarmLine | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.queue = queue
        self.settings = settings
        self.catalog = catalog
        self.provision = provision
        self._journal = journal
        self._dispatcher = dispatcher
        self._pictures = pictures
        self._folders = OutputFolders(queue)
        self._clock = clock
        self._changes = Changes(self._tell, self)
        self.machines = MachineDesk(
            queue,
            machines or Machines(),
            settings,
            provision,
            dispatcher,
            self.change_settings,
            farm,
            lambda: self._clock(),
            self,
        )
        self._log_looked_at.connect(self.machines.freshen)
        self.readiness = Readiness(queue, self.machines.seats, settings, lambda: self._clock())
        self._inspector = Inspector(catalog, settings, self)
        self._inspector.inspected.connect(self._take_inspection)
        self._mender = ThumbnailMender(queue, journal, images, self)
        self._mender.mended.connect(self._changes.note)
        self._mender.gave_up.connect(self.noticed)
        self.changed.connect(self._mender.apply)
        self._untold: list[Touched] = []
        """What is on its way to the disk and was not told yet."""
        self._undo: list[Undoable] = []
        self._is_winding_down = False
        self._is_stopped = False
        self.leaves_runs = False
        """Whether `stop` leaves the renderers at work to the next session instead of ending them."""
        dispatcher.reported.connect(self._take_reports)
        dispatcher.dispatched.connect(self._write_down)
        dispatcher.noticed.connect(self.noticed)

    @property
    def archives(self) -> tuple[str, ...]:
        """None: projects need not travel."""
        return ()

    # --- looking ------------------------------------------------------------------------------

    def task(self, task_id: int) -> Task:
        """Raises NotFoundError."""
        return self.queue.task(task_id)

    def tasks(self) -> list[Task]:
        """All tasks, in the order in which they get their turn."""
        return in_turn(list(self.queue))

    def frame_details(self, task_id: int) -> Future[list[FrameDetail]]:
        """What is known of each frame, in order; later changes come by `changed`."""
        self._tell()
        return self._journal.frame_details(task_id)

    def frame_span(self, task_id: int, first: int, count: int) -> Future[list[FrameDetail]]:
        """The same for `count` frames from index `first`, which all exist."""
        self._tell()
        return self._journal.frame_span(self.task(task_id).frame_id(first), count)

    def runs(self, task_id: int) -> Future[list[RunRecord]]:
        """The task's runs, newest first, with their logs and command lines."""
        self._tell()
        return self._journal.runs(task_id)

    def view(self, request: ViewRequest) -> Future[View]:
        """A picture to look at, read in a process of its own; what is wrong with it is in it."""
        return self._pictures.view(request)

    def vital_signs(self) -> VitalSigns:
        """How this machine is."""
        return VitalSigns(self.settings.render_output_dir)

    def bring(self, path: str) -> str:
        """Where a file can be read: every one is on this machine, but a log may be behind what
        another machine writes."""
        if path.endswith(".log"):
            self._log_looked_at.emit(path)
        return path

    def bring_no_more(self) -> None:
        """Nothing is fetched or sent."""

    def holdup(self, task: Task) -> str | None:
        """What this machine lacks for the task to start, in a sentence; None if nothing is known."""
        return self._dispatcher.holdup(task) if task.state is TaskState.PENDING else None

    def disk_forecast(self, task: Task) -> str | None:
        """A sentence if the disk will not do for the frames that are left."""
        return self._dispatcher.forecast(task)

    def why_waiting(self, task_id: int) -> list[str]:
        """Why the task is not being rendered, in sentences; none if it is or has ended."""
        task = self.task(task_id)
        limits = Limits(self.settings.max_concurrent_runs, self.settings.renderer_limits)
        return why_waiting(
            task,
            self.queue,
            limits,
            Timetable(self._clock(), self.settings.render_hours),
            is_open=not self._is_winding_down,
            holdup=self.holdup(task),
        )

    @property
    def undo_text(self) -> str | None:
        """What `undo` would take back, or None."""
        return self._undo[-1].text if self._undo else None

    # --- verbs --------------------------------------------------------------------------------

    def submit(self, submission: Submission) -> Task:
        """Queue a scene. It is read in the background; if it cannot be, the task says why.

        One that is held is read as well, and renders when it is resumed.
        """
        renderer = self._renderer_of(submission)
        terms = agreed(usual(self.settings), submission, self.queue, self.settings, self._clock())
        name = scene_name(submission.project_file)
        folder = self._output_dir(submission, name)
        job = RenderJob(
            project_file=str(Path(submission.project_file).absolute()),
            renderer=renderer.name,
            name=name,
            output_dir=str(folder),
            options=submission.options,
        )
        task = self.queue.add(
            job,
            self._clock(),
            frames_text=_frames_text(submission),
            wish=Wish.PAUSE if submission.hold else Wish.RUN,
            **terms.by_name(),
        )
        self._inspect(task)
        self._commit(wake=False)  # nothing can start before the scene was read
        return task

    def hand_in(self, scene: Path, _progress: Progress, *, hold: bool) -> Future[list[int]]:
        """`submit` for a window, which may be another machine's. The future is done."""
        answer: Future[list[int]] = Future()
        try:
            answer.set_result([self.submit(Submission(str(scene), hold=hold)).id])
        except UserError as error:
            answer.set_exception(error)
        return answer

    def amend(self, task_ids: Iterable[int], changes: TaskChanges) -> None:
        """Change what is rendered, before or after queueing; all of these tasks or none.

        Other frames: what is finished stays finished. Another picture (camera, layers, size,
        samples, engine, output folder, …): every frame is rendered again, and the scene is read once
        more. While a task has
        runs, only priority, retries, times and what suspicious frames become can be changed.
        """
        tasks = [self.task(task_id) for task_id in task_ids]
        now, ids = self._clock(), {task.id for task in tasks}
        terms = {
            task.id: agreed(task.terms, changes, self.queue, self.settings, now, ids)
            for task in tasks
        }
        amendments = plan(tasks, changes, self.queue)
        before = [
            Before.of(each.task, self.frame_details(each.task.id) if each.is_other else None)
            for each in amendments
        ]
        unread = [each.task for each in amendments if each.carry_out(self.queue)]
        for task_id, each in terms.items():
            self.queue.set_terms(task_id, each)
        for task in unread:
            self._inspect(task)
        self._remember(
            ngettext("Change {count} task", "Change {count} tasks", len(tasks)),
            len(tasks),
            lambda: self._amend_back(before),
        )
        self._commit()

    def approve(self, task_ids: Iterable[int]) -> None:
        """The first frames of these tasks are as they should be: render the others."""
        before = {task.id: task.terms for task in map(self.task, task_ids)}
        done = self._each(list(before), self._approve)
        self._remember(
            ngettext("Approve {count} task", "Approve {count} tasks", len(done)),
            len(done),
            lambda: self._approve_not(done, before),
        )
        self._commit()

    def cancel(self, task_ids: Iterable[int]) -> None:
        """End the runs of these tasks and render no more of them; finished frames stay."""
        before = {task_id: self.task(task_id) for task_id in task_ids}
        undone = {task_id: task.wish for task_id, task in before.items() if not task.runs}
        done = self._each(list(before), self.queue.cancel)
        for task_id in done:
            self._dispatcher.stop_runs(self.task(task_id))
        wishes = {task_id: wish for task_id, wish in undone.items() if task_id in done}
        if wishes:
            self._remember(
                ngettext("Cancel {count} task", "Cancel {count} tasks", len(wishes)),
                len(wishes),
                lambda: self._restore_wishes(wishes),
            )
        self._commit()

    def retry(self, task_ids: Iterable[int], *, failed_only: bool = False) -> None:
        """Render what is missing. A task whose scene could not be read is read again."""
        done = self._each(
            list(task_ids), lambda task_id: self.queue.retry(task_id, failed_only=failed_only)
        )
        for task_id in done:
            task = self.task(task_id)
            if not task.is_inspected:
                self._inspect(task)
        self._commit()

    def retry_frames(self, task_id: int, frames: Sequence[int]) -> None:
        """Render these frames again, also those that are completed."""
        self.queue.retry_frames(task_id, frames)
        self._commit()

    def accept_suspicions(self, task_id: int, frames: Iterable[int]) -> None:
        """What these frames are suspected of is as intended (a fade to black), and no frame of the
        task is suspected of it any more. Those that failed for it are completed. Can be undone.
        """
        task = self.task(task_id)
        suspicions = frozenset(s for n in frames for s in task.suspicions.get(n, ()))
        if not suspicions:
            raise ConflictError(_("Nothing is suspicious about these frames."))
        intended, suspected = task.intended, dict(task.suspicions)
        failed, count = self._failed_as_suspicious(task), len(suspected)
        self.queue.accept(task_id, suspicions, failed)
        self._remember(
            ngettext("Accept {count} suspicious frame", "Accept {count} suspicious frames", count),
            count,
            lambda: self._suspect_again(task_id, intended, suspected, failed),
        )
        self._commit()

    def _failed_as_suspicious(self, task: Task) -> dict[int, FrameDetail]:
        """What is known of the frames that failed for what they look like, by index."""
        indexes = [task.frames.index(number) for number in task.suspicions]
        failed = [i for i in indexes if i is not None and task.frames.state(i) is FrameState.FAILED]
        if not failed:
            return {}
        details = self.frame_details(task.id).result()
        return {index: details[index] for index in failed}

    def mend_thumbnails(self, task_id: int, indexes: Sequence[int]) -> None:
        """Make the thumbnails of these completed frames again from their main files, in the
        background and in this order. Only the newest call counts; what cannot be mended is told
        once and not tried again."""
        self._mender.want(task_id, indexes)

    def pause(self, task_ids: Iterable[int]) -> None:
        """Finish the frame in work where the renderer can stop there, else the chunk; start no more."""
        self._each(list(task_ids), self.queue.pause)
        self._commit()

    def resume(self, task_ids: Iterable[int]) -> None:
        self._each(list(task_ids), self.queue.resume)
        self._commit()

    def set_priority(self, task_ids: Iterable[int], priority: int) -> None:
        """0–10; takes effect at the next chunk. Can be undone."""
        checked_priority(priority)
        tasks = [self.task(task_id) for task_id in task_ids]
        before = places_of(task for task in tasks if task.priority != priority)
        self._each(list(before), lambda task_id: self.queue.set_priority(task_id, priority))
        self._remember(
            ngettext(
                "Change the priority of {count} task",
                "Change the priority of {count} tasks",
                len(before),
            ),
            len(before),
            lambda: self._place(before),
        )
        self._commit()

    def reorder(
        self, task_ids: Sequence[int], before: int | None, priority: int | None = None
    ) -> None:
        """Put tasks in front of another one, taking its priority; None puts them last of
        `priority`, or of their own. Can be undone.
        """
        moving = [self.task(task_id) for task_id in task_ids]
        if not moving:
            return
        priority = moving[0].priority if priority is None else priority
        if before is not None:
            priority = self.task(before).priority
        others = [task for task in self.tasks() if task.priority == priority and task not in moving]
        wanted = places(moving, others, before, priority)
        was = places_of(self.task(task_id) for task_id in wanted)
        self._place(wanted)
        count = len(moving)
        self._remember(
            ngettext("Move {count} task", "Move {count} tasks", count),
            count,
            lambda: self._place(was),
        )
        self._commit()

    def duplicate(self, task_ids: Iterable[int]) -> list[Task]:
        """Queue the same scenes again with the same wishes, into folders of their own."""
        return [self._duplicate(self.task(task_id)) for task_id in task_ids]

    def remove(self, task_ids: Iterable[int]) -> None:
        """Take tasks out of the list; output files stay. Can be undone."""
        tasks = {task_id: self.task(task_id) for task_id in task_ids}
        done = self._each(list(tasks), self.queue.remove)
        self._remember(
            ngettext("Remove {count} task", "Remove {count} tasks", len(done)),
            len(done),
            lambda: self._put_back([tasks[task_id] for task_id in done]),
        )
        self._commit()

    def undo(self) -> str:
        """Take back the last change that can be; returns what it was."""
        if not self._undo:
            raise ConflictError(_("There is nothing to undo."))
        last = self._undo[-1]
        last.undo()
        self._undo.pop()
        self._commit()
        return last.text

    def change_settings(self, changes: Mapping[str, object]) -> None:
        """Give fields of the settings other values, now and from now on; see `Entry.at_next_start`.

        All of them or none. Raises UserError naming the key at fault.
        """
        change(self.settings, changes)
        if PATHS_OF_RENDERERS & changes.keys():
            self.catalog.forget_installations()
        self.readiness.forget()
        self.machines.adopt()
        self._dispatcher.wake()
        self.settings_changed.emit(frozenset(changes))

    # --- start and stop -----------------------------------------------------------------------

    def start(self) -> None:
        """Read scenes that were not read yet, and begin to hand out chunks."""
        for task in self.queue:
            if not task.is_inspected:
                self._inspect(task)
        self._changes.note()
        self._dispatcher.begin()

    def stop(self) -> None:
        """Start no more runs, end those under way (but see `leaves_runs`), and put everything on disk."""
        self._is_stopped = True
        self.provision.close()
        self._inspector.close()
        self._mender.close()
        if self.leaves_runs:
            self._dispatcher.let_go()
        else:
            self._dispatcher.close()
        self._tell()
        self._journal.flush()

    def wind_down(self) -> None:
        """Start no more runs, and have those under way stop at the next frame border.

        Those of renderers that cannot (see `Catalog.giving_way`) finish their chunk. `wound_down`
        is emitted when none is left, unless `carry_on` comes before.
        """
        self._is_winding_down = True
        self._dispatcher.wind_down()
        self._changes.note()
        self._see_whether_wound_down()

    def carry_on(self) -> None:
        """Take `wind_down` back. Runs that were asked to stop do so, and others start."""
        self._is_winding_down = False
        self._dispatcher.begin()

    @property
    def is_winding_down(self) -> bool:
        return self._is_winding_down

    def runs_under_way(self) -> list[tuple[Task, Run]]:
        """Every renderer at work."""
        return [(task, run) for task in self.queue for run in task.runs.values()]

    def tell_of_journal(self, problem: str | None) -> None:
        """The disk refuses what is to be remembered, or (None) takes it again. From any thread."""
        self.noticed.emit(problem or _("The database can be written again."))

    # --- how it is done -----------------------------------------------------------------------

    def _tell(self) -> None:
        touched = self.queue.drain()
        if touched:
            self._journal.record(touched, self.queue.tasks)
        self._emit(touched)

    def _emit(self, touched: Touched) -> None:
        told, self._untold = (*self._untold, touched), []
        for each in filter(None, told):
            self.changed.emit(each)

    def _commit(self, *, wake: bool = True) -> None:
        """Put intent on disk before the verb answers.

        Raises UserError if the disk refuses; the change holds all the same and is written later.
        """
        self.readiness.forget()
        touched = self.queue.drain()
        try:
            if touched:
                self._journal.commit(touched, self.queue.tasks)
        finally:
            self._emit(touched)
            if wake:
                self._dispatcher.wake()

    def _write_down(self) -> None:
        """Runs are on disk before their processes exist, so that none is ever forgotten.

        Told afterwards: the window takes its time, and the renderers need not wait for it.
        """
        touched = self.queue.drain()
        self._untold.append(touched)
        self._changes.note()
        try:
            self._journal.commit(touched, self.queue.tasks)
        except UserError as error:
            self.noticed.emit(str(error))

    def _each(self, task_ids: list[int], verb: Callable[[int], object]) -> list[int]:
        """Apply a verb to each task it fits; raise the first refusal if it fits none.

        The caller commits when all else is done: a disk that refuses must not keep a renderer going
        that was cancelled, or a scene from being read.
        """
        for task_id in task_ids:
            self.task(task_id)
        done: list[int] = []
        refusal: UserError | None = None
        for task_id in task_ids:
            try:
                verb(task_id)
                done.append(task_id)
            except ConflictError as error:
                refusal = refusal or error
        if refusal is not None and not done:
            raise refusal
        return done

    def _take_reports(self, reports: list[RunReport]) -> None:
        for report in reports:
            task = self.queue.task_of_run(report.run_id)
            self.queue.apply(
                report,
                self._clock(),
                self.settings.retry_delay_seconds,
                self.settings.hold_after_bad_frames,
            )
            if task is not None:
                self._tell_notices(task, report)
            if task is not None and task.is_held:
                self._dispatcher.stop_runs(task)
            if task is not None and task.awaits_approval:
                self.noticed.emit(
                    _("The first frames of {task} are there to be looked at and approved.").format(
                        task=task.job.name
                    )
                )
        self._changes.note()
        # Looking through 10,000 tasks takes 10 ms.
        if any(isinstance(event, RunEnded) for report in reports for event in report.events):
            self._dispatcher.wake()
            self._see_whether_wound_down()
        elif any(each.by_frame for task in self.queue.in_play() for each in task.after):
            self._dispatcher.wake()

    def _see_whether_wound_down(self) -> None:
        if self._is_winding_down and not self.runs_under_way():
            self.wound_down.emit()

    def _inspect(self, task: Task) -> None:
        renderer = self.catalog.get(task.job.renderer)
        self._inspector.inspect(task.id, renderer, task.job, task.frames_text)

    def _take_inspection(self, inspection: Inspection) -> None:
        task = self.queue.tasks.get(inspection.task_id)
        if self._is_stopped or task is None or not inspection.is_of(task):
            return
        if inspection.reason is None:
            self.queue.fill(inspection.task_id, inspection.job, inspection.frames)
            self.queue.find(inspection.task_id, self._findings(task, inspection))
        else:
            self.queue.break_(inspection.task_id, inspection.reason, inspection.job)
        self._changes.note()
        if self._inspector.is_idle:
            self._dispatcher.look()  # before the window is painted, which takes 10 ms
        else:
            self._dispatcher.wake()

    def _findings(self, task: Task, inspection: Inspection) -> tuple[Finding, ...]:
        """What was found, and what only the queue knows."""
        found = inspection.findings
        if self.machines.is_renderer_elsewhere(inspection.job.renderer):
            found = tuple(each for each in found if each.code != NO_RENDERER)
        if not writes_where_scene_says(self.catalog.get(inspection.job.renderer)):
            return found
        clash = same_files(task, inspection, self.queue)
        return found if clash is None else (*found, clash)

    def _tell_notices(self, task: Task, report: RunReport) -> None:
        for event in report.events:
            if isinstance(event, RunNoticed):
                self.noticed.emit(f"{task.job.name}: {event.text}")

    def _renderer_of(self, submission: Submission) -> Renderer:
        if submission.render_engine:
            return self.catalog.get(submission.render_engine)
        return self.catalog.for_scene(Path(submission.project_file))

    def _output_dir(self, submission: Submission, name: str) -> Path:
        if submission.output_dir is None:
            return self._folders.free(self.settings.render_output_dir, name)
        folder = Path(submission.output_dir).expanduser().absolute()
        check_no_clash(folder, name, self.queue)
        return folder

    def _duplicate(self, task: Task) -> Task:
        folder = self._folders.free(Path(task.job.output_dir).parent, task.job.name)
        copy = self.queue.add(
            replace(task.job, output_dir=str(folder)),
            self._clock(),
            frames_text=task.frames_text,
            intended=task.intended,
            **task.terms.by_name(),
        )
        self._inspect(copy)
        self._commit()
        return copy

    def _approve(self, task_id: int) -> None:
        terms = self.task(task_id).terms
        if not terms.approve_after:
            raise ConflictError(_("It waits for no approval."))
        self.queue.set_terms(task_id, replace(terms, approve_after=0))

    def _approve_not(self, task_ids: list[int], before: Mapping[int, Terms]) -> None:
        for task_id in task_ids:
            if task_id in self.queue.tasks:
                terms = replace(
                    self.task(task_id).terms, approve_after=before[task_id].approve_after
                )
                self.queue.set_terms(task_id, terms)

    def _remember(self, text: str, count: int, undo: Callable[[], None]) -> None:
        if count:
            self._undo.append(Undoable(text.format(count=count), undo))
            del self._undo[:-UNDO_DEPTH]

    def _amend_back(self, before: list[Before]) -> None:
        here = [each for each in before if each.task_id in self.queue.tasks]
        for each in here:
            self.queue.check_is_idle(self.task(each.task_id))
        for each in here:
            if each.put_back(self.queue):
                self._inspect(self.task(each.task_id))

    def _suspect_again(
        self,
        task_id: int,
        intended: frozenset[Suspicion],
        suspected: Mapping[int, tuple[Suspicion, ...]],
        failed: Mapping[int, FrameDetail],
    ) -> None:
        if task_id in self.queue.tasks:
            self.queue.suspect_again(task_id, intended, suspected, failed)

    def _restore_wishes(self, wishes: dict[int, Wish]) -> None:
        for task_id, wish in wishes.items():
            if task_id in self.queue.tasks:
                self.queue.set_wish(task_id, wish)

    def _place(self, places: Places) -> None:
        for task_id, (priority, position) in places.items():
            if task_id in self.queue.tasks:
                self.queue.set_priority(task_id, priority)
                self.queue.set_position(task_id, position)

    def _put_back(self, tasks: list[Task]) -> None:
        for task in tasks:
            self.queue.put_back(task)


def _frames_text(submission: Submission) -> str | None:
    """The frames asked for, checked; None if the scene is to say."""
    if submission.frames is not None:
        parse_frames(submission.frames)
        return submission.frames
    if submission.total_frames is None:
        return None
    if not 1 <= submission.total_frames <= MAX_FRAMES:
        raise UserError(
            _("total_frames is {count}. Use 1 to {most:,}.").format(
                count=submission.total_frames, most=MAX_FRAMES
            ),
            field="total_frames",
        )
    return f"1-{submission.total_frames}"
