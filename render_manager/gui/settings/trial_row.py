"""The row of the settings dialog that sends a test message to whoever is told of ends."""

from __future__ import annotations

from render_manager.base.i18n import _
from render_manager.base.settings_values import ENDS
from render_manager.gui.settings.deed_row import DeedRow
from render_manager.gui.theme import Theme
from render_manager.service.ends.ends import Ends


class TrialRow(DeedRow):
    """What is saved counts, not what is being typed."""

    group = ENDS

    def __init__(self, ends: Ends, theme: Theme) -> None:
        super().__init__(theme)
        self._ends = ends
        self._was_taken = False
        self.undo.hide()
        self.do.clicked.connect(self._send)
        ends.tried.connect(self._show)
        self.retranslate()

    def take_over(self) -> None:
        self._was_taken = False
        super().take_over()

    def fits(self, asked: list[str]) -> bool:
        said = f"{self.title.text()} {self.said.text()}".casefold()
        return all(word in said for word in asked)

    def retranslate(self) -> None:
        self.title.setText(_("Try it out"))
        self.said.setText(_("Tells all of the above that are saved of a task that there is not."))
        self.do.setText(_("Send a test message"))
        self.tell_where(_("The test message was taken.") if self._was_taken else "")

    def _send(self) -> None:
        self.do.setEnabled(False)
        self.take_over()
        self._ends.try_out()

    def _show(self, problem: str) -> None:
        self.do.setEnabled(True)
        self._was_taken = not problem
        self.retranslate()
        self.complain(problem)
