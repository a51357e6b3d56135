"""A sentence below a field: quiet, or with a glyph where something is wrong."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.theme import GAP, Theme


class Tone(StrEnum):
    """How much a sentence matters; the words are colours of the theme."""

    QUIET = "dim"
    WARNING = "paused"
    WRONG = "failed"


class Notice(QWidget):
    """Takes no room while it says nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = Tone.QUIET
        self._glyph, self._text = QLabel(), QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFont(look.font(points=-0.5))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    @property
    def sentence(self) -> str:
        return self._text.text()

    @property
    def tone(self) -> Tone:
        return self._tone

    def say(self, sentence: str, tone: Tone = Tone.QUIET) -> None:
        if (sentence, tone) == (self.sentence, self._tone):
            return
        self._tone = tone
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
        self._restyle()

    def _restyle(self) -> None:
        color = getattr(self._theme.colors, self._tone.value)
        palette = self._text.palette()  # a style sheet of its own for each would take much longer
        palette.setColor(QPalette.ColorRole.WindowText, QColor(color))
        self._text.setPalette(palette)
        self._glyph.setVisible(self._tone is not Tone.QUIET)
        self._glyph.setPixmap(icons.pixmap("warning", color, 14, self.devicePixelRatioF()))
