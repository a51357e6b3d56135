"""The strip that says that the program ends after the frames in work, and lets one think again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from render_manager.base.i18n import _, ngettext
from render_manager.gui import icons
from render_manager.gui.theme import GAP, Theme


class WindingDown(QFrame):
    """Hidden until `show_runs`."""

    carry_on_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("winding")
        self._theme = theme
        self._runs = 0
        self._glyph, self._text = QLabel(), QLabel()
        self.carry_on, self.stop = QPushButton(), QPushButton()
        self.carry_on.clicked.connect(self.carry_on_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._glyph)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.carry_on)
        layout.addWidget(self.stop)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()
        self.hide()

    def show_runs(self, count: int) -> None:
        """So many renderers have yet to finish their frame."""
        self._runs = count
        said = ngettext(
            "Stopping after this frame: {count} renderer is still at work.",
            "Stopping after this frame: {count} renderers are still at work.",
            count,
        ).format(count=count)
        self._text.setText(said)
        self.setAccessibleName(said)
        self.show()

    def retranslate(self) -> None:
        self.carry_on.setText(_("Keep rendering"))
        self.stop.setText(_("Stop now"))
        if self.isVisible():
            self.show_runs(self._runs)

    def _restyle(self) -> None:
        ratio = self.devicePixelRatioF()
        color = self._theme.colors.paused
        self._glyph.setPixmap(icons.pixmap("state-paused", color, icons.SIZE, ratio))
