"""What the processes of a run have used: processor time, disk, memory."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import psutil

from render_manager.engine.process_tree import ProcessTree

DESCENDANTS_EVERY = 5
"""Looks until the children of the process are looked for again."""


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` (seconds) and `io` (bytes) are sums since the first reading; `memory` is bytes now."""

    cpu: float = 0.0
    io: int = 0
    memory: int = 0


class TreeMeter:
    """Reads what a tree uses, cheaply: who belongs to it is looked up every now and then only.

    Children are found by descent; orphans, which takes a look into every process of the machine,
    at every `marked_every`-th reading.
    """

    def __init__(self, tree: ProcessTree, marked_every: int) -> None:
        self._tree = tree
        self._marked_every = max(1, marked_every)
        self._readings = 0
        self._members: list[psutil.Process] = []
        self._seen: dict[psutil.Process, tuple[float, int]] = {}
        self._cpu = 0.0
        self._io = 0

    @property
    def pids(self) -> set[int]:
        """The processes of the last reading."""
        return {process.pid for process in self._members}

    def read(self, precise_above: int | None = None) -> Usage:
        """What is used now. Above `precise_above` bytes, memory shared between members counts once.

        Processes that end take nothing away from the sums.
        """
        self._look_for_members()
        memory = 0
        for process in self._members:
            with contextlib.suppress(psutil.Error, OSError), process.oneshot():
                self._add(process)
                memory += process.memory_info().rss
        if precise_above is not None and memory > precise_above:
            memory = sum(map(_own_memory, self._members))
        return Usage(self._cpu, self._io, memory)

    def _look_for_members(self) -> None:
        if self._readings % self._marked_every == 0:
            self._members = self._tree.members()
        elif self._readings % DESCENDANTS_EVERY == 0:
            known = {*self._members, *self._tree.descendants()}
            self._members = [process for process in known if process.is_running()]
        self._readings += 1
        gone = self._seen.keys() - set(self._members)
        for process in gone:
            del self._seen[process]

    def _add(self, process: psutil.Process) -> None:
        cpu, io = _cpu_of(process), _io_of(process)
        known_cpu, known_io = self._seen.get(process, (0.0, 0))
        self._cpu += max(0.0, cpu - known_cpu)
        self._io += max(0, io - known_io)
        self._seen[process] = cpu, io


def _cpu_of(process: psutil.Process) -> float:
    """Seconds, also of children that have ended: compilers that live for less than a look."""
    return sum(process.cpu_times()[:4])


def _io_of(process: psutil.Process) -> int:
    """Bytes read and written, from the cache too where the system tells; 0 where it does not."""
    if not hasattr(process, "io_counters"):
        return 0
    try:
        counters = process.io_counters()
    except psutil.AccessDenied:
        return 0
    plain = counters.read_bytes + counters.write_bytes
    cached = getattr(counters, "read_chars", 0) + getattr(counters, "write_chars", 0)
    return int(max(plain, cached))


def _own_memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().uss)
    except (psutil.Error, OSError):
        with contextlib.suppress(psutil.Error):
            return int(process.memory_info().rss)
        return 0
