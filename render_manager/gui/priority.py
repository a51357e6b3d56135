"""Choosing a priority: the dropdown in a task's row, and the same as a menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from render_manager.base.i18n import _
from render_manager.domain.task import HIGH, LOW, NORMAL, band
from render_manager.gui.text import BANDS, priority_text

PRIORITIES = range(10, -1, -1)

BY_NAME = {HIGH: 9, NORMAL: 5, LOW: 2}
"""What a band stands for when it is chosen by name: inside it, with room on both sides."""


class PriorityDropdown(QComboBox):
    """High, Normal and Low, then 0–10. Drops down by itself, `dismissed` once it is up again."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for band_, priority in BY_NAME.items():
            self.addItem(_(BANDS[band_]), priority)
        self.insertSeparator(self.count())
        self._first_figure = self.count()
        for priority in PRIORITIES:
            self.addItem(priority_text(priority), priority)
        self.setCurrentIndex(-1)
        self.setMaxVisibleItems(self.count())
        self.setAccessibleName(_("Priority"))
        self.view().window().installEventFilter(self)
        self._soon(self.showPopup)

    def offer(self, priority: int) -> None:
        """Begin with `priority`. Asked again, keeps what the user is about to choose."""
        if self.currentIndex() < 0:
            self.setCurrentIndex(self._first_figure + PRIORITIES.index(priority))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that was meant for the table changes nothing."""
        event.ignore()

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
        self._names: dict[QAction, str] = {}
        for band_, priority in BY_NAME.items():
            action = self.addAction("")
            action.setData(priority)
            self._names[action] = BANDS[band_]
        self.addSeparator()
        for priority in PRIORITIES:
            if priority < PRIORITIES[0] and band(priority) != band(priority + 1):
                self.addSeparator()
            action = self.addAction("")
            action.setData(priority)
        self.triggered.connect(lambda action: self.chosen.emit(action.data()))

    def retranslate(self) -> None:
        self.setTitle(_("Priority"))
        for action in self.actions():
            if action in self._names:
                action.setText(_(self._names[action]))
            elif not action.isSeparator():
                action.setText(priority_text(action.data()))
