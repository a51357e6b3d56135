"""What could not be done, in a sentence that stays until it has been read and closed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from render_manager.base.i18n import _
from render_manager.gui import icons
from render_manager.gui.theme import GAP, Theme

MOST = 50
"""Sentences that are kept for reading."""


class Banner(QFrame):
    """The newest sentence; closing it shows the one before."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._theme = theme
        self._sentences: list[str] = []
        self._glyph, self._text, self._close = QLabel(), QLabel(), QToolButton()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._glyph)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._close)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence; one that is waiting already is not said twice."""
        if sentence in self._sentences:
            self._sentences.remove(sentence)
        self._sentences.append(sentence)
        del self._sentences[:-MOST]
        self._show_newest()

    def take_back(self, sentence: str) -> None:
        """It holds no more, and need not be read."""
        if sentence in self._sentences:
            self._sentences.remove(sentence)
            self._show_newest()

    def dismiss(self) -> None:
        self._sentences.pop()
        self._show_newest()

    @property
    def sentence(self) -> str:
        """What is being said, or nothing."""
        return self._sentences[-1] if self._sentences else ""

    def retranslate(self) -> None:
        self._close.setToolTip(_("Close"))
        self._close.setAccessibleName(_("Close the message"))

    def _show_newest(self) -> None:
        self._text.setText(self.sentence)
        self.setAccessibleName(self.sentence)
        self.setVisible(bool(self._sentences))

    def _restyle(self) -> None:
        ratio = self.devicePixelRatioF()
        self._glyph.setPixmap(icons.pixmap("warning", self._theme.colors.failed, 16, ratio))
        self._close.setIcon(self._theme.icon("close"))
