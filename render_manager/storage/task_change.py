"""What is new of a task, taken down at once on the main thread and written whenever it may be.

Every value is absolute ("is 7", never "one more"), so that two changes of a task merge into one,
and writing a change twice does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from render_manager.domain.events import RunEnded
from render_manager.domain.task import FrameDetail, Run, Task
from render_manager.domain.touched import Touched


@dataclass(slots=True)
class TaskChange:
    """What is new of one task."""

    columns: dict[str, object]
    """The task's row, with what is JSON there as it is in the domain."""
    new_numbers: Sequence[int] | None = None
    """The frame numbers, if the task was given a new set of frames."""
    kept: dict[int, int] = field(default_factory=dict)
    """Of the new frames, those whose details stay: from their ids in the table to the new ones."""
    frames: dict[int, FrameDetail] = field(default_factory=dict)
    """By frame id."""
    runs: dict[int, dict[str, object]] = field(default_factory=dict)
    """Rows by run id, with the frames as numbers."""

    def absorb(self, later: TaskChange) -> None:
        """Merge with what became new of the same task afterwards."""
        self.columns = later.columns
        if later.new_numbers is not None:
            self.kept = (
                later.kept
                if self.new_numbers is None
                else {a: later.kept[b] for a, b in self.kept.items() if b in later.kept}
            )
            self.frames = {later.kept[a]: d for a, d in self.frames.items() if a in later.kept}
            self.new_numbers = later.new_numbers
        self.frames.update(later.frames)
        self.runs.update(later.runs)


def changes_of(touched: Touched, tasks: Mapping[int, Task], now: float) -> dict[int, TaskChange]:
    """All that was touched, by task; `tasks` are those in the queue."""
    here = (tasks[task_id] for task_id in touched.tasks | touched.added if task_id in tasks)
    changes = {task.id: _change(task, touched, removed_at=None) for task in here}
    for task in touched.removed.values():
        changes[task.id] = _change(task, touched, removed_at=now)
    for task_id, run, end in touched.runs.values():
        changes[task_id].runs[run.id] = _run_columns(task_id, run, end, now)
    return changes


def _change(task: Task, touched: Touched, removed_at: float | None) -> TaskChange:
    details = touched.frames.get(task.id, {})
    return TaskChange(
        columns=_columns(task, removed_at),
        new_numbers=task.frames.numbers if task.id in touched.filled else None,
        kept=touched.kept.get(task.id, {}),
        frames={task.frame_id(index): detail for index, detail in details.items()},
    )


def merge(changes: dict[int, TaskChange], later: Mapping[int, TaskChange]) -> None:
    """Add what became new afterwards to `changes`."""
    for task_id, change in later.items():
        if task_id in changes:
            changes[task_id].absorb(change)
        else:
            changes[task_id] = change


def _columns(task: Task, removed_at: float | None) -> dict[str, object]:
    job = task.job
    return {
        "id": task.id,
        "project_file": job.project_file,
        "render_engine": job.renderer,
        "status": task.state.value,
        "priority": task.priority,
        "total_frames": task.total_frames,
        "completed_frames": task.completed_frames,
        "retry_count": task.retry_count,
        "max_retries": task.max_retries,
        "error_message": task.error_message,
        "name": job.name,
        "wish": task.wish.value,
        "position": task.position,
        "frames_text": task.frames_text,
        "output_dir": job.output_dir,
        "options": job.options,
        "scene": job.scene,
        "is_broken": task.is_broken,
        "retry_at": task.retry_at,
        "created_at": task.created_at,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "rendered_seconds": task.rendered_seconds,
        "startup_seconds": task.timing.startup,
        "frame_seconds": task.timing.frame,
        "frame_scatter": task.timing.scatter,
        "on_suspicion": task.on_suspicion.value,
        "intended": task.intended,
        "expected": task.expected,
        "suspicions": dict(task.suspicions),
        "start_at": task.times.start_at,
        "render_hours": task.times.hours,
        "ready_by": task.times.ready_by,
        "machines": task.kept_to,
        "needs": task.needs,
        "depends_on": task.after,
        "frame_order": task.frame_order.value,
        "approve_after": task.approve_after,
        "first_frame_id": task.first_frame_id,
        "removed_at": removed_at,
    }


def _run_columns(task_id: int, run: Run, end: RunEnded | None, now: float) -> dict[str, object]:
    return {
        "id": run.id,
        "task_id": task_id,
        "frames": run.frames,
        "pid": run.pid,
        "process_created": run.process_created,
        "command": run.command,
        "log_path": run.log_path,
        "machine": run.machine or None,
        "started_at": run.started_at,
        "ended_at": None if end is None else now,
        "exit_code": None if end is None else end.exit_code,
        "outcome": None if end is None else end.outcome.value,
        "reason": None if end is None else end.reason,
    }
