"""The states of frames and tasks, and the moves a frame may make.

A frame's state is stored (one byte); a task's state is never stored but derived from what the user
wants (`Wish`) and what its frames and runs are at.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, StrEnum


class FrameState(IntEnum):
    """The life of a frame; the names in lower case are the API's."""

    PENDING = 0
    RENDERING = 1
    COMPLETED = 2
    FAILED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class TaskState(StrEnum):
    """The life of a task, in the API's words."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more becomes of the task unless the user asks for it."""
        return self in (TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELLED)


class Wish(StrEnum):
    """What the user wants of a task."""

    RUN = "run"
    PAUSE = "pause"
    CANCEL = "cancel"


MOVES: dict[FrameState, frozenset[FrameState]] = {
    # completed without rendering: evidence found after the manager was away
    FrameState.PENDING: frozenset({FrameState.RENDERING, FrameState.COMPLETED, FrameState.FAILED}),
    # back to pending: the run gave way, or will be retried
    FrameState.RENDERING: frozenset({FrameState.COMPLETED, FrameState.FAILED, FrameState.PENDING}),
    # only because the user asked to render it again, or because it is suspicious beside its neighbours
    FrameState.COMPLETED: frozenset({FrameState.PENDING, FrameState.FAILED}),
    FrameState.FAILED: frozenset({FrameState.PENDING, FrameState.COMPLETED}),
}


def may_move(before: FrameState, after: FrameState) -> bool:
    """Whether a frame in state `before` may become `after`."""
    return after in MOVES[before]


def task_state(
    wish: Wish, counts: Sequence[int], *, has_runs: bool, is_broken: bool = False
) -> TaskState:
    """The state of a task, from the user's wish, its frames per `FrameState`, and its runs.

    `is_broken` says that the task can have no frames, because its scene could not be read.
    """
    pending, rendering, completed, failed = counts
    total = pending + rendering + completed + failed
    if total and completed == total:
        return TaskState.COMPLETED
    if wish is Wish.CANCEL:
        return TaskState.CANCELLED
    if is_broken:
        return TaskState.FAILED
    if wish is Wish.PAUSE:
        return TaskState.PAUSED
    if has_runs or rendering:
        return TaskState.RUNNING
    if failed and not pending:
        return TaskState.FAILED
    return TaskState.PENDING
