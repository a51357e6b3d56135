"""What the window shows while there are no tasks: where to begin, and what can render here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from render_manager.base.i18n import _
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.renderers.panel import WIDTH, RenderersPanel
from render_manager.gui.text import suffix_list
from render_manager.gui.theme import GAP, Theme
from render_manager.service.queue_service import QueueService


class Welcome(QWidget):
    """A hint and a button; below, quietly, the renderers of this machine."""

    add_wanted = Signal()

    def __init__(self, service: QueueService, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suffixes = service.catalog.suffixes
        self._theme = theme
        self._glyph, self._head, self._hint = QLabel(), QLabel(), QLabel()
        self.button = QPushButton()
        self.button.setDefault(True)
        self.button.clicked.connect(self.add_wanted)
        self.renderers = RenderersPanel(service, theme)
        self.renderers.setFixedWidth(WIDTH)
        self._found = QLabel()
        self._found.setFont(look.font(bold=True))
        self._head.setFont(look.font(points=6, bold=True))
        self._hint.setObjectName("dim")
        layout = QVBoxLayout(self)
        layout.setSpacing(GAP)
        layout.addStretch(3)
        for label in (self._glyph, self._head, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(GAP)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)
        layout.addLayout(self._below())
        layout.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    def retranslate(self) -> None:
        self._head.setText(_("Drop {kinds} scenes here").format(kinds=suffix_list(self._suffixes)))
        self._hint.setText(_("Frames, camera and size are read from the file, and can be changed."))
        self.button.setText(_("Add scenes…"))
        self._found.setText(_("Renderers on this machine"))
        self.renderers.retranslate()

    def _below(self) -> QHBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addWidget(self._found)
        column.addWidget(self.renderers)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(column)
        middle.addStretch(1)
        return middle

    def _restyle(self) -> None:
        ratio = self.devicePixelRatioF()
        self._glyph.setPixmap(icons.pixmap("drop", self._theme.colors.accent, 48, ratio))
