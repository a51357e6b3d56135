"""How long the window was deaf: the gaps between the ticks of a timer on the main thread."""

from __future__ import annotations

import statistics
import time
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 1


class Gaps(QObject):
    """Measures from `start` to `stop`, or within a `with`. Figures are milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.milliseconds: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Also the time since the last tick counts."""
        self._tick()
        self._timer.stop()

    @property
    def longest(self) -> float:
        return max(self.milliseconds, default=0.0)

    @property
    def p99(self) -> float:
        if len(self.milliseconds) < 2:
            return self.longest
        return statistics.quantiles(self.milliseconds, n=100, method="inclusive")[98]

    def __str__(self) -> str:
        return f"p99 {self.p99:.1f} ms, longest {self.longest:.0f} ms"

    def __enter__(self) -> Gaps:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.milliseconds.append(1000 * (now - self._last))
        self._last = now
