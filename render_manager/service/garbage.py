"""Cyclic garbage is collected on the main thread only.

Python collects cycles on whatever thread happens to allocate. A Qt object in such a cycle would
then be destroyed on a thread that it does not live in, and its timers go on firing into freed
memory (seen as a segmentation fault in `QTimerInfoList::activateTimers`, PySide6 6.11).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1000

SETTLED = 10
"""Intervals after which the program is there as a whole. What it consists of (150,000 functions,
classes, …) is left out from then on: to look it through took 120 ms each time, with the machine at
work (measured), in which the window was deaf."""


class MainThreadGarbage(QObject):
    """While it is started, collects when Python would have, but from a timer of this thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._intervals = 0
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._collect)

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        """The oldest generation that is due; the younger ones are collected with it."""
        self._intervals += 1
        if self._intervals == SETTLED:
            gc.collect(1)
            gc.freeze()
        due = [
            generation
            for generation, (count, threshold) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if threshold and count > threshold
        ]
        if due:
            gc.collect(max(due))
