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

_GIVEN = len(_STATES)
"""The byte of a pending frame that a run was given: who looks for free ones passes over it."""

_SHOWN: tuple[FrameState, ...] = (*FrameState, FrameState.PENDING)
"""The state that a byte stands for."""

_AS_SHOWN = bytes(_SHOWN).ljust(256, b"\0")


class FrameTable:
    """A task's frames: ascending numbers and a state byte each.

    A frame is addressed by its index (its place among the task's frames). One million frames take
    one megabyte where the numbers are evenly spaced.
    """

    __slots__ = ("_counts", "_given", "_states", "numbers")

    def __init__(self, numbers: Sequence[int] = (), states: bytes | None = None) -> None:
        self.numbers: Sequence[int] = _compact(numbers)
        self._states = bytearray(len(numbers)) if states is None else bytearray(states)
        if len(self._states) != len(self.numbers):
            raise ValueError(f"{len(self._states)} states for {len(self.numbers)} frames")
        self._counts = [*map(self._states.count, _STATES), 0]
        self._given: set[int] = set()

    def __len__(self) -> int:
        return len(self._states)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many frames are pending, rendering, completed, failed."""
        pending, rendering, completed, failed, given = self._counts
        return pending + given, rendering, completed, failed

    @property
    def states(self) -> bytes:
        return bytes(self._states.translate(_AS_SHOWN) if self._counts[_GIVEN] else self._states)

    def index(self, number: int) -> int | None:
        """The index of frame `number`, or None if the task has no such frame."""
        if isinstance(self.numbers, range):
            return self.numbers.index(number) if number in self.numbers else None
        place = bisect_left(self.numbers, number)
        found = place < len(self.numbers) and self.numbers[place] == number
        return place if found else None

    def state(self, index: int) -> FrameState:
        return _SHOWN[self._states[index]]

    def move(self, index: int, after: FrameState) -> bool:
        """Put a frame into state `after` if the table of moves allows it; say whether it did."""
        if not may_move(self.state(index), after):
            return False
        self.put(index, after)
        return True

    def put(self, index: int, state: FrameState) -> None:
        """The state that another machine tells, whatever it was before."""
        after = _GIVEN if state is FrameState.PENDING and index in self._given else state
        self._counts[self._states[index]] -= 1
        self._counts[after] += 1
        self._states[index] = after

    def indexes(self, state: FrameState, within: range | None = None) -> Iterator[int]:
        """The indexes of all frames in `state`, or of those `within`; ascending."""
        is_mixed = state is FrameState.PENDING and self._counts[_GIVEN]
        states = self._states.translate(_AS_SHOWN) if is_mixed else self._states
        return _places(states, state, within)

    # --- what runs were given -----------------------------------------------------------------

    def give(self, numbers: Iterable[int]) -> None:
        """A run was given these frames: while they are pending they are not free."""
        indexes = self._known(numbers)
        self._given.update(indexes)
        self._put_anew(indexes)

    def take_back(self, numbers: Iterable[int]) -> None:
        """The run that was given these frames has ended."""
        indexes = self._known(numbers)
        self._given.difference_update(indexes)
        self._put_anew(indexes)

    def _known(self, numbers: Iterable[int]) -> list[int]:
        return [index for index in map(self.index, numbers) if index is not None]

    def _put_anew(self, indexes: Iterable[int]) -> None:
        for index in indexes:
            self.put(index, self.state(index))

    @property
    def free_count(self) -> int:
        """How many pending frames no run was given."""
        return self._counts[FrameState.PENDING]

    def free(self, within: range | None = None) -> Iterator[int]:
        """The indexes of the pending frames that no run was given, or of those `within`; ascending."""
        return _places(self._states, FrameState.PENDING, within)


def _places(states: bytearray, state: int, within: range | None) -> Iterator[int]:
    """Where among the bytes a state is."""
    everywhere = range(len(states))
    if within is None:
        within = everywhere
    if within != everywhere:
        states = states[within.start : within.stop : within.step]
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
