"""What is told of a machine: pure, from the roll and the tasks that have runs."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from render_manager.base.i18n import _
from render_manager.domain.frames import format_frames
from render_manager.domain.machines import Machine, MachineState
from render_manager.domain.task import Run, Task


@dataclass(frozen=True, slots=True)
class MachineRun:
    """A run under way there. `percent` is how much of its frames is done, 0-100."""

    id: int
    task_id: int
    task: str
    frames: str
    percent: float


@dataclass(frozen=True, slots=True)
class MachineView:
    """One machine, to be shown.

    `speed` is how fast it renders the same tasks as all together: 1.0 is as fast, 2.0 takes half
    the time, None is not known yet. `cpu` and `memory` are percent in use, None where not known;
    `renderers` are versions by name; `reason` says why it is given nothing; `hours` are those in which
    it renders, "" is always.
    """

    name: str
    state: MachineState
    reason: str | None
    slots: int
    runs: tuple[MachineRun, ...]
    speed: float | None
    cpu: float | None
    memory: float | None
    renderers: Mapping[str, tuple[str, ...]]
    pools: tuple[str, ...]
    version: str
    is_local: bool = False
    hours: str = ""


@dataclass(frozen=True, slots=True)
class MachineLog:
    """The end of a machine's own log. `heard` is when it was told, in seconds since 1970; None is
    never yet."""

    text: str = ""
    heard: float | None = None


def views(machines: Iterable[Machine], tasks: Mapping[int, Task]) -> list[MachineView]:
    """All machines, in the order of the roll; `tasks` are all there are, by id."""
    runs = defaultdict(list)
    for task in tasks.values():
        for run in task.runs.values():
            runs[run.machine].append(_run(task, run))
    return [_view(machine, tuple(runs[machine.name]), tasks) for machine in machines]


def speed(machine: Machine, tasks: Mapping[int, Task]) -> float | None:
    """The geometric mean of how often its time for a frame goes into everybody's, over the tasks
    that it rendered."""
    logs = []
    for task_id, own in machine.timing.items():
        task = tasks.get(task_id)
        if task is not None and own.frame and task.timing.frame:
            logs.append(math.log(task.timing.frame / own.frame))
    return math.exp(sum(logs) / len(logs)) if logs else None


def run_words(task: str, frames: str, percent: float) -> str:
    """What a machine is at work on."""
    return _("{task}: frames {frames}, {percent:.0f} %").format(
        task=task, frames=frames, percent=percent
    )


def _view(machine: Machine, runs: tuple[MachineRun, ...], tasks: Mapping[int, Task]) -> MachineView:
    return MachineView(
        machine.title,
        machine.state(len(runs)),
        machine.reason or machine.resting,
        machine.slots,
        runs,
        speed(machine, tasks),
        machine.cpu if machine.is_here else None,
        machine.memory if machine.is_here else None,
        machine.renderers or {},
        machine.pools,
        machine.version,
        is_local=machine.is_local,
        hours=machine.hours or "",
    )


def _run(task: Task, run: Run) -> MachineRun:
    done = run.completed + sum(run.progress.values()) / 100
    percent = min(100.0, 100 * done / max(1, len(run.frames)))
    return MachineRun(run.id, task.id, task.job.name, format_frames(run.frames), round(percent, 1))
