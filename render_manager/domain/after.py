"""What a task waits for, as users write it: “3, 7/frame”."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from render_manager.base.i18n import _

MOST = 100
"""Tasks that one may wait for."""

_ONE = re.compile(r"(\d{1,18})(/frames?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class After:
    """An earlier task: all of it, or `by_frame` for each frame the frame of the same number."""

    task_id: int
    by_frame: bool = False

    def words(self, name: str) -> str:
        """For a person, with the name of the task."""
        return _("{task}, frame by frame").format(task=name) if self.by_frame else name


def parse_after(text: str) -> tuple[After, ...]:
    """Numbers of tasks with commas between, each once; /frame behind one is frame by frame.
    Raises ValueError with a reason."""
    found: dict[int, After] = {}
    for part in filter(None, re.split(r"[\s,;，；]+", text)):
        match = _ONE.fullmatch(part)
        if match is None:
            raise ValueError(
                _("write “{part}” like 3, or 3/frame: the number of a task").format(part=part[:40])
            )
        found[int(match[1])] = After(int(match[1]), by_frame=match[2] is not None)
    if len(found) > MOST:
        raise ValueError(_("{most} tasks at most").format(most=MOST))
    return tuple(found.values())


def after_text(after: Iterable[After]) -> str:
    """The same as text."""
    return ", ".join(
        f"{each.task_id}/frame" if each.by_frame else f"{each.task_id}" for each in after
    )
