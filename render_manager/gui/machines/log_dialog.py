"""The end of a machine's own log, as new as the machine tells."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.machine_view import MachineLog
from render_manager.gui.theme import GAP
from render_manager.service.queue_service import MachineList

LOOK_MS = 2_000


class MachineLogDialog(QDialog):
    """One for all machines; it asks again while it is in sight."""

    def __init__(self, machines: MachineList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._machines = machines
        self._name = ""
        self.written = QPlainTextEdit()
        self.written.setReadOnly(True)
        self.written.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.written.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._note, self._close = QLabel(), QPushButton()
        self._note.setObjectName("dim")
        self._close.clicked.connect(self.accept)
        self._close.setDefault(True)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        machines.logged.connect(self._hear)
        self._lay_out()
        self.retranslate()

    def show_log(self, name: str) -> None:
        """Bring the log of this machine into sight."""
        if name != self._name:
            self._name = name
            self.written.clear()
        self.retranslate()
        self.show()
        self.raise_()
        self.activateWindow()
        self._look()

    def retranslate(self) -> None:
        self.setWindowTitle(_("Log of {machine}").format(machine=self._name))
        self.written.setAccessibleName(self.windowTitle())
        self._close.setText(_("Close"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _look(self) -> None:
        try:
            self._show_text(self._machines.log(self._name))
        except UserError as error:  # it went away meanwhile
            self._note.setText(str(error))

    def _hear(self, name: str, log: MachineLog) -> None:
        if name == self._name and self.isVisible():
            self._show_text(log)

    def _show_text(self, log: MachineLog) -> None:
        """Stay where the reader is, unless he is at the end."""
        self._note.setText(_("Waiting for the machine…") if log.heard is None else "")
        self._note.setVisible(bool(self._note.text()))
        if log.text == self.written.toPlainText():
            return
        bar = self.written.verticalScrollBar()
        at, is_at_end = bar.value(), bar.value() == bar.maximum()
        self.written.setPlainText(log.text)
        bar.setValue(bar.maximum() if is_at_end else at)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self._note)
        foot.addStretch(1)
        foot.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(2 * GAP)
        layout.addWidget(self.written, 1)
        layout.addLayout(foot)
        self.resize(100 * GAP, 60 * GAP)
