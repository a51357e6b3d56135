"""Whether Render Manager starts with this computer, and the buttons to change that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QPushButton

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings_values import API
from render_manager.gui.background import Background
from render_manager.gui.settings.deed_row import DeedRow
from render_manager.gui.theme import Theme
from render_manager.service.autostart import Autostart

T = TypeVar("T")


class AutostartRow(DeedRow):
    """The system is asked in the background, as some take their time."""

    group = API

    def __init__(self, autostart: Autostart, background: Background, theme: Theme) -> None:
        super().__init__(theme)
        self._autostart = autostart
        self._background = background
        self._is_on: bool | None = None
        self._told: list[str] = []
        self.do.clicked.connect(lambda: self._change(autostart.turn_on, self.do))
        self.undo.clicked.connect(lambda: self._change(autostart.turn_off, self.undo))
        self.retranslate()

    def take_over(self) -> None:
        self._told = []
        super().take_over()
        self._background.run(lambda: _attempt(self._autostart.is_on), self._show)

    def fits(self, asked: list[str]) -> bool:
        said = f"{self.title.text()} {self.said.text()}".casefold()
        return all(word in said for word in asked)

    def retranslate(self) -> None:
        self.title.setText(_("Start with this computer"))
        self.said.setText(self._sentence())
        self.tell_where("\n".join(self._told))
        self.do.setText(_("Turn on"))
        self.undo.setText(_("Turn off"))
        self.do.setVisible(self._is_on is not True)
        self.undo.setVisible(self._is_on is True)
        for button in (self.do, self.undo):
            button.setAccessibleName(f"{button.text()}: {self.title.text()}")

    def _sentence(self) -> str:
        if self._is_on is True:
            return _("On. It renders and serves without a window as soon as you log in.")
        return _("Off. When on, it renders and serves without a window as soon as you log in.")

    def _show(self, found: bool | UserError) -> None:
        self._is_on = None if isinstance(found, UserError) else found
        self.retranslate()

    def _change(self, change: Callable[[], list[str]], by: QPushButton) -> None:
        by.setEnabled(False)
        self._background.run(
            lambda: (_attempt(change), _attempt(self._autostart.is_on)),
            lambda done: self._take(by, *done),
        )

    def _take(self, by: QPushButton, told: list[str] | UserError, found: bool | UserError) -> None:
        by.setEnabled(True)
        had_focus = by.hasFocus() or self.focusWidget() is by
        is_refused = isinstance(told, UserError)
        self._told = [] if isinstance(told, UserError) else told
        self._show(found)
        self.complain(str(told) if is_refused else "")
        if had_focus and not is_refused:
            self.pass_focus_on(by)


def _attempt(deed: Callable[[], T]) -> T | UserError:
    try:
        return deed()
    except UserError as error:
        return error
