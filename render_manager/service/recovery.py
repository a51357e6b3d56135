"""What to do about yesterday: tasks come back, and runs that were under way are gone on with."""

from __future__ import annotations

import logging
from pathlib import Path

from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState
from render_manager.domain.task import Run, Task
from render_manager.engine.backend import LostRun, RunOrder
from render_manager.service.dispatcher import Dispatcher
from render_manager.storage.journal import Yesterday


def restore(queue: Queue, yesterday: Yesterday) -> None:
    """Fill the queue with what the journal remembers, with the runs that had no end."""
    for task in yesterday.tasks:
        queue.restore(task)
    for task_id, run in yesterday.open_runs:
        if task_id in queue.tasks:
            queue.resume_run(task_id, run)
    for task in yesterday.tasks:
        queue.let_go(task.id)


def take_over(queue: Queue, dispatcher: Dispatcher) -> int:
    """Have every run without an end followed or judged; returns how many there are."""
    lost = [(task, run) for task in queue for run in task.runs.values()]
    for task, run in lost:
        logging.getLogger(__name__).info("Taking over run %s of task %s", run.id, task.id)
        dispatcher.take_over(_lost_run(task, run))
    return len(lost)


def _lost_run(task: Task, run: Run) -> LostRun:
    indexes = ((frame, task.frames.index(frame)) for frame in run.frames)
    completed = frozenset(
        frame
        for frame, index in indexes
        if index is not None and task.frames.state(index) is FrameState.COMPLETED
    )
    log_path = Path(run.log_path or "")
    order = RunOrder(run.id, task.job, run.frames, log_path, expected=task.expected)
    return LostRun(order, run.pid, run.process_created, run.started_at, completed)
