"""What can be done with the selected machines: their right-click menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from render_manager.base.i18n import N_, _
from render_manager.domain.machine_view import MachineView
from render_manager.domain.machines import MachineState
from render_manager.gui.theme import Theme

OFF = (MachineState.OFF, MachineState.DRAINING)
NEEDS_ENABLING = (*OFF, MachineState.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class Verb:
    """One entry. `fits` says whether it makes sense for a machine."""

    name: str
    text: str
    icon: str
    fits: Callable[[MachineView], bool]


VERBS: tuple[Verb | None, ...] = (
    Verb("enable", N_("Give it work"), "resume", lambda each: each.state in NEEDS_ENABLING),
    Verb("drain", N_("Let it finish, then no more"), "pause", lambda each: each.state not in OFF),
    Verb(
        "disable",
        N_("No more from now on"),
        "stop",
        lambda each: each.state is not MachineState.OFF,
    ),
    None,
    Verb("hours", N_("Hours…"), "state-pending", lambda _each: True),
    Verb("log", N_("Show its log"), "log", lambda each: each.state is not MachineState.AWAY),
    None,
    Verb("forget", N_("Remove from list"), "remove", lambda each: each.state is MachineState.AWAY),
)
"""In the order of the menu; None is a line between groups."""


class MachineActions:
    """`do` is given a verb's name and the selected machines that it fits."""

    def __init__(
        self,
        selected: Callable[[], list[MachineView]],
        do: Callable[[str, list[MachineView]], object],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        self._selected = selected
        self._do = do
        self._theme = theme
        self.menu = QMenu(parent)
        self.actions = {verb.name: self._action(verb) for verb in VERBS if verb}
        for verb in VERBS:
            if verb is None:
                self.menu.addSeparator()
            else:
                self.menu.addAction(self.actions[verb.name])
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    def show_menu(self, at: QPoint) -> None:
        """Open it at this place of the screen, with what fits the selected machines."""
        self.refresh()
        self.menu.popup(at)

    def refresh(self) -> None:
        """Grey out what fits none of the selected machines."""
        for verb in VERBS:
            if verb is not None:
                self.actions[verb.name].setEnabled(any(map(verb.fits, self._selected())))

    def retranslate(self) -> None:
        for verb in VERBS:
            if verb is not None:
                self.actions[verb.name].setText(_(verb.text))

    def _action(self, verb: Verb) -> QAction:
        action = QAction(self.menu)
        action.setObjectName(f"machine_{verb.name}")
        action.triggered.connect(lambda: self._carry_out(verb))
        return action

    def _carry_out(self, verb: Verb) -> None:
        if machines := list(filter(verb.fits, self._selected())):
            self._do(verb.name, machines)

    def _restyle(self) -> None:
        for verb in VERBS:
            if verb is not None:
                self.actions[verb.name].setIcon(self._theme.icon(verb.icon))
