"""What was touched of the queue, and the one place where frames are moved, so that none is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field

from render_manager.domain.events import RunEnded
from render_manager.domain.states import FrameState
from render_manager.domain.task import FrameDetail, Run, Task


@dataclass(slots=True)
class Touched:
    """What changed since the last `drain`: tasks, frames by task and index, and runs."""

    tasks: set[int] = field(default_factory=set)
    frames: dict[int, dict[int, FrameDetail]] = field(default_factory=dict)
    filled: set[int] = field(default_factory=set)
    """Tasks that were given a new set of frames."""
    kept: dict[int, dict[int, int]] = field(default_factory=dict)
    """By filled task: the frames whose details stay, from their ids before to those of now."""
    added: set[int] = field(default_factory=set)
    removed: dict[int, Task] = field(default_factory=dict)
    """Tasks that were taken out, as they were then, by id."""
    runs: dict[int, tuple[int, Run, RunEnded | None]] = field(default_factory=dict)
    """By run id: its task, the run, and how it ended if it did."""

    @property
    def ids(self) -> set[int]:
        """The tasks that changed, came or went."""
        return self.tasks | self.added | self.removed.keys()

    def __bool__(self) -> bool:
        return bool(self.tasks or self.frames or self.added or self.removed or self.runs)


class Mover:
    """Moves frames from state to state, and notes what it touched."""

    def __init__(self) -> None:
        self.touched = Touched()

    def drain(self) -> Touched:
        """What was touched since the last call."""
        touched, self.touched = self.touched, Touched()
        return touched

    def touch(self, task: Task) -> None:
        self.touched.tasks.add(task.id)

    def move(self, task: Task, number: int, detail: FrameDetail) -> bool:
        """The frame's new state and what is known of it; says whether it may be so."""
        index = task.frames.index(number)
        if index is None:
            return False
        return self.move_index(task, index, detail)

    def move_index(self, task: Task, index: int, detail: FrameDetail) -> bool:
        if not task.frames.move(index, detail.state):
            return False
        if detail.state is FrameState.PENDING:
            task.drop_frame(index)
        self.touch_frame(task, index, detail)
        return True

    def touch_frame(self, task: Task, index: int, detail: FrameDetail) -> None:
        self.touched.tasks.add(task.id)
        self.touched.frames.setdefault(task.id, {})[index] = detail

    def move_all(
        self, task: Task, indexes: list[int], state: FrameState, reason: str | None = None
    ) -> None:
        detail = FrameDetail(state, error_message=reason)
        for index in indexes:
            self.move_index(task, index, detail)

    def touch_run(self, task: Task, run: Run, end: RunEnded | None = None) -> None:
        self.touched.tasks.add(task.id)
        self.touched.runs[run.id] = (task.id, run, end)
