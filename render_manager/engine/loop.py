"""What a run does its work in: a thread that calls back, now, later or on behalf of another thread.

A run does not know what turns its loop. In the program that is Qt (`qt_loop`); where there is none,
it is `PlainLoop`.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import queue
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol


class Timer(Protocol):
    """Calls after its time, once or again and again."""

    @property
    def is_active(self) -> bool: ...

    def start(self) -> None:
        """Begin to count, from the beginning if it does already."""
        ...

    def stop(self) -> None: ...


class Loop(Protocol):
    """Everything is called on the thread of the loop, one thing after the other."""

    def timer(self, seconds: float, act: Callable[[], None], *, repeats: bool = False) -> Timer:
        """A timer that is not started yet."""
        ...

    def post(self, act: Callable[[], None]) -> None:
        """Have `act` called soon. From any thread; after the loop's end nothing happens."""
        ...


class Hook:
    """Who is to be told of something. Told at once, in the order of `connect`."""

    def __init__(self) -> None:
        self._listeners: list[Callable[..., object]] = []

    def connect(self, listener: Callable[..., object]) -> None:
        self._listeners.append(listener)

    def emit(self, *said: object) -> None:
        for listener in self._listeners:
            listener(*said)


class PlainLoop:
    """A loop without Qt. What fails is logged, and the loop goes on."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._due: list[tuple[float, int, _PlainTimer]] = []
        self._numbers = itertools.count()
        self._is_over = False

    def timer(self, seconds: float, act: Callable[[], None], *, repeats: bool = False) -> Timer:
        return _PlainTimer(self, seconds, act, repeats)

    def post(self, act: Callable[[], None]) -> None:
        self._posted.put(act)

    def run(self) -> None:
        """Turn until `quit`."""
        while not self._is_over:
            act = self._next()
            try:
                act()
            except Exception:
                logging.getLogger(__name__).exception("Something failed in a loop")

    def quit(self) -> None:
        """End `run` when what is being called has returned. On the loop's thread."""
        self._is_over = True

    def _next(self) -> Callable[[], None]:
        while True:
            wait = self._due[0][0] - time.monotonic() if self._due else None
            if wait is None or wait > 0:
                with suppress(queue.Empty):
                    return self._posted.get(timeout=wait)
            else:  # before what is posted, or a flood of that would keep every timer from ringing
                _at, number, timer = heapq.heappop(self._due)
                if timer.number == number:
                    return timer.ring

    def schedule(self, timer: _PlainTimer, seconds: float) -> int:
        """The number under which the timer rings; an older one of it counts no more."""
        number = next(self._numbers)
        heapq.heappush(self._due, (time.monotonic() + seconds, number, timer))
        return number


class _PlainTimer:
    def __init__(
        self, loop: PlainLoop, seconds: float, act: Callable[[], None], repeats: bool
    ) -> None:
        self._loop, self._seconds, self._act, self._repeats = loop, seconds, act, repeats
        self.number: int | None = None

    @property
    def is_active(self) -> bool:
        return self.number is not None

    def start(self) -> None:
        self.number = self._loop.schedule(self, self._seconds)

    def stop(self) -> None:
        self.number = None

    def ring(self) -> None:
        self.number = None
        if self._repeats:
            self.start()
        self._act()
