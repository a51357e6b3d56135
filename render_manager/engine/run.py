"""One run: a process, its log, and how it ended.

Lives in the thread of its loop; nothing here waits. Log lines become
claims, the judge turns claims into verdicts, and only a verdict completes a frame.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.events import (
    NO_LICENSE,
    FrameBegan,
    FrameFinished,
    FrameProgress,
    FrameRejected,
    FrameStarted,
    LogEvent,
    Outcome,
    PhaseChanged,
    Problem,
    Progress,
    RunEnded,
    RunEvent,
    RunFinished,
    RunNoticed,
    RunStarted,
    Severity,
)
from render_manager.domain.evidence import Suspicion
from render_manager.domain.frames import format_frames
from render_manager.engine.folder_watch import FolderWatch
from render_manager.engine.folders_in_use import FoldersInUse
from render_manager.engine.frame_watch import Claim, FrameWatch
from render_manager.engine.judge import Judge
from render_manager.engine.log_follower import LogFollower
from render_manager.engine.loop import Hook, Loop
from render_manager.engine.order import LostRun, RunOrder
from render_manager.engine.process import FoundProcess, ProcessMaker, RendererProcess, command_line
from render_manager.engine.process_tree import ProcessTree
from render_manager.engine.rejects import set_aside
from render_manager.engine.status_follower import StatusFollower
from render_manager.engine.watchdog import Watchdog
from render_manager.images.pool import ImagePool
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.exit_codes import exit_meaning
from render_manager.renderers.preflight import has_changed, impossible
from render_manager.renderers.problem_rules import rules_of
from render_manager.renderers.renderer import Command, Renderer, StatusListener

POLL_SECONDS = 0.05


def stop_file(log_path: Path) -> Path:
    """The file whose presence asks the run of this log to give way."""
    return log_path.with_suffix(".stop")


def status_file(log_path: Path) -> Path:
    """The file that a driver may write the state of the run of this log to."""
    return log_path.with_suffix(".status")


class Run:
    """Makes one ordered run, or follows one of an earlier session, and reports it."""

    def __init__(
        self,
        loop: Loop,
        make_process: ProcessMaker,
        order: RunOrder,
        catalog: Catalog,
        images: ImagePool,
        grace_seconds: float,
        finish_seconds: float,
        lost: LostRun | None = None,
        folders: FoldersInUse | None = None,
    ) -> None:
        self.reported = Hook()
        """`tuple[RunEvent, ...]`."""
        self.ended = Hook()
        self._loop = loop
        self._make_own_process = make_process
        self._order = order
        self._catalog = catalog
        self._lost = lost
        self._started_at = lost.started_at if lost else time.time()
        done = lost.completed if lost else frozenset()
        self._frames = tuple(frame for frame in order.frames if frame not in done)
        self._folders = folders or FoldersInUse()
        self._folders.enter(order.job)
        self._folder = FolderWatch(order.job, self._started_at, self._folders)
        size = order.job.expected_size
        self._judge = Judge(loop, images, self._frames, size, self._folder, order.expected)
        self._judge.verdict.connect(self._take_verdict)
        self._process: RendererProcess | None = None
        self._began: dict[int, float | None] = {}
        """When each frame began; None if nobody was there to see it."""
        self._is_catching_up = lost is not None
        """What the log tells happened before we looked."""
        self._frame: int | None = None
        self._line = 0
        self._problem: Problem | None = None
        self._watchdog: Watchdog | None = None
        self._put_down: Problem | None = None
        """Why the watchdog had the renderer ended."""
        self._startup: float | None = None
        self._exit_code: int | None = None
        self._has_exited = False
        self._was_stopped = False
        self._is_giving_way = False
        self._has_ended = False
        self._moved_to: Path | None = None
        self._pending: list[RunEvent] = []
        self._poll = loop.timer(POLL_SECONDS, self._follow, repeats=True)
        self._grace = loop.timer(grace_seconds, self._kill)
        self._finish = loop.timer(finish_seconds, self._finish_on_evidence)
        self._last_verdicts = loop.timer(grace_seconds, self._end_as_it_is)

    # --- start --------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process; everything that can go wrong ends the run with a reason."""
        if self._has_ended:
            return
        if self._lost is None and (self._was_stopped or self._is_giving_way):
            self._end(Outcome.CANCELLED if self._was_stopped else Outcome.GAVE_WAY, "")
            return
        try:
            renderer = self._catalog.get(self._order.job.renderer)
            self._begin(renderer)
        except UserError as error:
            self._refuse_to_start(str(error))
        except OSError as error:
            self._fail_to_start(_("The run could not be started: {why}.").format(why=error))
        except Exception:
            logging.getLogger(__name__).exception("Run %s could not be started", self._order.run_id)
            self._fail_to_start(_("The run could not be started. The program's log says more."))

    def _refuse_to_start(self, sentence: str, code: str = "cannot_start") -> None:
        """It would be the same the next time: until somebody has mended what is wrong."""
        self._problem = Problem(code, sentence, Severity.FATAL, is_hopeless=True)
        self._fail_to_start(sentence)

    def _fail_to_start(self, sentence: str) -> None:
        if self._lost:
            # Nobody follows it any more, and its frames will be given to another run.
            _tree_of(self._lost).kill()
        self._end(Outcome.NOT_STARTED, sentence)

    def _begin(self, renderer: Renderer) -> None:
        job, frames = self._order.job, self._order.frames
        if self._lost is None and (reason := impossible(job)):
            self._refuse_to_start(reason.text, reason.code)
            return
        version = job.scene.version if job.scene else None
        installation = self._catalog.installation_for(renderer, version)
        command = renderer.command(job, frames, installation)
        self._title = renderer.title
        self._listener = renderer.listen(job, frames)
        self._follower = LogFollower(self._order.log_path)
        has_status = isinstance(self._listener, StatusListener)
        self._status = StatusFollower(status_file(self._order.log_path)) if has_status else None
        folder = command.cwd or Path(job.output_dir)
        self._watch = FrameWatch(self._frames, command.outputs, folder)
        self._command_line = command_line(command.argv)
        self._process = self._make_process(command)
        self._process.started.connect(self._on_started)
        self._process.failed.connect(self._fail_to_start)
        self._process.finished.connect(self._on_finished)
        self._process.start()

    def _make_process(self, command: Command) -> RendererProcess:
        log_path = self._order.log_path
        if self._lost:
            self._folder.set_clock()
            return FoundProcess(self._loop, _tree_of(self._lost))
        Path(self._order.job.output_dir).mkdir(parents=True, exist_ok=True)
        self._put_rejects_aside()
        self._folder.set_clock()
        self._folder.remember(chain.from_iterable(command.outputs.values()))
        log_path.parent.mkdir(parents=True, exist_ok=True)
        stop_file(log_path).unlink(missing_ok=True)
        status_file(log_path).unlink(missing_ok=True)
        log_path.write_text(self._command_line + "\n", encoding="utf-8")
        return self._make_own_process(
            self._loop, command, log_path, stop_file(log_path), status_file(log_path)
        )

    def _on_started(self) -> None:
        assert self._process is not None and self._process.tree is not None
        tree = self._process.tree
        log_path = str(self._order.log_path)
        self._report(RunStarted(tree.pid, tree.created, self._command_line, log_path))
        self._tell_of_changes()
        self._poll.start()
        self._set_watchdog(tree)
        if self._was_stopped:
            tree.notify()

    def _tell_of_changes(self) -> None:
        """What is shown of the scene, and the frames asked for, may be those of an older save."""
        if self._lost is None and has_changed(self._order.job):
            text = _("The scene was saved again since it was read. It is rendered as it is now.")
            self._report(RunNoticed(text))

    # --- the log ------------------------------------------------------------------------------

    def _follow(self) -> None:
        lines = self._follower.read()
        self._is_catching_up &= bool(lines)
        self._take_lines(lines)
        self._take_status()
        self._send()

    def _take_status(self) -> None:
        """Before the log's lines, which come late and in bursts where there is a status."""
        if self._status is not None and (text := self._status.read()):
            assert isinstance(self._listener, StatusListener)
            for event in self._heard(partial(self._listener.look, text)):
                self._take_log_event(event)

    def _take_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._line += 1
            for event in self._heard(partial(self._listener.feed, line)):
                self._take_log_event(event)

    def _heard(self, listen: Callable[[], Iterable[LogEvent]]) -> list[LogEvent]:
        """What the listener says; one that fails must not leave the run without an end."""
        try:
            return list(listen())
        except Exception:
            logging.getLogger(__name__).exception("The listener of %s failed", self._title)
            return []

    def _take_log_event(self, event: LogEvent) -> None:
        for claim in self._watch.take(event):
            self._claim(claim)
        match event:
            case FrameStarted():
                self._begin_frame(event.frame)
            case FrameFinished():
                self._forget_refusal()
            case PhaseChanged():
                self._enter(event)
            case RunFinished() if not self._has_exited:
                # One that says so and stays (a hung plug-in) has nothing more to give.
                self._finish.start()
            case Progress():
                frame = self._frame if event.frame is None else event.frame
                if frame in self._frames:
                    self._begin_frame(frame)
                    self._report_progress(FrameProgress(frame, event.percent, event.seconds_left))
            case Problem():
                self._take_problem(event)

    def _begin_frame(self, frame: int) -> None:
        self._frame = frame
        if frame in self._frames and frame not in self._began:
            now = time.time()
            self._began[frame] = None if self._is_catching_up else now
            if self._startup is None and self._lost is None:
                self._startup = now - self._started_at
            self._report(FrameBegan(frame))

    def _enter(self, phase: PhaseChanged) -> None:
        """A renderer that loads or compiles may be silent for long."""
        if self._watchdog is not None:
            self._watchdog.enter(phase.phase)
        if self._pending and isinstance(self._pending[-1], PhaseChanged):
            self._pending.pop()
        self._report(phase)

    def _report_progress(self, event: FrameProgress) -> None:
        """Only the newest progress of a batch is worth telling."""
        if self._pending and isinstance(self._pending[-1], FrameProgress):
            self._pending.pop()
        self._report(event)

    def _take_problem(self, problem: Problem) -> None:
        """Keep the first error, or the first fatal one; pass on which frames have a watermark."""
        if problem.code == Suspicion.WATERMARK:
            self._judge.mark(problem.frame)
        is_worse = self._problem is None or (
            problem.severity is Severity.FATAL and self._problem.severity is not Severity.FATAL
        )
        if problem.severity is not Severity.WARNING and is_worse:
            problem = rules_of(self._order.job.renderer).put_in_words(problem)
            self._problem = replace(problem, line=self._line)

    def _forget_refusal(self) -> None:
        """A renderer that finishes a frame has been given the licence that it lacked before."""
        if self._problem is not None and self._problem.code == NO_LICENSE:
            self._problem = None

    # --- the watchdog -------------------------------------------------------------------------

    @property
    def tree(self) -> ProcessTree | None:
        """The renderer's processes; None before it has started."""
        return None if self._process is None else self._process.tree

    def _set_watchdog(self, tree: ProcessTree) -> None:
        order = self._order
        folder = Path(order.job.output_dir)
        self._watchdog = Watchdog(
            self._loop,
            tree,
            order.limits,
            order.log_path,
            folder,
            self._frame_in_work,
            is_alone=partial(self._folders.is_alone, order.job),
        )
        self._watchdog.barked.connect(self._put_it_down)
        self._watchdog.overslept.connect(self._discount)
        self._watchdog.dialog_closed.connect(self._take_problem)
        self._watchdog.start()

    def _frame_in_work(self) -> int | None:
        return self._frame if self._frame in self._judge.missing else None

    def _put_it_down(self, problem: Problem) -> None:
        """Notice, grace, kill; and the run has failed."""
        if self._was_stopped or self._has_exited or self._process is None:
            return
        logging.getLogger(__name__).info("Run %s is ended: %s", self._order.run_id, problem.code)
        self._put_down = problem
        if self._process.tree is not None:
            self._process.tree.notify()
        self._grace.start()

    def _discount(self, seconds: float) -> None:
        """The computer slept, or its clock was set: that was no rendering."""
        frame = self._frame
        began = None if frame is None else self._began.get(frame)
        if frame is not None and began is not None:
            self._began[frame] = began + seconds
        elif self._startup is None:
            self._started_at += seconds

    # --- evidence -----------------------------------------------------------------------------

    def _claim(self, claim: Claim) -> None:
        began = self._began.get(claim.frame)
        if claim.seconds is None and began is not None:
            claim = replace(claim, seconds=time.time() - began)
        self._judge.judge(claim)

    def _take_verdict(self, verdict: RunEvent) -> None:
        if self._has_ended:
            return
        # What we cut off ourselves is missing, but nobody's fault.
        if not (self._was_stopped and isinstance(verdict, FrameRejected)):
            self._report(verdict)
            self._send()
        if not self._judge.missing and not self._has_exited and not self._finish.is_active:
            self._finish.start()
        self._end_if_over()

    # --- the end ------------------------------------------------------------------------------

    def stop(self) -> None:
        """Notice, grace, kill."""
        if self._was_stopped or self._has_ended:
            return
        self._was_stopped = True
        if self._watchdog is not None:
            self._watchdog.stop()
        if self._has_exited:
            self._last_verdicts.start()
            return
        self.give_way()
        if self._process is not None and self._process.tree is not None:
            self._process.tree.notify()
        self._grace.start()

    def give_way(self) -> None:
        """Ask the renderer to stop at the next frame border; one not started yet does not start."""
        self._is_giving_way = True
        if self._process is None:
            return
        try:
            stop_file(self._order.log_path).touch()
        except OSError:
            logging.getLogger(__name__).exception("No stop file for run %s", self._order.run_id)

    def let_go(self) -> None:
        """Leave the renderer to the next session: no more is reported, and the run has no end."""
        if self._has_ended:
            return
        self._has_ended = True
        self._rest()
        if self._process is not None:
            self._process.let_go()
        self.ended.emit()

    def _rest(self) -> None:
        """Do nothing more by itself: the thread that this lives in goes on with other runs."""
        for timer in (self._poll, self._grace, self._finish, self._last_verdicts):
            timer.stop()
        if self._watchdog is not None:
            self._watchdog.stop()
        self._judge.close()

    def _kill(self) -> None:
        if self._process is not None and self._process.tree is not None:
            self._process.tree.kill()

    def _on_finished(self, exit_code: int | None) -> None:
        self._rest()
        self._has_exited = True
        self._exit_code = exit_code
        # Children that outlive their parent would go on writing.
        self._kill()
        if not self._was_stopped:
            self._judge.judge_anew()
        for lines in self._follower.read_all():
            self._take_lines(lines)
            self._send()
        self._take_status()
        for event in self._heard(self._listener.close):
            self._take_log_event(event)
        for claim in self._watch.close():
            if self._came_to_its_end() or self._has_begun(claim):
                self._claim(claim)
        if exit_code == 0 and self._frame is not None and not self._judge.knows(self._frame):
            self._claim_from_folder(self._frame)
        self._send()
        if self._was_stopped:
            # A file server that does not answer must not keep a cancelled run.
            self._last_verdicts.start()
        self._end_if_over()

    def _claim_from_folder(self, frame: int) -> None:
        """The last frame of a renderer that ended well, and whose log tells of no files."""
        if paths := self._folder.written_for(frame):
            self._claim(Claim(frame, paths))

    def _came_to_its_end(self) -> bool:
        """Whether it ended well and of itself: a frame that it left nothing of is bad then."""
        was_asked = self._was_stopped or stop_file(self._order.log_path).exists()
        return self._exit_code == 0 and not was_asked and self._put_down is None

    def _has_begun(self, claim: Claim) -> bool:
        is_ours = self._folder.is_ours
        return claim.frame in self._began or any(is_ours(Path(path)) for path in claim.paths)

    def _finish_on_evidence(self) -> None:
        """Every frame is good and the process does not end by itself: that is success."""
        logging.getLogger(__name__).info(
            "Run %s has all its frames and does not end: it is ended", self._order.run_id
        )
        self._kill()

    def _end_as_it_is(self) -> None:
        if self._has_ended:  # its frames may be in another run's hands already
            return
        if not self._judge.is_busy:  # else the disk may hang, and would take us along
            self._set_bad_files_aside()
        self._end(self._outcome(), self._reason())

    def _end_if_over(self) -> None:
        if self._has_exited and not self._judge.is_busy:
            self._end_as_it_is()

    def _set_bad_files_aside(self) -> None:
        """Before the frames are rendered again: nothing is overwritten unseen."""
        moved = [set_aside(path) for path in self._judge.bad_files(self._frame)]
        self._moved_to = next((path.parent for path in moved if path is not None), None)

    def _put_rejects_aside(self) -> None:
        """What was found suspicious is to be rendered again, and may be wanted for comparison."""
        for path in map(Path, self._order.rejects):
            if path.is_file():
                set_aside(path)

    def _where_moved(self) -> list[str]:
        if self._moved_to is None:
            return []
        return [_("Bad files are in “{folder}”.").format(folder=self._moved_to)]

    def _outcome(self) -> Outcome:
        if not self._judge.missing:
            return Outcome.FINISHED
        if self._was_stopped or self._died_unseen():
            return Outcome.CANCELLED
        if self._put_down is not None:
            return Outcome.FAILED
        gave_way = stop_file(self._order.log_path).exists() and self._exit_code in (0, None)
        return Outcome.GAVE_WAY if gave_way and not self._judge.reasons else Outcome.FAILED

    def _cause(self) -> Problem | None:
        """A stall is explained by what the log says of scene or licence, if it says that."""
        said = self._problem
        explains = said is not None and (said.is_hopeless or said.code == NO_LICENSE)
        return said if explains or self._put_down is None else self._put_down

    def _died_unseen(self) -> bool:
        """Whether it ended while nobody watched (a power cut): not the renderer's failure."""
        return self._process is not None and not self._process.was_seen_alive

    def _reason(self) -> str:
        missing = self._judge.missing
        if not missing:
            return ""
        cause = self._cause()
        if cause is not None:
            is_ours = cause is self._put_down
            return cause.text if is_ours else cause.sentence() or f"{self._title}: {cause.text}"
        if self._judge.reasons:
            return " ".join([next(iter(self._judge.reasons.values())), *self._where_moved()])
        if meaning := self._exit_code and exit_meaning(self._exit_code, self._order.job.renderer):
            return meaning.sentence(self._title, self._exit_code)
        if self._exit_code:
            return _(
                "{renderer} ended with exit code {code} before frame {frame} was done."
            ).format(renderer=self._title, code=self._exit_code, frame=missing[0])
        return _("{renderer} ended without rendering {frames}.").format(
            renderer=self._title, frames=format_frames(missing)
        )

    def _end(self, outcome: Outcome, reason: str) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        self._rest()
        self._folders.leave(self._order.job)
        for file in (stop_file(self._order.log_path), status_file(self._order.log_path)):
            with suppress(OSError):  # Windows refuses while somebody has it open
                file.unlink(missing_ok=True)
        missing = self._judge.missing
        self._report(
            RunEnded(
                outcome,
                self._exit_code,
                reason,
                missing,
                self._startup,
                self._cause() if missing else None,
                self._frame_in_work(),
                self._watchdog.longest_silence if self._watchdog else 0.0,
            )
        )
        self._send()
        self.ended.emit()

    def _report(self, event: RunEvent) -> None:
        self._pending.append(event)

    def _send(self) -> None:
        if self._pending:
            batch, self._pending = tuple(self._pending), []
            self.reported.emit(batch)


def _tree_of(lost: LostRun) -> ProcessTree:
    """The processes that an earlier session left; an empty tree if there are none."""
    mark = str(lost.order.log_path)
    if lost.pid is None:
        return ProcessTree.find(mark) or ProcessTree(pid=-1, created=0.0, mark=mark)
    return ProcessTree(lost.pid, lost.process_created or 0.0, mark)
