"""Exposure in stops: a slider, its value, and back to 0 by a double click."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from render_manager.base.i18n import _
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.theme import GAP, Theme

MOST_STOPS = 10

STEPS = 10
"""Steps of the slider in a stop."""


class Slider(QSlider):
    """Goes where it is clicked; a double click resets it."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(-MOST_STOPS * STEPS, MOST_STOPS * STEPS)
        self.setPageStep(STEPS)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(0)


class Exposure(QWidget):
    """`changed` tells the stops."""

    changed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.slider = Slider()
        self._icon, self._value = QLabel(), QLabel()
        self._value.setFont(look.font())
        metrics = self._value.fontMetrics()
        self._value.setFixedWidth(metrics.horizontalAdvance("+00.0") + 2)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addWidget(self._icon)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self._value)
        self.slider.setMinimumWidth(8 * GAP)
        self.setMaximumWidth(40 * GAP)
        self.slider.valueChanged.connect(self._tell)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    @property
    def stops(self) -> float:
        return self.slider.value() / STEPS

    def retranslate(self) -> None:
        self.slider.setAccessibleName(_("Exposure in stops"))
        self.setToolTip(_("Exposure in stops. Double-click to reset."))
        self._write()

    def _tell(self) -> None:
        self._write()
        self.changed.emit(self.stops)

    def _write(self) -> None:
        self._value.setText(f"{self.stops:+.1f}".replace("-", "−") if self.stops else "0.0")

    def _restyle(self) -> None:
        colors = self._theme.colors
        self._icon.setPixmap(
            icons.pixmap("exposure", colors.dim, icons.SIZE, self.devicePixelRatioF())
        )
