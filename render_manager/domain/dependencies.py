"""Which tasks wait for which: pure, derived from the queue at each look.

An earlier task that was taken out of the list holds nobody up. One that failed or was cancelled does,
until it is retried and done: what comes after it would be made of what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from render_manager.domain.after import After
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import Task

MayRender = Callable[[int], bool]
"""Whether a frame, by its number, may be rendered."""


class Dependencies:
    """`tasks` are all there are, by id."""

    def __init__(self, tasks: Mapping[int, Task]) -> None:
        self._tasks = tasks

    def waits_for(self, task: Task) -> list[tuple[Task, After]]:
        """The earlier tasks that are there and not completed."""
        pairs = ((self._tasks.get(each.task_id), each) for each in task.after)
        return [
            (earlier, each)
            for earlier, each in pairs
            if earlier is not None and earlier.state is not TaskState.COMPLETED
        ]

    def holds(self, task: Task) -> bool:
        """Whether no frame of it may be begun."""
        if not task.after:
            return False
        if any(not each.by_frame for _earlier, each in self.waits_for(task)):
            return True
        may_render = self.may_render(task)
        return may_render is not None and not task.unassigned(1, may_render)

    def may_render(self, task: Task) -> MayRender | None:
        """Which of its frames may be begun, as far as it waits frame by frame; None is any."""
        if not task.after:
            return None
        earlier = [each for each, after in self.waits_for(task) if after.by_frame]
        return (lambda frame: all(_has(each, frame) for each in earlier)) if earlier else None

    def is_stuck(self, task: Task) -> bool:
        """Whether it waits for a person: to approve its frames or those of an earlier task, or to see
        to an earlier one that has ended without success."""
        if task.awaits_approval:
            return True
        seen: set[int] = set()
        left = [task]
        while left:
            here = left.pop()
            if here.id in seen or not self.holds(here):
                continue
            seen.add(here.id)
            for earlier, _after in self.waits_for(here):
                if earlier.state.has_ended or earlier.awaits_approval:
                    return True
                left.append(earlier)
        return False


NO_DEPENDENCIES = Dependencies({})


def circle(
    task_ids: Collection[int], after: Collection[After], tasks: Mapping[int, Task]
) -> list[Task]:
    """The tasks that would wait for each other in a circle if those of `task_ids` waited for `after`;
    empty if none would. The first one waits for the second, and so on, the last for the first."""
    for start in task_ids:
        path = _way_back(start, task_ids, after, tasks)
        if path:
            return [tasks[each] for each in path]
    return []


def _way_back(
    start: int, task_ids: Collection[int], after: Collection[After], tasks: Mapping[int, Task]
) -> list[int]:
    """From a task along what it waits for back to itself."""
    came_from: dict[int, int] = {}
    left = [start]
    while left:
        here = left.pop()
        waits_for = after if here in task_ids else tasks[here].after
        for each in waits_for:
            if each.task_id == start:
                path = [here]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if each.task_id in tasks and each.task_id not in came_from:
                came_from[each.task_id] = here
                left.append(each.task_id)
    return []


def _has(earlier: Task, frame: int) -> bool:
    """Whether the frame is done there, or is none of its frames."""
    index = earlier.frames.index(frame)
    if index is None:
        return bool(earlier.frames)
    return earlier.frames.state(index) is FrameState.COMPLETED
