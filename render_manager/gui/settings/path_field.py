"""A path, or several: typed, or chosen in a dialog."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from render_manager.base.i18n import _
from render_manager.gui.theme import GAP

Choose = Callable[[QWidget, str, bool], Path | None]
"""Asks for a file, or a folder if that is true, beginning at the path that is written."""


class PathField(QWidget):
    """A line and a button beside it."""

    def __init__(self, choose: Choose, *, is_folder: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choose = choose
        self._is_folder = is_folder
        self.line = QLineEdit()
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._browse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.button)

    def retranslate(self) -> None:
        self.button.setText(_("Browse…"))

    def start(self) -> str:
        """Where the dialog begins."""
        return self.line.text() or self.line.placeholderText()

    def take(self, chosen: Path) -> None:
        """What was chosen in the dialog."""
        self.line.setText(str(chosen))

    def _browse(self) -> None:
        chosen = self._choose(self, self.start(), self._is_folder)
        if chosen is not None:
            self.take(chosen)


class FoldersField(PathField):
    """Several folders with the system's sign (: or ;) between them; one that is chosen is added."""

    def __init__(self, choose: Choose, parent: QWidget | None = None) -> None:
        super().__init__(choose, is_folder=True, parent=parent)

    def start(self) -> str:
        return self.line.text().rpartition(os.pathsep)[2]

    def take(self, chosen: Path) -> None:
        before = [part for part in self.line.text().split(os.pathsep) if part.strip()]
        if str(chosen) not in before:
            self.line.setText(os.pathsep.join([*before, str(chosen)]))
