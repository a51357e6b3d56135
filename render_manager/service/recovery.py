"""What to do about yesterday: tasks come back, and runs that were under way are gone on with."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from render_manager.domain.queue import Queue
from render_manager.domain.states import FrameState, Wish
from render_manager.domain.task import Run, Task
from render_manager.engine.order import LostRun, RunOrder
from render_manager.engine.process_tree import ProcessTree
from render_manager.service.aftermath import Aftermath
from render_manager.service.dispatcher import Dispatcher
from render_manager.storage.journal import Yesterday

LEFT = "left-at-work"
"""The file that says that the user left renderers at work when quitting."""


def restore(queue: Queue, yesterday: Yesterday) -> None:
    """Fill the queue with what the journal remembers, with the runs that had no end."""
    for task in yesterday.tasks:
        queue.restore(task)
    for task_id, run in yesterday.open_runs:
        if task_id in queue.tasks:
            queue.resume_run(task_id, run)
    for task in yesterday.tasks:
        queue.let_go(task.id)


def take_over(
    queue: Queue, dispatcher: Dispatcher, is_alive: Callable[[LostRun], bool] | None = None
) -> Aftermath:
    """Have every run without an end followed or judged; those of cancelled tasks are ended.

    `is_alive` says whether a run's renderer is still there; by default the system is asked.
    """
    fates: Counter[str] = Counter()
    for task in [task for task in queue if task.runs]:
        for run in task.runs.values():
            lost = _lost_run(task, run)
            fates[_fate(task, (is_alive or _is_alive)(lost))] += 1
            logging.getLogger(__name__).info("Taking over run %s of task %s", run.id, task.id)
            dispatcher.take_over(lost)
        if task.wish is Wish.CANCEL:
            # The program died before it could end them.
            dispatcher.stop_runs(task)
    return Aftermath(**fates)


def _fate(task: Task, is_alive: bool) -> str:
    if not is_alive:
        return "ended"
    return "stopped" if task.wish is Wish.CANCEL else "followed"


def _is_alive(lost: LostRun) -> bool:
    if lost.order.machine:
        return True  # its worker will tell, or be silent for too long
    mark = str(lost.order.log_path)
    if lost.pid is None:
        return ProcessTree.find(mark) is not None
    return ProcessTree(lost.pid, lost.process_created or 0.0, mark).root is not None


def _lost_run(task: Task, run: Run) -> LostRun:
    indexes = ((frame, task.frames.index(frame)) for frame in run.frames)
    completed = frozenset(
        frame
        for frame, index in indexes
        if index is not None and task.frames.state(index) is FrameState.COMPLETED
    )
    log_path = Path(run.log_path or "")
    order = RunOrder(
        run.id,
        task.job,
        run.frames,
        log_path,
        expected=task.expected,
        machine=run.machine,
        priority=task.priority,
    )
    return LostRun(order, run.pid, run.process_created, run.started_at, completed)


def note_left_on_purpose(runs_dir: Path) -> None:
    """Have the next start know that runs without an end are no sign of a crash."""
    with suppress(OSError):  # the notice is then worded as after a crash
        runs_dir.mkdir(parents=True, exist_ok=True)
        (runs_dir / LEFT).touch()


def was_left_on_purpose(runs_dir: Path) -> bool:
    """Whether that was noted; asked once, it is forgotten."""
    try:
        (runs_dir / LEFT).unlink()
    except OSError:
        return False
    return True
