"""Hands chunks to the backend: asks the scheduling who is next whenever something may have changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from render_manager.base.settings import Settings
from render_manager.domain.dependencies import Dependencies
from render_manager.domain.events import RunReport
from render_manager.domain.limits import run_limits
from render_manager.domain.machines import LOCAL, LOCAL_NAME
from render_manager.domain.needs import worth_a_look
from render_manager.domain.patience import RunLimits
from render_manager.domain.queue import Queue
from render_manager.domain.scheduling import HERE, Chunk, Limits, next_chunk, runs_to_give_way
from render_manager.domain.task import Task
from render_manager.domain.timetable import Timetable
from render_manager.domain.waiting import why_lacking
from render_manager.engine.backend import Backend
from render_manager.engine.order import LostRun, RunOrder
from render_manager.renderers.catalog import Catalog
from render_manager.service.courtesy import CourtesyWatch
from render_manager.service.elsewhere import Elsewhere
from render_manager.service.floors import Floors
from render_manager.service.needs import supply_of

LONGEST_SLEEP = 20.0
"""Seconds after which the clock is looked at again while a task waits for its time: a computer that
slept, or whose clock was put right, tells nobody."""

MOST_AT_ONCE = 25
"""Runs begun elsewhere in one look: each takes about 1 ms (measured), in which the window is deaf."""


class Dispatcher(QObject):
    """Fills free slots with chunks, and asks runs to give way."""

    reported = Signal(object)
    """`list[RunReport]`, passed on from the backend."""
    noticed = Signal(str)
    """A sentence for the user: why nothing starts."""
    dispatched = Signal()
    """Runs are about to start: emitted after the queue knows of them and before the engine does,
    so that they can be written down first."""

    def __init__(
        self,
        queue: Queue,
        backend: Backend,
        catalog: Catalog,
        settings: Settings,
        runs_dir: Path,
        floors: Floors,
        courtesy: CourtesyWatch | None = None,
        elsewhere: Elsewhere | None = None,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue = queue
        self._backend = backend
        self._catalog = catalog
        self._settings = settings
        self._runs_dir = runs_dir
        self._clock = clock
        self._is_open = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.look)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.look)
        self._floors = floors
        floors.changed.connect(self.wake)
        self._courtesy = courtesy
        if courtesy is not None:
            courtesy.changed.connect(self.wake)
        floors.noticed.connect(self.noticed)
        self._elsewhere = elsewhere
        if elsewhere is not None and elsewhere.farm is not None:
            elsewhere.farm.changed.connect(self.wake)
            elsewhere.farm.noticed.connect(self.noticed)
        backend.reported.connect(self._take_reports)

    def _take_reports(self, reports: list[RunReport]) -> None:
        if self._elsewhere is None:
            self.reported.emit(reports)
            return
        learned = [self._elsewhere.learn(report) for report in reports]
        for _report, sentence in learned:
            if sentence is not None:
                self.noticed.emit(sentence)
        self.reported.emit([report for report, _sentence in learned])

    def begin(self) -> None:
        """Start handing out chunks."""
        self._is_open = True
        self._floors.start()
        self.wake()

    def wake(self) -> None:
        """Something changed that may let a run start; looked at when control returns to Qt."""
        if self._is_open and not self._soon.isActive():
            self._soon.start()

    def look(self) -> None:
        """Start what may start, and have give way what should, now."""
        if not self._is_open:
            return
        self._soon.stop()
        others = self._elsewhere
        is_here_due = not self._is_pausing
        if not is_here_due:
            self._have_all_give_way(LOCAL)
        now, limits = self._clock(), self._limits()
        giving_way, floors = self._catalog.giving_way, self._floors
        orders: list[RunOrder] = []
        floors.look()
        dependencies = Dependencies(self._queue.tasks)
        tasks = [
            task
            for task in self._queue.in_play()
            if task.runs or not (dependencies.holds(task) or task.awaits_approval)
        ]
        times = Timetable(now, self._settings.render_hours)
        change = None if others is None else others.look_at_clock(times)
        times_here = times if others is None else others.times_here(times)
        here = HERE if others is None else others.here(tasks, limits)
        able = worth_a_look(tasks, limits.supply)
        holds = floors.holds if others is None else others.held_here(floors.holds)
        while is_here_due and (
            chunk := next_chunk(
                able, limits, now, giving_way, holds, times_here, here, dependencies
            )
        ):
            if floors.admits(self._queue.task(chunk.task_id)):
                orders.append(self._order(chunk, now))
        if others is not None:
            held_here = holds if is_here_due else _held
            chunks = others.chunks(able, times, giving_way, held_here, limits)
            for chunk, machine in islice(chunks, MOST_AT_ONCE):
                orders.append(self._order(chunk, now, machine))
        if orders:
            self.dispatched.emit()
        for order in orders:
            self._backend.start(order)
        if len(orders) >= MOST_AT_ONCE:  # who has room is not known before all were served
            self.wake()
            return
        self._give_way(runs_to_give_way(tasks, limits, now, giving_way, holds, times_here))
        if others is not None:
            self._give_way(others.runs_to_give_way(tasks, times, giving_way))
        self._wake_in_time(tasks, times, change)

    def wind_down(self) -> None:
        """Hand out no more chunks, and ask all runs that can to stop at a frame border."""
        self._rest()
        self._have_all_give_way()

    def _have_all_give_way(self, machine: str | None = None) -> None:
        """All runs, or those of one machine."""
        giving_way = self._catalog.giving_way
        for task in self._queue:
            if task.runs and task.job.renderer in giving_way:
                runs = [r for r in task.runs.values() if machine in (None, r.machine)]
                self._give_way([run.id for run in runs if not run.is_giving_way])

    def clear(self, machine: str) -> None:
        """Have the runs on a machine stop at a frame border; those that cannot are ended."""
        self._have_all_give_way(machine)
        for task in self._queue:
            for run in list(task.runs.values()):
                if run.machine == machine and not run.is_giving_way:
                    self._backend.stop(run.id)

    def stop_runs(self, task: Task) -> None:
        """End every run of the task."""
        for run_id in list(task.runs):  # whose end may be told at once
            self._backend.stop(run_id)

    def take_over(self, lost: LostRun) -> None:
        """Go on with a run of an earlier session."""
        task = self._queue.task_of_run(lost.order.run_id)
        if task is not None:
            lost = replace(lost, order=replace(lost.order, limits=self._run_limits(task)))
        self._backend.take_over(lost)

    def holdup(self, task: Task) -> str | None:
        """Why the task may not start though it is its turn: no machine for it, not enough of a named
        limit, somebody works at the computer, too little memory or disk. None if nothing is known
        against it."""
        elsewhere = self._elsewhere
        if elsewhere is not None and (reason := elsewhere.holdup(task)):
            return reason
        machines = {LOCAL: LOCAL_NAME} if elsewhere is None else elsewhere.that_suit(task)
        if reason := why_lacking(task, self._queue.in_play(), supply_of(self._settings), machines):
            return reason
        if self._is_pausing and self._courtesy is not None:
            return self._courtesy.due.reason
        return self._floors.reason(task)

    def forecast(self, task: Task) -> str | None:
        """A sentence if the disk will not do for the frames left."""
        return self._floors.forecast(task)

    def close(self) -> None:
        """Start no more; end what is under way and wait for it."""
        self._rest()
        self._floors.stop()
        self._backend.close()

    def let_go(self) -> None:
        """Start no more, and leave what is under way to the next session."""
        self._rest()
        self._floors.stop()
        self._backend.let_go()

    def _rest(self) -> None:
        self._is_open = False
        self._soon.stop()
        self._later.stop()

    def _limits(self) -> Limits:
        wanted = self._settings
        return Limits(wanted.max_concurrent_runs, wanted.renderer_limits, supply_of(wanted))

    @property
    def _is_pausing(self) -> bool:
        """Whether nothing is rendered for the sake of somebody at the computer."""
        return self._courtesy is not None and self._courtesy.is_pausing

    def _give_way(self, run_ids: Iterable[int]) -> None:
        for run_id in run_ids:
            self._queue.give_way(run_id)
            self._backend.give_way(run_id)

    def _order(self, chunk: Chunk, now: float, machine: str = LOCAL) -> RunOrder:
        task = self._queue.task(chunk.task_id)
        frames = self._catalog.split(task.job, chunk.frames)[0]
        run = self._queue.start_run(task.id, frames, now, machine)
        log_path = run_log(self._runs_dir, task.id, run.id)
        run.log_path = str(log_path)
        return RunOrder(
            run.id,
            task.job,
            frames,
            log_path,
            self._run_limits(task),
            task.expected,
            task.doubts.take_rejects(frames),
            machine,
            task.priority,
        )

    def _run_limits(self, task: Task) -> RunLimits:
        wanted = self._settings
        return run_limits(
            task,
            stall_seconds=wanted.stall_seconds,
            frame_seconds=wanted.frame_time_limit_seconds,
            frame_factor=wanted.frame_time_factor,
            memory_mb=wanted.memory_limit_mb,
        )

    def _wake_in_time(self, tasks: list[Task], times: Timetable, at: float | None) -> None:
        """Look again at the next retry, when the hours of a task begin or end, and `at` that time."""
        moments = [task.retry_at for task in tasks if task.retry_at and task.retry_at > times.now]
        moments += [each for each in (times.next_change(tasks), at) if each is not None]
        if moments and self._is_open:
            seconds = min(min(moments) - times.now, LONGEST_SLEEP)
            self._later.start(int(1000 * seconds) + 1)


def _held(_task: Task) -> bool:
    return True


def run_log(runs_dir: Path, task_id: int, run_id: int) -> Path:
    """The log of a run."""
    return runs_dir / str(task_id) / f"{run_id}.log"
