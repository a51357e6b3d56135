"""The list of renderers with the offer to fetch Blender: on the welcome page, and as a dialog."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from render_manager.base.i18n import _
from render_manager.gui.renderers.fetch import FetchOffer
from render_manager.gui.renderers.lines import RendererLines
from render_manager.gui.theme import GAP, Theme
from render_manager.service.queue_service import QueueService

WIDTH = 70 * GAP


class RenderersPanel(QWidget):
    """Looks for renderers the first time it comes into sight."""

    def __init__(self, service: QueueService, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._provision = service.provision
        self.lines = RendererLines(theme, can_fetch=service.provision.can_fetch)
        self.offer = FetchOffer(service)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GAP)
        layout.addWidget(self.lines)
        layout.addWidget(self.offer)
        self._provision.found.connect(self._show_found)
        self._show_found()

    def retranslate(self) -> None:
        self.lines.retranslate()
        self.offer.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._provision.renderers is None:
            self._provision.look()

    def _show_found(self) -> None:
        self.lines.show_renderers(self._provision.renderers)


class RenderersDialog(QDialog):
    """The same beside the window; it can look again."""

    def __init__(self, service: QueueService, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._provision = service.provision
        self.panel = RenderersPanel(service, theme)
        self.again, self._close = QPushButton(), QPushButton()
        self.again.clicked.connect(self._provision.look)
        self.again.setAutoDefault(False)
        self._close.clicked.connect(self.accept)
        self._close.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(self.again)
        foot.addStretch(1)
        foot.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GAP, 3 * GAP, 3 * GAP, 2 * GAP)
        layout.setSpacing(3 * GAP)
        layout.addWidget(self.panel)
        layout.addStretch(1)
        layout.addLayout(foot)
        self.resize(WIDTH + 6 * GAP, 36 * GAP)
        self.retranslate()

    def open_afresh(self) -> None:
        """Bring it into sight with what is there now."""
        self.show()
        self.raise_()
        self.activateWindow()
        self._provision.look()

    def retranslate(self) -> None:
        self.setWindowTitle(_("Renderers"))
        self.again.setText(_("Look again"))
        self._close.setText(_("Close"))
        self.panel.retranslate()
