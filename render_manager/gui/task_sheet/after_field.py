"""The tasks that the tasks wait for, by number; their names are told below."""

from __future__ import annotations

from collections.abc import Callable

from render_manager.base.i18n import N_, _
from render_manager.domain.after import After, after_text, parse_after
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.checked_field import CheckedField
from render_manager.gui.theme import Theme


class AfterField(CheckedField):
    """`name_of` knows the name of a task by its number; None is no task."""

    name = "depends_on"
    title = N_("Starts a&fter")

    def __init__(self, theme: Theme, name_of: Callable[[int], str | None]) -> None:
        super().__init__(theme)
        self._name_of = name_of

    def value_of(self, task: Task) -> str:
        return after_text(task.after)

    def _without(self) -> str:
        return _("No other task")

    def _example(self) -> str:
        return _(
            "Numbers of tasks, such as 3, 7/frame: frame by frame behind task 7. The column ID has them"
        )

    def _remark(self) -> str:
        return self._look()[0]

    def _understood(self, text: str) -> str:
        return ", ".join(map(self._named, parse_after(text)))

    def _named(self, after: After) -> str:
        name = self._name_of(after.task_id)
        if name is None:
            raise ValueError(_("there is no task {id}").format(id=after.task_id))
        return after.words(name)
