"""The strip that counts down to sleep or shutting down, and lets one think again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from render_manager.base.i18n import _, ngettext
from render_manager.domain.deeds import Deed
from render_manager.gui import icons
from render_manager.gui.theme import GAP, Theme


class Countdown(QFrame):
    """Hidden until `show_seconds`."""

    stop_wanted = Signal()
    now_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("winding")
        self._theme = theme
        self._said = (Deed.NOTHING, 0)
        self._glyph, self._text = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self.stop, self.now = QPushButton(), QPushButton()
        self.stop.clicked.connect(self.stop_wanted)
        self.now.clicked.connect(self.now_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(self._glyph)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.stop)
        layout.addWidget(self.now)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()
        self.hide()

    @property
    def sentence(self) -> str:
        return self._text.text()

    def show_seconds(self, deed: Deed, seconds: int) -> None:
        """So many are left until that is done."""
        self._said = (deed, seconds)
        said = _words(deed, seconds).format(count=seconds)
        self._text.setText(said)
        self.setAccessibleName(said)
        self.show()

    def retranslate(self) -> None:
        self.stop.setText(_("Do not"))
        self.now.setText(_("Now"))
        if self.isVisible():
            self.show_seconds(*self._said)

    def _restyle(self) -> None:
        ratio = self.devicePixelRatioF()
        color = self._theme.colors.paused
        self._glyph.setPixmap(icons.pixmap("state-pending", color, icons.SIZE, ratio))


def _words(deed: Deed, seconds: int) -> str:
    match deed:
        case Deed.SHUT_DOWN:
            return ngettext(
                "Everything is rendered. The computer shuts down in {count} second.",
                "Everything is rendered. The computer shuts down in {count} seconds.",
                seconds,
            )
        case Deed.HIBERNATE:
            return ngettext(
                "Everything is rendered. The computer hibernates in {count} second.",
                "Everything is rendered. The computer hibernates in {count} seconds.",
                seconds,
            )
        case _:
            return ngettext(
                "Everything is rendered. The computer goes to sleep in {count} second.",
                "Everything is rendered. The computer goes to sleep in {count} seconds.",
                seconds,
            )
