"""The buttons of the sheet, always in sight."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from render_manager.base.i18n import _, ngettext
from render_manager.gui.task_sheet.inquiry import Kind
from render_manager.gui.theme import GAP


class Footer(QWidget):
    """What may be done with the tasks; the deed that Enter stands for is on the right."""

    accepted = Signal()
    kept = Signal()
    rejected = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._count = Kind.CHANGE, 0
        self._is_doubtful = False
        self.away, self.later, self.default = QPushButton(), QPushButton(), QPushButton()
        self.default.setDefault(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.away)
        layout.addStretch(1)
        layout.addWidget(self.later)
        layout.addWidget(self.default)
        for button in (self.away, self.later, self.default):
            button.setAutoDefault(True)  # Enter on a button presses that one
        self.away.clicked.connect(self.rejected)
        self.later.clicked.connect(self.kept)
        self.default.clicked.connect(self.accepted)

    def show_kind(self, kind: Kind, count: int, *, is_doubtful: bool = False) -> None:
        """`count` tasks can be queued, or changed; if that is doubtful, the button says so."""
        self._kind, self._count, self._is_doubtful = kind, count, is_doubtful
        self.later.setVisible(kind is Kind.QUEUE)
        self.default.setEnabled(kind is Kind.CHANGE or count > 0)
        self.retranslate()

    def retranslate(self) -> None:
        self.later.setText(_("&Keep for later"))
        if self._kind is Kind.CHANGE:
            self.away.setText(_("Cancel"))
            self.default.setText(_("Apply"))
            return
        self.away.setText(_("&Discard"))
        if self._is_doubtful:
            self.default.setText(_("Queue anyway"))
            return
        queue = ngettext("Queue {count:,} task", "Queue {count:,} tasks", self._count)
        self.default.setText(queue.format(count=self._count))
