"""The bar below the picture: stepping and playing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from render_manager.base.i18n import N_, _
from render_manager.gui.inspector.player import DEFAULT_RATE
from render_manager.gui.inspector.scrub_bar import ScrubBar
from render_manager.gui.theme import GAP, Theme

RATES = (12.0, 24.0, 25.0, 30.0, 48.0, 60.0)

TIPS = {
    "frame-previous": N_("Previous frame (←)"),
    "play": N_("Play the frames that exist (Space)"),
    "frame-next": N_("Next frame (→)"),
    "loop": N_("Play again and again"),
    "live": N_("Live: show each new frame as it lands"),
}


class Transport(QWidget):
    """Gestures go out as signals; what it shows is set from outside."""

    step_wanted = Signal(int)
    play_toggled = Signal()
    row_wanted = Signal(int)
    rate_chosen = Signal(float)
    loop_toggled = Signal(bool)
    live_toggled = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_playing = False
        self.buttons = {name: QToolButton() for name in TIPS}
        self.scrub = ScrubBar(theme)
        self.rates = QComboBox()
        self._build()
        self._connect()
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    # --- what it shows ------------------------------------------------------------------------

    def show_row(self, row: int) -> None:
        """Put the handle there without asking for the frame."""
        if not self.scrub.isSliderDown():
            self.scrub.blockSignals(True)
            self.scrub.setValue(row)
            self.scrub.blockSignals(False)
            self.scrub.update()

    def mark_existing(self, count: int, rows: Sequence[int]) -> None:
        """There are `count` rows; these have a picture."""
        self.scrub.blockSignals(True)
        self.scrub.mark_existing(count, rows)
        self.scrub.blockSignals(False)
        for name in ("frame-previous", "frame-next"):
            self.buttons[name].setEnabled(count > 0)
        self.scrub.setEnabled(count > 0)
        self.buttons["play"].setEnabled(len(rows) > 0)

    def show_playing(self, is_playing: bool) -> None:
        self._is_playing = is_playing
        self._restyle()

    def show_live(self, is_live: bool) -> None:
        self.buttons["live"].setChecked(is_live)

    def offer_rate(self, rate: float) -> None:
        """Choose this rate, the scene's own, and have it in the list."""
        rates = sorted({*RATES, rate})
        self.rates.blockSignals(True)
        self.rates.clear()
        for one in rates:
            self.rates.addItem(_("{rate} fps").format(rate=f"{one:g}"), one)
        self.rates.setCurrentIndex(rates.index(rate))
        self.rates.blockSignals(False)

    def retranslate(self) -> None:
        for name, tip in TIPS.items():
            self.buttons[name].setToolTip(_(tip))
            self.buttons[name].setAccessibleName(_(tip))
        self.scrub.setAccessibleName(_("Frames of the task"))
        self.rates.setAccessibleName(_("Frames a second"))
        self.rates.setToolTip(_("Frames a second"))
        self.offer_rate(self.rates.currentData() or DEFAULT_RATE)

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        for name in ("loop", "live"):
            self.buttons[name].setCheckable(True)
            self.buttons[name].setChecked(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP // 2, 2, GAP // 2, 2)
        layout.setSpacing(2)
        for name in ("frame-previous", "play", "frame-next"):
            layout.addWidget(self.buttons[name])
        layout.addWidget(self.scrub, 1)
        layout.addSpacing(GAP // 2)
        layout.addWidget(self.rates)
        layout.addWidget(self.buttons["loop"])
        layout.addWidget(self.buttons["live"])

    def _connect(self) -> None:
        self.buttons["frame-previous"].clicked.connect(lambda: self.step_wanted.emit(-1))
        self.buttons["frame-next"].clicked.connect(lambda: self.step_wanted.emit(1))
        self.buttons["play"].clicked.connect(self.play_toggled)
        self.buttons["loop"].toggled.connect(self.loop_toggled)
        self.buttons["live"].clicked.connect(self.live_toggled)
        self.scrub.valueChanged.connect(self.row_wanted)
        self.rates.currentIndexChanged.connect(
            lambda _place: self.rate_chosen.emit(self.rates.currentData())
        )

    def _restyle(self) -> None:
        for name, button in self.buttons.items():
            is_pause = name == "play" and self._is_playing
            button.setIcon(self._theme.icon("pause" if is_pause else name))
