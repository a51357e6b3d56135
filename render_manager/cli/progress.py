"""A progress bar per task in the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from render_manager.domain.states import TaskState
from render_manager.domain.task import Task

_GLYPHS = {
    TaskState.PENDING: "○",
    TaskState.RUNNING: "▶",
    TaskState.PAUSED: "‖",
    TaskState.COMPLETED: "✔",
    TaskState.FAILED: "✖",
    TaskState.CANCELLED: "⊘",
}


class TerminalProgress:
    """Shows tasks as bars on stderr; quiet shows nothing."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._bars: dict[int, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.fields[glyph]} {task.description}", markup=False),
            BarColumn(bar_width=40),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            console=Console(stderr=True),
            disable=quiet,
        )

    def __enter__(self) -> TerminalProgress:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, tasks: Sequence[Task], now: float) -> None:
        for task in tasks:
            if task.id not in self._bars:
                self._bars[task.id] = self._progress.add_task(
                    task.job.name, total=None, glyph="", left=""
                )
            self._progress.update(
                self._bars[task.id],
                total=task.total_frames or None,
                completed=task.completed_frames,
                glyph=_GLYPHS[task.state],
                left=_left(task, now),
            )


def _left(task: Task, now: float) -> str:
    if task.retry_at is not None and task.retry_at > now:
        return f"{task.error_message} ({task.retry_at - now:.0f} s)"
    if task.state is TaskState.RUNNING and (seconds := task.seconds_left()) is not None:
        return duration_range(*seconds)
    return task.error_message or ""


def duration_range(low: float, high: float) -> str:
    """“12–18 min”, or a `duration` if both ends are nearly the same."""
    for unit, seconds, most in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, math.inf)):
        if high < most:
            ends = round(low / seconds), round(high / seconds)
            return (
                duration((low + high) / 2) if ends[0] == ends[1] else f"{ends[0]}–{ends[1]} {unit}"
            )
    raise AssertionError(high)


def duration(seconds: float) -> str:
    """Seconds as 42 s, 3:07 or 1:02:03."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
