"""Which passes of which frames are done: a pass is one layer of a frame, seen by one camera."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Frame:
    paths: dict[str, int] = field(default_factory=dict)
    """Each file, and how many passes were done when it was written."""
    passes: int = 0
    seconds: float = 0.0
    is_timed: bool = False


class Passes:
    """Gathers the files of each frame until `expected` passes of it are done."""

    def __init__(self, frames: tuple[int, ...], expected: int) -> None:
        self.expected = expected
        self._order = frames
        self._frames: dict[int, _Frame] = {}
        self._finished: set[int] = set()
        self._spoiled: set[int] = set()

    @property
    def open(self) -> Iterator[int]:
        """The frames that have files and lack passes."""
        yield from [number for number, frame in self._frames.items() if frame.paths]

    def next_after(self, frame: int | None) -> int | None:
        """The frame that comes after this one; after the last the first, of the next layer."""
        if not self._order:
            return None
        if frame not in self._order:
            return self._order[0]
        return self._order[(self._order.index(frame) + 1) % len(self._order)]

    def percent(self, frame: int, of_pass: float) -> float:
        """How far the whole frame is, when this pass of it is so far."""
        known = self._frames.get(frame)
        done = min(known.passes if known else 0, self.expected - 1)
        return min(100.0, (100.0 * done + of_pass) / self.expected)

    def overwrites(self, frame: int, path: str) -> bool:
        """Whether an earlier pass of the frame wrote the same file, which is lost then."""
        known = self._frames.get(frame)
        return known is not None and known.paths.get(path, known.passes) < known.passes

    def save(self, frame: int, path: str) -> tuple[str, ...]:
        """Note a file. Told at once if the frame has one pass, or is finished anyway."""
        if frame in self._spoiled:
            return ()
        if frame in self._finished:
            return (path,)
        known = self._frames.setdefault(frame, _Frame())
        known.paths[path] = known.passes
        return (path,) if self.expected == 1 else ()

    def end_pass(self, frame: int, seconds: float | None) -> bool:
        """Whether that was the last pass of the frame, and none of them was given up."""
        if frame in self._spoiled or frame in self._finished:
            return False
        known = self._frames.setdefault(frame, _Frame())
        known.passes += 1
        known.seconds += seconds or 0.0
        known.is_timed |= seconds is not None
        return known.passes >= self.expected

    def finish(self, frame: int) -> tuple[tuple[str, ...], float | None]:
        """The files that were not told yet, and the seconds that all passes took, if known."""
        known = self._frames.pop(frame, _Frame())
        self._finished.add(frame)
        paths = () if self.expected == 1 else tuple(known.paths)
        return paths, known.seconds if known.is_timed else None

    def spoil(self, frame: int) -> None:
        """The frame was given up: whatever is written of it is no evidence."""
        self._frames.pop(frame, None)
        self._spoiled.add(frame)
