"""The machines and pools that tasks are kept to, as text."""

from __future__ import annotations

from render_manager.base.i18n import N_, _
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.line_field import LineField


class MachinesField(LineField):
    """Names with commas between; none is any machine."""

    name = "machines"
    title = N_("&On machines")
    is_part_of_runs = False

    def value_of(self, task: Task) -> str:
        return ", ".join(task.kept_to)

    def _offer(self) -> None:
        super()._offer()
        self.line.setToolTip(
            _("Names of machines or pools with commas between; this machine is called local")
        )

    def _without(self) -> str:
        return _("Any")
