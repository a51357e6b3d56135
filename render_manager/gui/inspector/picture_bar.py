"""The bar above the picture: layer, channel, exposure and zoom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from render_manager.base.i18n import _
from render_manager.gui import theme as look
from render_manager.gui.inspector.exposure import Exposure
from render_manager.gui.inspector.layer_chooser import LayerChooser
from render_manager.gui.theme import GAP, Theme

MOST_CHANNELS = 4


class PictureBar(QWidget):
    """Gestures go out as signals; what it shows is set from outside."""

    channel_toggled = Signal(int)
    """The place of a channel in the layer."""
    zoom_wanted = Signal()
    enlarge_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_large = False
        self.layers = LayerChooser(theme)
        self.channels = [QToolButton() for _place in range(MOST_CHANNELS)]
        self.exposure = Exposure(theme)
        self.zoom, self.enlarge = QToolButton(), QToolButton()
        self._build()
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    # --- what it shows ------------------------------------------------------------------------

    def show_channels(self, names: Sequence[str], chosen: str | None) -> None:
        """A button for each channel; a picture of one channel needs none."""
        for place, button in enumerate(self.channels):
            is_there = place < len(names) > 1
            button.setVisible(is_there)
            if is_there:
                name = names[place].upper()
                button.setText(name)
                button.setChecked(names[place] == chosen)
                button.setAccessibleName(_("Channel {name}").format(name=name))
                button.setToolTip(_("Only channel {name}, in grey").format(name=name))

    def show_zoom(self, scale: float | None, *, is_fitted: bool) -> None:
        """`scale` is None before there was any picture."""
        self.zoom.setText("" if scale is None else f"{100 * scale:.{0 if scale >= 0.1 else 1}f} %")
        self.zoom.setChecked(is_fitted)

    def show_large(self, is_large: bool) -> None:
        self._is_large = is_large
        self._restyle()
        self.retranslate()

    def retranslate(self) -> None:
        self.layers.retranslate()
        self.exposure.retranslate()
        self.zoom.setToolTip(_("Fit (F) or 1:1 (1)"))
        self.zoom.setAccessibleName(_("Zoom"))
        title = _("Back to the window (Esc)") if self._is_large else _("Fill the window (Enter)")
        self.enlarge.setToolTip(title)
        self.enlarge.setAccessibleName(title)

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP // 2, 2, GAP // 2, 2)
        layout.setSpacing(2)
        layout.addWidget(self.layers)
        for place, button in enumerate(self.channels):
            button.setCheckable(True)
            button.setObjectName("channel")
            button.clicked.connect(lambda _on, place=place: self.channel_toggled.emit(place))
            layout.addWidget(button)
        layout.addSpacing(GAP)
        layout.addWidget(self.exposure, 8)
        layout.addStretch(1)
        self.zoom.setFont(look.font())
        self.zoom.setMinimumWidth(self.zoom.fontMetrics().horizontalAdvance("0000 %") + 2 * GAP)
        self.zoom.clicked.connect(self.zoom_wanted)
        self.enlarge.clicked.connect(self.enlarge_wanted)
        layout.addWidget(self.zoom)
        layout.addWidget(self.enlarge)

    def _restyle(self) -> None:
        self.enlarge.setIcon(self._theme.icon("shrink" if self._is_large else "enlarge"))
