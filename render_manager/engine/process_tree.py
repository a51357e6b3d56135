"""A renderer's process with all its children, and how it is ended.

Members are found by descent and by a variable in their environment, so that a grandchild whose
parent has died, or which began a session of its own, is still found. On Windows they are in a job
besides, from which none escapes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from render_manager.engine.windows_job import end_job

MARK = "RENDER_MANAGER_RUN"
"""The environment variable that every process of a run inherits; its value names the run."""


TOLERANCE = 1.0
"""Seconds by which two readings of one process's creation time differ: the system tells it by the
time since its own start, which is rounded and follows the clock."""


@dataclass(frozen=True, slots=True)
class ProcessTree:
    """The processes of one run. `created` (seconds since the epoch) tells a reused pid apart."""

    pid: int
    created: float
    mark: str

    @classmethod
    def find(cls, mark: str) -> ProcessTree | None:
        """The tree of the run with this mark, if any of its processes is alive."""
        marked = [process for process in psutil.process_iter() if _is_marked(process, mark)]
        created: dict[int, float] = {}
        for process in marked:
            with contextlib.suppress(psutil.Error):
                created[process.pid] = process.create_time()
        if not created:
            return None
        oldest = min(created, key=lambda pid: (created[pid], pid))
        return cls(oldest, created[oldest], mark)

    @property
    def root(self) -> psutil.Process | None:
        """The process itself if it still runs."""
        if self.pid <= 0:
            return None
        try:
            process = psutil.Process(self.pid)
            same = self._is_ours(process)
            alive = process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return process if same and alive else None

    def _is_ours(self, process: psutil.Process) -> bool:
        """By its creation time; where the clock was set since then, by its mark."""
        is_as_old = abs(process.create_time() - self.created) < TOLERANCE
        return is_as_old or _is_marked(process, self.mark)

    def descendants(self) -> list[psutil.Process]:
        """The process and what descends from it: quick, but without orphans."""
        root = self.root
        if root is None:
            return []
        with contextlib.suppress(psutil.Error):
            return [root, *root.children(recursive=True)]
        return [root]

    def members(self) -> list[psutil.Process]:
        """Every process of the run that is alive, the root first."""
        marked = (process for process in psutil.process_iter() if _is_marked(process, self.mark))
        found = {process.pid: process for process in marked}
        found |= {process.pid: process for process in self.descendants()}
        return sorted(found.values(), key=lambda process: process.pid != self.pid)

    def notify(self) -> None:
        """Ask every member to end. Windows has no such notice for console programs."""
        if psutil.POSIX:
            self._each(self.members(), psutil.Process.terminate)

    def kill(self, timeout: float = 5.0) -> list[psutil.Process]:
        """End every member by force; return those still alive after `timeout` seconds."""
        alive: list[psutil.Process] = []
        end_job(self.mark)
        # A member may start another while it is being ended, so look again.
        for _round in range(3):
            members = self.members()
            if not members:
                return []
            self._each(members, psutil.Process.kill)
            _, alive = psutil.wait_procs(members, timeout=timeout)
        return alive

    @staticmethod
    def _each(members: list[psutil.Process], act: Callable[[psutil.Process], object]) -> None:
        for process in members:
            with contextlib.suppress(psutil.Error):
                act(process)


def _is_marked(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK) == mark
    except (psutil.Error, OSError):
        return False
