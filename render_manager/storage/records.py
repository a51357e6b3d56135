"""What the journal hands out: yesterday's tasks, a task's runs, and one frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from render_manager.domain.events import Outcome
from render_manager.domain.task import FrameDetail, Run, Task


@dataclass(slots=True)
class Yesterday:
    """What the program knew when it ended. Tasks have no runs; frames are as they were stored."""

    tasks: list[Task] = field(default_factory=list)
    open_runs: list[tuple[int, Run]] = field(default_factory=list)
    """Runs of which no end was recorded, with the ids of their tasks."""
    next_task: int = 1
    next_frame: int = 1
    next_run: int = 1
    notices: list[str] = field(default_factory=list)
    """Sentences about what was found, for the user."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as the journal has it. Times are epoch seconds; `frames` is text such as "1-3,7";
    `machine` is None for this one."""

    id: int
    task_id: int
    frames: str
    pid: int | None
    process_created: float | None
    command: str | None
    log_path: str | None
    started_at: float
    ended_at: float | None
    exit_code: int | None
    outcome: Outcome | None
    reason: str | None
    machine: str | None = None


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """A frame found by its id."""

    task_id: int
    number: int
    detail: FrameDetail
