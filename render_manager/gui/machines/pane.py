"""The list of machines in the window, with its heading. It looks anew while it is in sight."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from render_manager.base.i18n import _, ngettext
from render_manager.domain.machine_view import MachineView
from render_manager.gui import theme as look
from render_manager.gui.machines.actions import MachineActions
from render_manager.gui.machines.hours_dialog import MachineHoursDialog
from render_manager.gui.machines.log_dialog import MachineLogDialog
from render_manager.gui.machines.model import MachineModel
from render_manager.gui.machines.table import MachineTable
from render_manager.gui.theme import GAP, Theme
from render_manager.service.queue_service import MachineList

LOOK_MS = 1_000


class MachinesPane(QWidget):
    """`attempt` is given a deed and shows what goes wrong; `here` is what the machine of the queue is,
    seen from this window."""

    close_wanted = Signal()

    def __init__(
        self,
        machines: MachineList,
        here: Callable[[], str],
        attempt: Callable[[Callable[[], object]], None],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._list = machines
        self._here = here
        self._attempt = attempt
        self._theme = theme
        self.model = MachineModel(theme, self)
        self.table = MachineTable(self.model)
        self.actions_of_machines = MachineActions(self.table.selected, self._do, theme, self)
        self.log: MachineLogDialog | None = None
        self._title, self.counts, self.hint = QLabel(), QLabel(), QLabel()
        self.close_button = QToolButton()
        self.close_button.clicked.connect(self.close_wanted)
        self.table.menu_wanted.connect(self.actions_of_machines.show_menu)
        machines.changed.connect(self._refresh)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(machines.look)
        theme.changed.connect(self._restyle)
        self._lay_out()
        self._restyle()
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(_("Machines"))
        self.close_button.setToolTip(_("Hide the machines"))
        self.close_button.setAccessibleName(_("Hide the machines"))
        self.hint.setText(
            _(
                "Others join when BROKER_URL is set here and “render-manager farm worker” runs on each "
                "of them."
            )
        )
        self.model.here = self._here()
        self.model.retranslate()
        self.table.retranslate()
        self.actions_of_machines.retranslate()
        if self.log is not None:
            self.log.retranslate()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._list.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # --- how it is done -----------------------------------------------------------------------

    def _refresh(self) -> None:
        if self.isHidden():
            return
        machines = self._list.views()
        self.model.show_machines(machines)
        self.hint.setVisible(len(machines) < 2)
        busy, count = sum(len(each.runs) for each in machines), len(machines)
        sentence = ngettext(
            "{count} machine, {busy} of {most} slots at work",
            "{count} machines, {busy} of {most} slots at work",
            count,
        )
        self.counts.setText(sentence.format(count=count, busy=busy, most=self._list.slots()))

    def _do(self, verb: str, machines: list[MachineView]) -> None:
        names = [each.name for each in machines]
        match verb:
            case "log":
                self._show_log(names[0])
            case "hours":
                self._ask_hours(machines)
            case _:
                self._attempt(lambda: getattr(self._list, verb)(names))

    def _ask_hours(self, machines: list[MachineView]) -> None:
        names, dialog = [each.name for each in machines], MachineHoursDialog(machines, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(
            lambda: self._attempt(lambda: self._list.set_hours(names, dialog.hours))
        )
        dialog.open()

    def _show_log(self, name: str) -> None:
        """Built when it is wanted."""
        if self.log is None:
            self.log = MachineLogDialog(self._list, self)
        self.log.show_log(name)

    def _restyle(self) -> None:
        self.close_button.setIcon(self._theme.icon("close"))

    def _lay_out(self) -> None:
        self._title.setFont(look.font(bold=True))
        for label in (self.counts, self.hint):
            label.setObjectName("dim")
            label.setFont(look.font(points=-0.5))
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP // 2, GAP, GAP // 2)
        row.setSpacing(GAP)
        row.addWidget(self._title)
        row.addWidget(self.counts)
        row.addWidget(self.hint)
        row.addStretch(1)
        row.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
