"""How long the event loop does not come round: what the user feels as a hitch."""

from __future__ import annotations

import statistics
import time

from PySide6.QtCore import QObject, Qt, QTimer


class Gaps(QObject):
    """While it is started, notes the time between one turn of the event loop and the next."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        self._gaps.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @property
    def longest(self) -> float:
        """In ms."""
        return max(self._gaps)

    @property
    def p99(self) -> float:
        """In ms: of all moments, 99 of 100 lie in gaps no longer than this."""
        total, passed = sum(self._gaps), 0.0
        for gap in sorted(self._gaps):
            passed += gap
            if passed >= 0.99 * total:
                return gap
        return self.longest

    @property
    def median(self) -> float:
        """In ms."""
        return statistics.median(self._gaps)

    def _note(self) -> None:
        now = time.perf_counter()
        self._gaps.append(1000 * (now - self._last))
        self._last = now
