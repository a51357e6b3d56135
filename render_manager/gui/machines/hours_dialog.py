"""When machines render that belong to their users at other times."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.hours import ALWAYS, parse_hours
from render_manager.base.i18n import _, ngettext
from render_manager.domain.machine_view import MachineView
from render_manager.gui.theme import GAP

USUAL = (ALWAYS, "Mo-Fr 19:00-08:00, Sa-Su all day", "daily 19:00-08:00")
"""What is offered; anything else can be written."""


class MachineHoursDialog(QDialog):
    """Asks for the hours of some machines; `hours` are what was written."""

    def __init__(self, machines: list[MachineView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setEditable(True)
        self.choice.addItems(USUAL)
        tables = {machine.hours for machine in machines}
        self.choice.setEditText((tables.pop() if len(tables) == 1 else "") or ALWAYS)
        self._question, self.remark = QLabel(self._asked(machines)), QLabel()
        self._question.setWordWrap(True)
        self.remark.setWordWrap(True)
        self.remark.setObjectName("dim")
        self.buttons = QDialogButtonBox()
        self._ok = self._button(_("Set hours"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._button(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.choice.editTextChanged.connect(self._look)
        self.setWindowTitle(_("Hours of machines"))
        self._lay_out()
        self._look()

    @property
    def hours(self) -> str:
        return self.choice.currentText().strip() or ALWAYS

    def _button(self, words: str, role: QDialogButtonBox.ButtonRole) -> QPushButton:
        """Without the picture that some desktops put on standard ones."""
        button = QPushButton(words)
        self.buttons.addButton(button, role)
        return button

    def _look(self) -> None:
        """How it is understood, or why it cannot be used."""
        try:
            said, can = str(parse_hours(self.hours)), True
        except ValueError as error:
            said, can = _("This cannot be used: {why}.").format(why=error), False
        self.remark.setText(said if said != self.hours else "")
        self._ok.setEnabled(can)

    def _asked(self, machines: list[MachineView]) -> str:
        return ngettext(
            "When may {machine} render? Outside these hours it finishes its frame and rests.",
            "When may these {count} machines render? Outside these hours they finish their frames and "
            "rest.",
            len(machines),
        ).format(machine=machines[0].name, count=len(machines))

    def _lay_out(self) -> None:
        self.choice.setFocus()
        self.choice.setMinimumWidth(44 * GAP)
        self.choice.setAccessibleName(self.windowTitle())
        self.remark.setMinimumHeight(2 * self.remark.fontMetrics().lineSpacing())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        for each in (self._question, self.choice, self.remark, self.buttons):
            layout.addWidget(each)
