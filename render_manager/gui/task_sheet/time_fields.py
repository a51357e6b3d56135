"""When a task starts, in which hours it may run, and when it should be done: as text, in one grammar
with the API and the command line."""

from __future__ import annotations

import time

from render_manager.base import moments
from render_manager.base.hours import parse_hours
from render_manager.base.i18n import N_, _
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.checked_field import CheckedField


class MomentField(CheckedField):
    """A moment such as “19:00”, which is told with its date."""

    def _example(self) -> str:
        return _("Such as 19:00, Fr 19:00, 2026-11-27 08:00 or +2h")

    def _understood(self, text: str) -> str:
        return moments.written(moments.parse_moment(text, time.time()))


class StartField(MomentField):
    """No run begins before."""

    name = "start_at"
    title = N_("Start &at")

    def value_of(self, task: Task) -> str:
        return _written(task.times.start_at)

    def _without(self) -> str:
        return _("When it is its turn")


class ReadyField(MomentField):
    """A wish that is compared with what is to be expected."""

    name = "ready_by"
    title = N_("Ready &by")

    def value_of(self, task: Task) -> str:
        return _written(task.times.ready_by)

    def _without(self) -> str:
        return _("No wish")


class HoursField(CheckedField):
    """The hours in which it may run."""

    name = "hours"
    title = N_("Allo&wed hours")

    def value_of(self, task: Task) -> str:
        return task.times.hours or ""

    def _without(self) -> str:
        return _("As for all tasks (settings)")

    def _example(self) -> str:
        return _("Such as Mo-Fr 19:00-08:00, Sa-Su all day; or always")

    def _understood(self, text: str) -> str:
        return str(parse_hours(text))


def _written(at: float | None) -> str:
    return "" if at is None else moments.written(at)
