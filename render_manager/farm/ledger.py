"""The manager's end of the farm: which runs are where, and what is to be believed of what is heard.

No thread, no clock, no network: messages and the time come in, posts and reports go out. What is
lost on the way is said again until it is answered, so that a broker may forget everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path

from render_manager import __version__
from render_manager.base.i18n import _
from render_manager.domain.events import (
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
from render_manager.domain.machines import Machine, Machines
from render_manager.domain.task import Task, band
from render_manager.engine.order import LostRun, RunOrder
from render_manager.farm.messages import (
    PROTOCOL,
    Batch,
    Beat,
    Bye,
    Check,
    Drop,
    FromWorker,
    GiveWay,
    Go,
    Hello,
    InHand,
    LogTail,
    Order,
    Post,
    Seen,
    Sees,
    Stop,
    Taken,
    TellLog,
    ToWorker,
    Welcome,
    WhoAreYou,
    control_queue,
    order_queue,
)
from render_manager.farm.paths import Table

ORDER_AGAIN_SECONDS = 10.0
"""After so long an order that nobody took is sent again: the broker may have lost it."""

SAY_AGAIN_SECONDS = 2.0

MOST_AHEAD = 10_000
"""Batches of a run that are kept while one before them is missing."""


class Stage(Enum):
    """How far a run on the farm has come."""

    ORDERED = auto()
    GOING = auto()
    UNCLAIMED = auto()
    """Of an earlier session; no worker has said yet that it has it."""


@dataclass(slots=True)
class FarmRun:
    """A run that is somewhere else."""

    order: RunOrder
    stage: Stage
    since: float
    """When the stage began, or the order was sent last."""
    completed: set[int] = field(default_factory=set)
    known: frozenset[int] = frozenset()
    """Frames that were completed before this session: nothing more is heard of them."""
    incarnation: str = ""
    take: str = ""
    expected: int = 0
    """The serial of the next batch."""
    ahead: dict[int, Batch] = field(default_factory=dict)
    wants: Stop | GiveWay | None = None
    """What is said again until the run ends."""
    said_at: float = 0.0

    @property
    def missing(self) -> tuple[int, ...]:
        done = self.completed | self.known
        return tuple(frame for frame in self.order.frames if frame not in done)


@dataclass(slots=True)
class Outbox:
    """What came of it, for whoever drives the ledger."""

    posts: list[Post] = field(default_factory=list)
    reports: list[RunReport] = field(default_factory=list)
    logs: list[tuple[Path, bytes]] = field(default_factory=list)
    machine_logs: list[tuple[str, bytes]] = field(default_factory=list)
    """By the machine's name."""
    notices: list[str] = field(default_factory=list)
    machines_changed: bool = False


