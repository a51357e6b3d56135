"""Watches a run for signs of life, and says when it has had its chance.

Lives in the run's worker thread. What it sees is judged by `domain/vigil.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from render_manager.domain.events import Phase
from render_manager.domain.patience import RunLimits
from render_manager.domain.vigil import OVERSLEPT, Look, Vigil, period_for
from render_manager.engine.dialog_closer import DialogCloser
from render_manager.engine.folder_look import FolderLook
from render_manager.engine.loop import Hook, Loop
from render_manager.engine.process_tree import ProcessTree
from render_manager.engine.tree_meter import TreeMeter

ORPHANS_EVERY = 60.0
"""Seconds until processes that lost their parent are looked for again, at the longest."""

BLOCKED = 10.0
"""Seconds without a sign of life after which a box on the screen is taken for the cause."""


class Watchdog:
    """Looks every `period` seconds from `start` until `stop`, or until it has barked."""

    def __init__(
        self,
        loop: Loop,
        tree: ProcessTree,
        limits: RunLimits,
        log_path: Path,
        folder: Path,
        frame_in_work: Callable[[], int | None],
        period: float | None = None,
        is_alone: Callable[[], bool] = lambda: True,
    ) -> None:
        """`is_alone` says whether no other run writes into `folder`: else that is no sign of this
        one's life."""
        self.barked = Hook()
        """`Problem`: the run is to be ended, and why. Once."""
        self.dialog_closed = Hook()
        """`Problem`: a box told of it that waited for a click, and was closed."""
        self.overslept = Hook()
        """The computer slept, or its clock was set: by so many seconds, which were no work."""
        self._limits = limits
        self._period = period or period_for(limits)
        self._vigil = Vigil(limits, self._period)
        rarely = min(ORPHANS_EVERY, (limits.stall_seconds or ORPHANS_EVERY) / 4)
        self._meter = TreeMeter(tree, int(rarely / self._period))
        self._log_path = log_path
        self._folder = FolderLook(folder)
        self._dialogs = DialogCloser(log_path)
        self._frame_in_work = frame_in_work
        self._is_alone = is_alone
        self._told_at = time.time()
        self._timer = loop.timer(self._period, self._look, repeats=True)

    @property
    def longest_silence(self) -> float:
        """Seconds without a sign of life that the run got away with."""
        return self._vigil.longest_silence

    def start(self) -> None:
        self._told_at = time.time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def enter(self, phase: Phase) -> None:
        """The run is at something else now: see `Vigil.enter`."""
        self._vigil.enter(phase)

    def _look(self) -> None:
        self._see_whether_overslept(time.time())
        usage = self._meter.read(self._limits.memory)
        look = Look(
            at=time.monotonic(),
            log=_size(self._log_path),
            cpu=usage.cpu,
            io=usage.io,
            memory=usage.memory,
            folder=self._folder.seen if self._is_alone() else None,
            frame=self._frame_in_work(),
        )
        if problem := self._vigil.take(look):
            self.stop()
            self.barked.emit(problem)
        elif self._vigil.silence:
            # Only then, for it is the dearest look, and all else says more.
            self._folder.ask()
            self._see_to_dialogs()

    def _see_to_dialogs(self) -> None:
        """Only what blocks is closed: a box that shows progress goes with work."""
        if self._vigil.silence >= min(BLOCKED, (self._limits.stall_seconds or BLOCKED) / 2):
            for told in self._dialogs.close_all(self._meter.pids):
                self.dialog_closed.emit(told)

    def _see_whether_overslept(self, now: float) -> None:
        """By the clock on the wall: that of the system may stand still while it sleeps."""
        off, self._told_at = now - self._told_at - self._period, now
        if abs(off) > OVERSLEPT * self._period:
            self.overslept.emit(off)


def _size(log_path: Path) -> int:
    try:
        return log_path.stat().st_size
    except OSError:
        return 0
