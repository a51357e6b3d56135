"""Whether a run has had its chance: pure logic from looks at its processes to why it is ended.

A stall is a time in which nothing works: no log line, no file, no processor, no disk. Loading,
compiling shaders and denoising use one of them, so they are none.
"""

from __future__ import annotations

from dataclasses import dataclass

from render_manager.base.i18n import _, ngettext
from render_manager.base.sizes import MEGABYTE
from render_manager.domain.events import Phase, Problem, Severity
from render_manager.domain.patience import (
    FRAME_TOO_LONG,
    OUT_OF_MEMORY,
    PATIENCE_BY_PHASE,
    STALLED,
    RunLimits,
)

LONGEST_PERIOD = 2.0
"""Seconds between two looks; less where a limit is short."""

SHORTEST_PERIOD = 0.05

OVERSLEPT = 10
"""After so many periods without a look the computer slept: what lies between counts for nothing."""

IDLE_CPU = 0.01
"""The share of one processor that idle threads of a hung program may use."""

LEAST_CPU = 0.1
"""Seconds of processor time that are work, however short the time."""

BUSY_CPU = 0.1
"""The share of one processor that is work, though it was used between two looks only."""

IDLE_IO = 4096.0
"""Bytes per second that a hung program may read and write (a heartbeat, an event loop)."""

LEAST_IO = 64 * 1024
"""Bytes that are work, however short the time."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of a run at one moment.

    `at` is seconds of a clock that only goes forward. `cpu` (seconds) and `io` (bytes) are sums
    since the first look, of all processes; `log` and `memory` are bytes. `folder` changes when
    something in the output folder does; None if nobody looked. `frame` is the one in work.
    """

    at: float
    log: int = 0
    cpu: float = 0.0
    io: int = 0
    memory: int = 0
    folder: int | None = None
    frame: int | None = None


def period_for(limits: RunLimits) -> float:
    """Seconds between two looks, so that no limit is missed by much."""
    shortest = min(limits.stall_seconds or 60.0, limits.frame_seconds or 60.0)
    return max(SHORTEST_PERIOD, min(LONGEST_PERIOD, shortest / 10))


class Vigil:
    """Holds looks against limits. `longest_silence` is the longest after which it went on."""

    def __init__(self, limits: RunLimits, period: float) -> None:
        self.longest_silence = 0.0
        self._limits = limits
        self._longest_gap = OVERSLEPT * period
        self._sign: Look | None = None
        """The look that last saw a sign of life."""
        self._last: Look | None = None
        self._folder: int | None = None
        self._frame_seconds = 0.0
        self._patience = 1.0

    def enter(self, phase: Phase) -> None:
        """The renderer is at something else now, and may be silent for longer or shorter."""
        self._patience = PATIENCE_BY_PHASE.get(phase, 1.0)

    def take(self, look: Look) -> Problem | None:
        """Why the run is to be ended, or None."""
        last, self._last = self._last, look
        overslept = last is None or look.at - last.at > self._longest_gap
        self._time_frame(look, last, overslept)
        is_alive = self._is_alive(look, last)
        if is_alive and not overslept and self._sign is not None:
            self.longest_silence = max(self.longest_silence, look.at - self._sign.at)
        if overslept or is_alive or self._sign is None:
            self._sign = look
        return self._judge(look, look.at - self._sign.at)

    @property
    def silence(self) -> float:
        """Seconds without a sign of life at the last look."""
        return self._last.at - self._sign.at if self._last and self._sign else 0.0

    def _time_frame(self, look: Look, last: Look | None, overslept: bool) -> None:
        if last is None or look.frame != last.frame:
            self._frame_seconds = 0.0
        elif not overslept:
            self._frame_seconds += look.at - last.at

    def _is_alive(self, look: Look, last: Look | None) -> bool:
        changed = look.folder is not None and self._folder not in (None, look.folder)
        if look.folder is not None:
            self._folder = look.folder
        if last is None or self._sign is None:
            return True
        return changed or look.log != last.log or _works(self._sign, look) or _is_busy(last, look)

    def _judge(self, look: Look, silence: float) -> Problem | None:
        """Memory first: a machine that swaps is slow and silent because of it."""
        limits = self._limits
        if limits.memory is not None and look.memory > limits.memory:
            return _fatal(OUT_OF_MEMORY, _memory_words(look.memory, limits.memory), look.frame)
        stall = limits.stall_seconds
        if stall is not None and silence >= stall * self._patience:
            return _fatal(STALLED, _stall_words(silence, look.frame), look.frame)
        if look.frame is None or limits.frame_seconds is None:
            return None
        if self._frame_seconds >= limits.frame_seconds:
            return _fatal(FRAME_TOO_LONG, _frame_words(look.frame, self._frame_seconds), look.frame)
        return None


def _works(since: Look, look: Look) -> bool:
    """Whether more was done since then than a hung program does."""
    seconds = look.at - since.at
    cpu, io = look.cpu - since.cpu, look.io - since.io
    return cpu >= max(LEAST_CPU, IDLE_CPU * seconds) or io >= max(LEAST_IO, IDLE_IO * seconds)


def _is_busy(last: Look, look: Look) -> bool:
    """Whether it worked between two looks, after a silence that hides that in the mean."""
    seconds = look.at - last.at
    return (
        look.cpu - last.cpu >= max(LEAST_CPU, BUSY_CPU * seconds) or look.io - last.io >= LEAST_IO
    )


def _fatal(code: str, text: str, frame: int | None) -> Problem:
    return Problem(code, text, Severity.FATAL, frame)


def _stall_words(seconds: float, frame: int | None) -> str:
    words = _(
        "No sign of life for {time}: no log line, no file, no processor time, no disk. The "
        "renderer was ended."
    ).format(time=in_words(seconds))
    in_work = "" if frame is None else _("Frame {frame} was in work.").format(frame=frame)
    return f"{words} {in_work}".strip()


def _frame_words(frame: int, seconds: float) -> str:
    return _(
        "Frame {frame} was in work for {time}, which is longer than a frame of this task may take. "
        "The renderer was ended."
    ).format(frame=frame, time=in_words(seconds))


def _memory_words(memory: int, limit: int) -> str:
    return _(
        "The renderer used {memory:,} MB of memory, and a run may use {limit:,} MB. It was ended."
    ).format(memory=round(memory / MEGABYTE), limit=round(limit / MEGABYTE))


def in_words(seconds: float) -> str:
    """“45 seconds”, “10 minutes”, “2 hours”: a round figure."""
    if seconds < 120:
        count = round(seconds)
        return ngettext("{count} second", "{count} seconds", count).format(count=count)
    if seconds < 7200:
        count = round(seconds / 60)
        return ngettext("{count} minute", "{count} minutes", count).format(count=count)
    count = round(seconds / 3600)
    return ngettext("{count} hour", "{count} hours", count).format(count=count)
