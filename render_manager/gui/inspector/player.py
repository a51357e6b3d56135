"""Plays the frames that exist, by the clock: it drops frames rather than slow down."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from render_manager.domain.task import FrameDetail
from render_manager.gui.inspector.reel import Reel

DEFAULT_RATE = 24.0

SECOND = 1.0
"""Over how long the rate that is reached is measured."""

LOOK_AHEAD = 256
"""The most frames that are planned ahead; going through 10,000 at every tick would be seen."""


class Player(QObject):
    """Goes through `rows` at `rate` frames a second, showing those that the reel has at hand."""

    frame_shown = Signal(int)
    state_changed = Signal()
    """It began, ended, or reaches another rate."""

    def __init__(
        self,
        reel: Reel,
        detail: Callable[[int], FrameDetail | None],
        clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._reel = reel
        self._detail = detail
        self._clock = clock
        self.rows: Sequence[int] = ()
        self.rate = DEFAULT_RATE
        self.loops = True
        self._size = (0, 0)
        self._direction = 1
        self._began = 0.0
        self._first = 0
        self._step = -1
        self._shown: deque[float] = deque()
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._is_playing = False

    # --- what it does -------------------------------------------------------------------------

    @property
    def is_playing(self) -> bool:
        return self._is_playing

    @property
    def direction(self) -> int:
        return self._direction

    @property
    def reached(self) -> float | None:
        """Frames shown in a second, lately; None until that is known."""
        now = self._clock()
        time = min(SECOND, now - self._began)
        if time < SECOND / 2:
            return None
        return sum(now - shown <= time for shown in self._shown) / time

    def play(self, row: int, size: tuple[int, int], direction: int = 1) -> None:
        """Begin at this row, or the next one that exists. Pictures are of this size."""
        if not self.rows:
            return
        self._size, self._direction = size, direction
        self._is_playing = True
        self._start_at(bisect_left(self.rows, row) % len(self.rows))
        self._tick()
        self.state_changed.emit()

    def pause(self) -> None:
        if self._is_playing:
            self._is_playing = False
            self._timer.stop()
            self.state_changed.emit()

    def go_through(self, rows: Sequence[int]) -> None:
        """These rows exist now; the one that is shown stays where it is."""
        if rows == self.rows:
            return
        at = self.rows[self._place(self._step)] if self._is_playing and self.rows else None
        self.rows = rows
        if self._is_playing and at is not None:
            if rows:
                self._start_at(bisect_left(rows, at) % len(rows))
            else:
                self.pause()

    def set_rate(self, rate: float) -> None:
        """Frames a second from now on."""
        place = self._place(self._step) if self.rows else 0
        self.rate = rate
        self._start_at(place)

    # --- time ---------------------------------------------------------------------------------

    def _start_at(self, place: int) -> None:
        self._first, self._step, self._began = place, -1, self._clock()
        self._shown.clear()

    def _place(self, step: int) -> int:
        """Where in `rows` the player is after so many steps."""
        place = self._first + self._direction * max(0, step)
        return place % len(self.rows) if self.loops else min(max(0, place), len(self.rows) - 1)

    def _tick(self) -> None:
        due = int((self._clock() - self._began) * self.rate + 1e-6)
        is_over = not self.loops and due >= self._steps()
        self._show_newest(min(due, self._steps() - 1) if is_over else due)
        if is_over:
            self.pause()
            return
        self._read_ahead(due)
        self._tell_rate()
        wait = self._began + (due + 1) / self.rate - self._clock()
        self._timer.start(max(0, round(1000 * wait)))

    def _steps(self) -> int:
        """How many steps there are until the end."""
        last = len(self.rows) - 1
        return 1 + (last - self._first if self._direction > 0 else self._first)

    def _show_newest(self, due: int) -> None:
        """The newest frame at hand of those that are due and were not shown."""
        oldest = max(self._step, due - len(self.rows))
        for step in range(due, oldest, -1):
            row = self.rows[self._place(step)]
            if self._reel.image(row) is not None:
                self._step = step
                self._note_shown()
                self.frame_shown.emit(row)
                return

    def _read_ahead(self, due: int) -> None:
        """From the first frame that can still be in time, as far as memory goes."""
        late = int(self._reel.seconds * self.rate)
        count = min(len(self.rows), LOOK_AHEAD, self._reel.room_for(self._size))
        steps = range(due, due + count) if not self._shown else range(due + 1, due + 1 + count)
        rows = [self.rows[self._place(step)] for step in steps]
        missing = sum(row not in self._reel.rows for row in rows[: late + 1])
        skip = late if missing and self._shown else 0
        self._reel.want(rows[skip:] + rows[:skip], self._detail)

    # --- the rate -----------------------------------------------------------------------------

    def _note_shown(self) -> None:
        now = self._clock()
        self._shown.append(now)
        while now - self._shown[0] > SECOND:
            self._shown.popleft()

    def _tell_rate(self) -> None:
        reached = self.reached
        told = "" if reached is None else f"{reached:.0f}"
        if told != self._told:
            self._told = told
            self.state_changed.emit()
