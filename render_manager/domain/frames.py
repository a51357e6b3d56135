"""Frame numbers: the text a person writes, and the table of a task's frame states."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.states import FrameState, may_move

MAX_FRAMES = 1_000_000
"""The most frames that one task holds."""

MAX_NUMBER = 2**31 - 1

_PART = re.compile(r"(?P<first>-?\d+)(?:-(?P<last>-?\d+)(?:[xy:](?P<step>\d+))?)?")


def parse_frames(text: str) -> tuple[int, ...]:
    """The ascending frame numbers that `text` names, such as "1-100x2,150" or "-5-5".

    The grammar is Fileseq's: numbers, ranges, `x` for every Nth, `y` for all but every Nth, `:` for
    staggered. Raises UserError with a sentence for a person; a huge range is refused before it is
    expanded.
    """
    # Fileseq takes 0.2 s to import, which the start of the program should not pay.
    from fileseq import FrameSet

    parts = [part for part in re.split(r"[,;\s]+", text.replace("–", "-").strip()) if part]
    if not parts:
        raise UserError(
            _("Name the frames to render, for example 1-100 or 1-100x2,150."), field="frames"
        )
    numbers: set[int] = set()
    for part in parts:
        _check_part(part)
        numbers.update(FrameSet(part))
        if len(numbers) > MAX_FRAMES:
            raise _too_many(text)
    return tuple(sorted(numbers))


def _check_part(part: str) -> None:
    match = _PART.fullmatch(part)
    if match is None or len(part) > 40:
        raise UserError(
            _("“{part}” is not a frame range. Write it like 1-100, 1-100x2 or 7.").format(
                part=part[:40]
            ),
            field="frames",
        )
    first = int(match["first"])
    last = int(match["last"] or first)
    if last < first:
        raise UserError(
            _("The frames {part} run backwards. Write {first}-{last}.").format(
                part=part, first=last, last=first
            ),
            field="frames",
        )
    if match["step"] is not None and int(match["step"]) == 0:
        raise UserError(
            _("The step in {part} is 0. Use 1 or more.").format(part=part), field="frames"
        )
    if last - first >= MAX_FRAMES:
        raise _too_many(part)
    if max(abs(first), abs(last)) > MAX_NUMBER:
        raise UserError(
            _("Frame numbers in {part} are out of range.").format(part=part), field="frames"
        )


def _too_many(text: str) -> UserError:
    return UserError(
        _("{part} is too many frames: a task holds at most {most:,}. Split it.").format(
            part=text[:40], most=MAX_FRAMES
        ),
        field="frames",
    )


def format_frames(numbers: Iterable[int]) -> str:
    """The usual text for frame numbers: (1, 2, 3, 7) gives "1-3,7", (1, 3, 5) gives "1-5x2"."""
    from fileseq import FrameSet

    return str(FrameSet.framesToFrameRange(sorted(set(numbers))))


def names_frame(text: str, number: int) -> bool:
    """Whether `text`, as `format_frames` writes it, names this frame. Nothing is expanded."""
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is not None:
            first, last = int(match["first"]), int(match["last"] or match["first"])
            if first <= number <= last and (number - first) % int(match["step"] or 1) == 0:
                return True
    return False


_STATES = tuple(map(int, FrameState))
"""As plain numbers: 10,000 tables are made at the start of the program."""


class FrameTable:
    """A task's frames: ascending numbers and a state byte each.

    A frame is addressed by its index (its place among the task's frames). One million frames take
    one megabyte where the numbers are evenly spaced.
    """

    __slots__ = ("_counts", "_states", "numbers")

    def __init__(self, numbers: Sequence[int] = (), states: bytes | None = None) -> None:
        self.numbers: Sequence[int] = _compact(numbers)
        self._states = bytearray(len(numbers)) if states is None else bytearray(states)
        if len(self._states) != len(self.numbers):
            raise ValueError(f"{len(self._states)} states for {len(self.numbers)} frames")
        self._counts = [self._states.count(state) for state in _STATES]

    def __len__(self) -> int:
        return len(self._states)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many frames are pending, rendering, completed, failed."""
        pending, rendering, completed, failed = self._counts
        return pending, rendering, completed, failed

    @property
    def states(self) -> bytes:
        return bytes(self._states)

    def index(self, number: int) -> int | None:
        """The index of frame `number`, or None if the task has no such frame."""
        if isinstance(self.numbers, range):
            return self.numbers.index(number) if number in self.numbers else None
        place = bisect_left(self.numbers, number)
        found = place < len(self.numbers) and self.numbers[place] == number
        return place if found else None

    def state(self, index: int) -> FrameState:
        return FrameState(self._states[index])

    def move(self, index: int, after: FrameState) -> bool:
        """Put a frame into state `after` if the table of moves allows it; say whether it did."""
        before = self.state(index)
        if not may_move(before, after):
            return False
        self._states[index] = after
        self._counts[before] -= 1
        self._counts[after] += 1
        return True

    def put(self, index: int, state: FrameState) -> None:
        """The state that another machine tells, whatever it was before."""
        self._counts[self._states[index]] -= 1
        self._counts[state] += 1
        self._states[index] = state

    def indexes(self, state: FrameState, within: range | None = None) -> Iterator[int]:
        """The indexes of all frames in `state`, or of those `within`; ascending."""
        if within is None or within == range(len(self)):
            within, states = range(len(self)), self._states
        else:
            states = self._states[within.start : within.stop : within.step]
        place = states.find(state)
        while place >= 0:
            yield within[place]
            place = states.find(state, place + 1)


def _compact(numbers: Sequence[int]) -> Sequence[int]:
    if isinstance(numbers, range):
        return numbers
    if len(numbers) > 1:
        even = range(numbers[0], numbers[-1] + 1, max(1, numbers[1] - numbers[0]))
        if len(even) == len(numbers) and all(a == b for a, b in zip(even, numbers, strict=True)):
            return even
    return array("i", numbers)
