"""What several tasks and their scenes have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from render_manager.domain.job import SceneInfo
from render_manager.domain.task import Task

Value = TypeVar("Value")


def shared(of: Iterable[Value]) -> Value | None:
    """The one value that all have; None where they differ, or where there are none."""
    values = list(of)
    return values[0] if values and all(value == values[0] for value in values) else None


def scenes(tasks: Iterable[Task]) -> list[SceneInfo]:
    """What was read so far."""
    return [task.job.scene for task in tasks if task.job.scene is not None]


def shared_names(
    tasks: Iterable[Task], of: Callable[[SceneInfo], Sequence[str]]
) -> tuple[str, ...]:
    """The names that every scene has, in the order of the first one."""
    lists = [tuple(of(scene)) for scene in scenes(tasks)]
    if not lists:
        return ()
    others = [frozenset(names) for names in lists[1:]]
    return tuple(name for name in lists[0] if all(name in other for other in others))


def frames_in_scene(tasks: Iterable[Task]) -> str:
    """The scenes' own range, such as “1–250”, or single frame; nothing where it is not known or differs."""
    single = shared(scene.single_frame for scene in scenes(tasks))
    if single is not None:
        return str(single)
    own = shared((scene.start, scene.end, scene.step or 1) for scene in scenes(tasks))
    if own is None or own[0] is None or own[1] is None:
        return ""
    return f"{own[0]}–{own[1]}" + (f"x{own[2]}" if own[2] != 1 else "")


def size_in_scene(tasks: Iterable[Task]) -> tuple[int, int] | None:
    """The scenes' own picture size."""
    return shared(
        (scene.width, scene.height) for scene in scenes(tasks) if scene.width and scene.height
    )