class Ledger:
    """Decides. `session` is another one at each start of the manager."""

    def __init__(self, machines: Machines, session: str, lease: float, paths: Table = ()) -> None:
        self._machines = machines
        self._session = session
        self._lease = lease
        self._paths = paths
        self._runs: dict[int, FarmRun] = {}
        self._beats: dict[str, int] = {}
        """The number of the newest beat of each incarnation."""
        self._dead: set[str] = set()
        """Incarnations that another one of the same name came after."""
        self._is_connected = False
        self._out = Outbox()

    @property
    def runs(self) -> Sequence[int]:
        return list(self._runs)

    def drain(self) -> Outbox:
        """What came of it since the last call."""
        out, self._out = self._out, Outbox()
        return out

    # --- what the manager wants ---------------------------------------------------------------

    def start(self, order: RunOrder, now: float) -> None:
        run = FarmRun(order, Stage.ORDERED, now)
        self._runs[order.run_id] = run
        self._send_order(run, now)

    def take_over(self, lost: LostRun, now: float) -> None:
        """Wait for the worker to say that it has the run; it is lost after the lease."""
        run = FarmRun(lost.order, Stage.UNCLAIMED, now, known=lost.completed)
        self._runs[lost.order.run_id] = run

    def stop(self, run_id: int, now: float) -> None:
        self._want(run_id, Stop(run_id), Outcome.CANCELLED, now)

    def give_way(self, run_id: int, now: float) -> None:
        self._want(run_id, GiveWay(run_id), Outcome.GAVE_WAY, now)

    def _want(self, run_id: int, wish: Stop | GiveWay, outcome: Outcome, now: float) -> None:
        run = self._runs.get(run_id)
        if run is None:
            return
        if run.stage is Stage.ORDERED:
            self._end(run, outcome, "")  # whoever takes the order is told to drop it
            return
        run.wants, run.said_at = wish, now
        if run.stage is Stage.GOING:
            self._tell(run.order.machine, wish)

    def ask_about(self, machine: Machine, task: Task, size: int) -> None:
        """Whether the machine sees the task's folders; the scene has `size` bytes."""
        job = task.job
        self._tell(machine.name, Check(task.id, job.project_file, size, job.output_dir))

    def ask_log(self, machine: str, run_id: int = 0) -> None:
        """Have the log of a run there told, or the machine's own."""
        if not run_id or run_id in self._runs:
            self._tell(machine, TellLog(run_id))

    def connected(self, now: float) -> None:
        """The broker answers (again). Nobody could be heard before."""
        self._is_connected = True
        self._machines.forgive_silence(now)
        for run in self._runs.values():
            if run.stage is Stage.UNCLAIMED:
                run.since = now

    def disconnected(self) -> None:
        self._is_connected = False

    # --- the clock ----------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Give up what was silent for too long, and say again what was not answered."""
        if not self._is_connected:
            return
        for machine in self._machines.silent(now, self._lease):
            self._lose_machine(machine)
        for run in list(self._runs.values()):
            is_late = now - run.since > self._lease
            if run.stage is Stage.UNCLAIMED and is_late:
                self._lose(run)
            elif run.stage is Stage.ORDERED and now - run.since > ORDER_AGAIN_SECONDS:
                self._send_order(run, now)
            elif run.wants and now - run.said_at > SAY_AGAIN_SECONDS:
                run.said_at = now
                self._tell(run.order.machine, run.wants)

    def _lose_machine(self, machine: Machine) -> None:
        machine.is_here = False
        self._out.machines_changed = True
        self._out.notices.append(_("{machine} does not answer.").format(machine=machine.name))
        for run in self._runs_of(machine.name):
            self._lose(run)

    # --- what workers say ---------------------------------------------------------------------

    def hear(self, message: FromWorker, now: float) -> None:
        if message.incarnation in self._dead:
            return
        if isinstance(message, Hello):
            self._welcome(message, now)
            return
        machine = self._machines.get(message.name)
        if machine is None or machine.incarnation != message.incarnation or not machine.is_here:
            self._tell(message.name, WhoAreYou())
            return
        match message:
            case Beat():
                self._take_beat(machine, message, now)
            case Taken():
                self._answer_taken(message, now)
            case Batch():
                self._take_batch(message)
            case Sees():
                self._machines.see(message.name, message.task, message.lacks, now)
                self._out.machines_changed = True
                self._tell_of_blindness(message)
            case LogTail():
                self._take_log(message)
            case Bye():
                self._part_from(machine)

    def _welcome(self, hello: Hello, now: float) -> None:
        before = self._machines.get(hello.name)
        if before is None or before.incarnation != hello.incarnation or not before.is_here:
            self._join(hello, before, now)
        machine = self._machines.get(hello.name)
        refused = (machine.reason if machine else None) or ""
        self._tell(hello.name, Welcome(self._session, self._lease, self._paths, refused))

    def _join(self, hello: Hello, before: Machine | None, now: float) -> None:
        if before is not None and before.incarnation != hello.incarnation:
            self._dead.add(before.incarnation)
            for run in self._runs_of(hello.name):
                if run.stage is Stage.GOING:
                    self._lose(run)
        machine = Machine(
            hello.name, hello.slots, dict(hello.renderers), hello.pools, hello.version
        )
        machine.incarnation = hello.incarnation
        if hello.protocol != PROTOCOL:
            machine.misfit = _(
                "It has version {theirs} of Render Manager, and this is {ours}: they do not "
                "understand each other. Install the same version on both."
            ).format(theirs=hello.version, ours=__version__)
            self._out.notices.append(f"{hello.name}: {machine.misfit}")
        self._machines.join(machine, now)
        self._out.machines_changed = True

    def _take_beat(self, machine: Machine, beat: Beat, now: float) -> None:
        if beat.number <= self._beats.get(beat.incarnation, -1):
            return  # it came twice, or late
        self._beats[beat.incarnation] = beat.number
        machine.heard, machine.cpu, machine.memory = now, beat.cpu, beat.memory
        if machine.in_use != (beat.in_use or None):
            machine.in_use = beat.in_use or None
            self._out.machines_changed = True
        for each in sorted(beat.runs, key=lambda each: not each.session):
            self._compare(each, beat)
        listed = {(each.run, each.take) for each in beat.runs}
        for run in self._runs_of(beat.name):
            if run.stage is not Stage.ORDERED and (run.order.run_id, run.take) not in listed:
                self._lose(run)

    def _compare(self, theirs: InHand, beat: Beat) -> None:
        run = self._runs.get(theirs.run)
        has_leave = bool(theirs.session)  # one without asks again, and is answered then
        if run is not None and run.order.machine == beat.name and run.stage is Stage.UNCLAIMED:
            if has_leave:
                self._claim(run, theirs.take, beat.incarnation)
        elif run is not None and self._is_ours(run, beat.name, theirs.take):
            if has_leave and theirs.session != self._session:
                self._tell(beat.name, Go(theirs.run, theirs.take, self._session))
        elif has_leave:
            self._tell(beat.name, Drop(theirs.run, theirs.take))

    def _claim(self, run: FarmRun, take: str, incarnation: str) -> None:
        run.stage, run.take, run.incarnation = Stage.GOING, take, incarnation
        self._tell(run.order.machine, Go(run.order.run_id, take, self._session))
        if run.wants:
            self._tell(run.order.machine, run.wants)

    def _answer_taken(self, taken: Taken, now: float) -> None:
        run = self._runs.get(taken.run)
        if run is not None and run.order.machine == taken.name:
            if run.stage is Stage.UNCLAIMED:
                return  # the next beat tells whether another take of it is under way
            if run.stage is Stage.ORDERED:
                run.since = now
                self._claim(run, taken.take, taken.incarnation)
                return
            if run.take == taken.take:
                self._tell(taken.name, Go(taken.run, taken.take, self._session))
                return
        self._tell(taken.name, Drop(taken.run, taken.take))

    def _take_batch(self, batch: Batch) -> None:
        run = self._runs.get(batch.run)
        if run is None or (run.stage is Stage.GOING and run.take != batch.take):
            self._tell(batch.name, Drop(batch.run, batch.take))
            return
        if run.stage is not Stage.GOING or batch.session != self._session:
            return  # it was told, or will be, to begin anew
        if batch.serial >= run.expected and len(run.ahead) < MOST_AHEAD:
            run.ahead[batch.serial] = batch
        while (ready := run.ahead.pop(run.expected, None)) is not None:
            run.expected += 1
            self._apply(run, ready)
        self._tell(batch.name, Seen(batch.run, self._session, run.expected))

    def _apply(self, run: FarmRun, batch: Batch) -> None:
        if batch.log is not None:
            self._out.logs.append((run.order.log_path, batch.log))
        events = tuple(self._as_ours(event, run) for event in batch.events)
        events = tuple(event for event in events if not _is_of(event, run.known))
        run.completed |= {e.frame for e in events if isinstance(e, FrameCompleted)}
        if events:
            self._out.reports.append(RunReport(run.order.run_id, events))
        if any(isinstance(event, RunEnded) for event in events):
            self._runs.pop(run.order.run_id, None)

    def _as_ours(self, event: RunEvent, run: FarmRun) -> RunEvent:
        """The log is followed here, not there; it has the command until it comes at the end."""
        if not isinstance(event, RunStarted):
            return event
        log_path = run.order.log_path
        self._out.logs.append((log_path, f"{event.command}\n".encode(errors="replace")))
        return replace(event, log_path=str(log_path))

    def _take_log(self, tail: LogTail) -> None:
        run = self._runs.get(tail.run)
        if not tail.run:
            self._out.machine_logs.append((tail.name, tail.log))
        elif run is not None and run.incarnation == tail.incarnation:
            self._out.logs.append((run.order.log_path, tail.log))

    def _tell_of_blindness(self, message: Sees) -> None:
        if message.lacks is not None:
            text = _(
                "{machine} does not see {path}. It is given other tasks only. FARM_PATHS says by "
                "what other name a folder is known there."
            )
            notice = text.format(machine=message.name, path=message.lacks)
            self._out.notices.append(notice)

    def _part_from(self, machine: Machine) -> None:
        machine.is_here = False
        self._out.machines_changed = True
        for run in self._runs_of(machine.name):
            self._lose(run)

    # --- small helpers ------------------------------------------------------------------------

    def _runs_of(self, name: str) -> list[FarmRun]:
        return [run for run in self._runs.values() if run.order.machine == name]

    def _is_ours(self, run: FarmRun, name: str, take: str) -> bool:
        return run.order.machine == name and run.take == take and run.stage is Stage.GOING

    def _lose(self, run: FarmRun) -> None:
        reason = _("{machine} lost the run.").format(machine=run.order.machine)
        self._end(run, Outcome.CANCELLED, reason)

    def _end(self, run: FarmRun, outcome: Outcome, reason: str) -> None:
        """Its frames are anybody's again, and whatever is still heard of it counts no more."""
        if self._runs.pop(run.order.run_id, None) is None:
            return
        end = RunEnded(outcome, None, reason, run.missing)
        self._out.reports.append(RunReport(run.order.run_id, (end,)))

    def _send_order(self, run: FarmRun, now: float) -> None:
        run.since = now
        order = run.order
        message = Order(
            order.run_id, order.job, order.frames, order.limits, order.expected, order.rejects
        )
        queue = order_queue(order.machine, band(order.priority))
        self._out.posts.append(Post(queue, message))

    def _tell(self, name: str, message: ToWorker) -> None:
        self._out.posts.append(Post(control_queue(name), message))


def _is_of(event: RunEvent, frames: Iterable[int]) -> bool:
    """Whether it is about one of these frames."""
    about = (FrameBegan, FrameProgress, FrameCompleted, FrameRejected)
    return isinstance(event, about) and event.frame in frames
