"""Choosing a priority: the dropdown in a task's row, and the same as a menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from render_manager.base.i18n import _
from render_manager.domain.task import band
from render_manager.gui.text import priority_text

PRIORITIES = range(10, -1, -1)


class PriorityDropdown(QComboBox):
    """0–10 with the names of the bands. Drops down by itself, `dismissed` once it is up again."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for priority in PRIORITIES:
            self.addItem(priority_text(priority), priority)
        self.setCurrentIndex(-1)
        self.setMaxVisibleItems(len(PRIORITIES))
        self.setAccessibleName(_("Priority"))
        self.view().window().installEventFilter(self)
        self._soon(self.showPopup)

    def offer(self, priority: int) -> None:
        """Begin with `priority`. Asked again, keeps what the user is about to choose."""
        if self.currentIndex() < 0:
            self.setCurrentIndex(self.findData(priority))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Hide:
            self._soon(self.dismissed)
        return super().eventFilter(watched, event)

    def _soon(self, do: object) -> None:
        timer = QTimer(self)  # ours, so that it goes when we go
        timer.setSingleShot(True)
        timer.timeout.connect(do)
        timer.start(0)


class PriorityMenu(QMenu):
    """The same choice for the selected tasks."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for priority in PRIORITIES:
            if priority < PRIORITIES[0] and band(priority) != band(priority + 1):
                self.addSeparator()
            action = self.addAction("")
            action.setData(priority)
        self.triggered.connect(lambda action: self.chosen.emit(action.data()))

    def retranslate(self) -> None:
        self.setTitle(_("Priority"))
        for action in self.actions():
            if not action.isSeparator():
                action.setText(priority_text(action.data()))
