"""What each run of the tasks takes of the named limits, as text."""

from __future__ import annotations

from render_manager.base.amounts import needs_text, parse_needs
from render_manager.base.i18n import N_, _
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.checked_field import CheckedField


class NeedsField(CheckedField):
    """Amounts by name; without any, it is as for its renderer."""

    name = "needs"
    title = N_("&Needs")

    def value_of(self, task: Task) -> str:
        return needs_text(task.needs)

    def _without(self) -> str:
        return _("As for its renderer (settings)")

    def _example(self) -> str:
        return _("Such as gpu_gb=8, maya_licence=1; 0 takes nothing of a limit")

    def _understood(self, text: str) -> str:
        return needs_text(parse_needs(text))
