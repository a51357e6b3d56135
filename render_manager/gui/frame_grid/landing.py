"""A frame that lands fades in. Nothing moves unless something has landed in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer
from PySide6.QtWidgets import QStyle, QWidget

FADE_MS = 200
TICK_MS = 16


class Landing(QObject):
    """How much of the pictures of frames that have just landed is to be seen.

    A fade begins when the picture is first painted. `repaint` is called for the rows that fade,
    until their pictures have been painted in full.
    """

    def __init__(self, view: QWidget, repaint: Callable[[int], None]) -> None:
        super().__init__(view)
        self._view = view
        self._repaint = repaint
        self._expected: set[int] = set()
        self._began: dict[int, int] = {}
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._go_on)

    def expect(self, rows: Iterable[int]) -> None:
        """These frames have landed in sight; their pictures are on the way."""
        if duration(self._view):
            self._expected.update(rows)

    def opacity(self, row: int) -> float:
        """For painting the picture of this row now, 0 to 1."""
        if row in self._expected:
            self._expected.discard(row)
            self._began[row] = self._clock.elapsed()
            self._timer.start()
        began = self._began.get(row)
        if began is None:
            return 1.0
        return min(1.0, (self._clock.elapsed() - began) / FADE_MS)

    def forget(self, keep: range = range(0)) -> None:
        """Only rows in `keep` are still in sight."""
        self._expected = {row for row in self._expected if row in keep}
        self._began = {row: at for row, at in self._began.items() if row in keep}

    @property
    def is_under_way(self) -> bool:
        """Whether something fades at this moment."""
        return self._timer.isActive()

    def _go_on(self) -> None:
        """What is through is forgotten first, so that it is painted in full once more."""
        now = self._clock.elapsed()
        rows = list(self._began)
        self._began = {row: at for row, at in self._began.items() if now - at < FADE_MS}
        if not self._began:
            self._timer.stop()
        for row in rows:
            self._repaint(row)


def duration(widget: QWidget) -> int:
    """How long things may move, in ms: 0 if the user wants the system to keep still."""
    hints = QStyle.StyleHint
    style = widget.style()
    is_wanted = style.styleHint(hints.SH_Widget_Animate, None, widget)
    longest = style.styleHint(hints.SH_Widget_Animation_Duration, None, widget)
    return min(FADE_MS, longest) if is_wanted else 0
