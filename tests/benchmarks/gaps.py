"""How long the event loop was away: what a person feels as a hitch."""

from __future__ import annotations

import statistics
import time

from PySide6.QtCore import QObject, Qt, QTimer


class Gaps(QObject):
    """Looks at the clock whenever the event loop gets round to it, between `start` and `stop`.

    A gap is the time between two looks. The timer is due every millisecond, so an idle loop shows
    gaps of about 1 ms.
    """

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._gaps.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._look()
        self._timer.stop()

    @property
    def longest(self) -> float:
        """Milliseconds."""
        return 1000 * max(self._gaps)

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return 1000 * statistics.quantiles(self._gaps, n=100, method="inclusive")[98]

    def __str__(self) -> str:
        return f"p99 {self.p99:.1f} ms, longest {self.longest:.0f} ms"

    def _look(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now
