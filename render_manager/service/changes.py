"""Gathers what was touched and speaks at most ten times a second."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 100


class Changes(QObject):
    """Calls `speak` once for all notes within 100 ms; the first after a pause is told at once."""

    def __init__(self, speak: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._speak = speak
        self._has_news = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ring)

    def note(self) -> None:
        """Something changed."""
        self._has_news = True
        if not self._timer.isActive():
            self._timer.start(0)

    def _ring(self) -> None:
        if self._has_news:
            self._has_news = False
            self._timer.start(INTERVAL_MS)
            self._speak()
