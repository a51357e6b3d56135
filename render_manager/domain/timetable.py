"""When tasks may be rendered: pure, from their wishes and the hours for all."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from render_manager.base.hours import Hours, parse_hours

if TYPE_CHECKING:
    from render_manager.domain.task import Task


@dataclass(frozen=True, slots=True)
class TimeWishes:
    """What a user wishes of a task in time. Times are seconds since 1970."""

    start_at: float | None = None
    """No run before."""
    hours: str | None = None
    """The hours in which it may run, as `parse_hours` reads them; None are those for all."""
    ready_by: float | None = None
    """When it should be done; nothing but what is shown depends on it."""


NO_WISHES = TimeWishes()


class Timetable:
    """Which tasks may run at `now`, with the hours for all; None is always. Each different table is
    looked at once, so that it may be asked for ten thousand tasks."""

    def __init__(self, now: float, hours: str | None = None, tz: tzinfo | None = None) -> None:
        self.now = now
        self._for_all = hours or None
        self._tz = tz
        self._known: dict[str, tuple[bool, float | None]] = {}
        self._of_machine: str | None = None
        self._is_shut = False

    def on(self, hours: str | None, *, is_shut: bool = False) -> Timetable:
        """The same on a machine that has such hours of its own; None is always. Nothing may run on
        one that `is_shut`."""
        there = copy(self)
        there._of_machine, there._is_shut = hours, is_shut
        return there

    def allows(self, hours: str | None) -> bool:
        """Whether a table allows it now."""
        return hours is None or self._state(hours)[0]

    def change_of(self, hours: str | None) -> float | None:
        """When that will be otherwise; None if in no foreseeable time."""
        return None if hours is None else self._state(hours)[1]

    def is_open(self, task: Task) -> bool:
        """Whether runs of the task may begin and go on."""
        wishes = task.times
        if self._is_shut or (wishes.start_at is not None and wishes.start_at > self.now):
            return False
        return self.allows(wishes.hours or self._for_all) and self.allows(self._of_machine)

    def opens_at(self, task: Task) -> float | None:
        """When it may run next: now if it may; None if that is in no foreseeable time."""
        at = max(self.now, task.times.start_at or self.now)
        hours = self.hours_of(task)
        if hours is None or hours.allowed(at, self._tz):
            return at
        return hours.next_change(at, self._tz)

    def closes_at(self, task: Task) -> float | None:
        """When an open task has to give way; None if its hours do not end."""
        tables = (task.times.hours or self._for_all, self._of_machine)
        ends = [end for end in map(self.change_of, tables) if end is not None]
        return min(ends, default=None)

    def hours_of(self, task: Task) -> Hours | None:
        """The hours that hold for the task; None is always."""
        text = task.times.hours or self._for_all
        return None if text is None else parse_hours(text)

    def next_change(self, tasks: Iterable[Task]) -> float | None:
        """The first moment after now at which one of them may run that may not now, or the other
        way round."""
        moments: list[float] = []
        for task in tasks:
            start = task.times.start_at
            if start is not None and start > self.now:
                moments.append(start)
            change = self.change_of(task.times.hours or self._for_all)
            if change is not None:
                moments.append(change)
        return min(moments, default=None)

    def _state(self, text: str) -> tuple[bool, float | None]:
        """Whether that table allows it now, and when that is otherwise."""
        if text not in self._known:
            hours = parse_hours(text)
            self._known[text] = (
                hours.allowed(self.now, self._tz),
                hours.next_change(self.now, self._tz),
            )
        return self._known[text]
