"""The menu bar and the tool bar: where the window's deeds are put."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from render_manager.base.i18n import N_, _

Deed = Callable[[], object]


class Menus:
    """Menus by name, whose texts can be asked for again in another language."""

    TITLES: ClassVar = {
        "file": N_("&File"),
        "edit": N_("&Edit"),
        "task": N_("&Task"),
        "view": N_("&View"),
        "help": N_("&Help"),
    }

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._texts: list[tuple[QAction | QMenu, str]] = []
        self.menu = {name: self._menu(name) for name in self.TITLES}

    def add(self, menu: str, text: str, do: Deed, shortcut: str = "") -> QAction:
        """A new action at the end of `menu`; `text` is marked with N_."""
        action = self.menu[menu].addAction("")
        action.setShortcut(QKeySequence(shortcut))
        action.triggered.connect(lambda: do())
        self._texts.append((action, text))
        return action

    def add_choice(
        self,
        menu: str,
        text: str,
        choices: Mapping[str, str],
        chosen: str,
        choose: Callable[[str], object],
    ) -> QActionGroup:
        """A menu in `menu` of which one entry is always checked; see `check`."""
        inner = self.menu[menu].addMenu("")
        self._texts.append((inner, text))
        group = QActionGroup(inner)
        for key, name in choices.items():
            action = inner.addAction("")
            action.setCheckable(True)
            action.setChecked(key == chosen)
            action.setData(key)
            group.addAction(action)
            self._texts.append((action, name))
        group.triggered.connect(lambda action: choose(action.data()))
        return group

    def add_toggle(
        self, menu: str, text: str, is_on: bool, switch: Callable[[bool], object], shortcut: str
    ) -> QAction:
        """The same for what is either on or off: the action is checked while it is."""
        action = self.add(menu, text, lambda: None, shortcut)
        action.setCheckable(True)
        action.setChecked(is_on)
        action.toggled.connect(switch)
        return action

    def retranslate(self) -> None:
        for named, text in self._texts:
            if isinstance(named, QMenu):
                named.setTitle(_(text))
            else:
                named.setText(_(text))

    @staticmethod
    def check(group: QActionGroup, key: str) -> None:
        """Have this entry checked and no other; nothing is triggered."""
        for action in group.actions():
            action.setChecked(action.data() == key)

    def _menu(self, name: str) -> QMenu:
        menu = self._window.menuBar().addMenu("")
        self._texts.append((menu, self.TITLES[name]))
        return menu
