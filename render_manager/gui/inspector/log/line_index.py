"""Where the lines of a growing file begin. No Qt, no disk. numpy is imported with the first log."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LF, _CR = 10, 13


class LineIndex:
    """Eight bytes a line. Lines end with \\n, \\r\\n or \\r (progress bars); they count from 0."""

    def __init__(self) -> None:
        self._starts = array("Q", [0])
        self.end = 0
        """How many bytes of the file were taken in."""

    def take(self, data: bytes) -> None:
        """Take in bytes that follow those before.

        A \\r at the very end may be the first half of \\r\\n, so it is left for the next time.
        """
        import numpy as np

        data = data.removesuffix(b"\r")
        block = np.frombuffer(data, np.uint8)
        is_end = block == _LF
        is_return = block == _CR
        is_return[:-1] &= ~is_end[1:]
        starts = np.flatnonzero(is_end | is_return) + (self.end + 1)
        self._starts.frombytes(starts.astype(np.uint64).tobytes())
        self.end += len(data)

    @property
    def complete(self) -> int:
        """The number of lines that have an end."""
        return len(self._starts) - 1

    @property
    def count(self) -> int:
        """The number of lines, also the last one that has no end yet."""
        return self.complete + (self.end > self._starts[-1])

    def span(self, first: int, after: int) -> tuple[int, int]:
        """The bytes from line `first` up to line `after`, which is not among them."""
        begin = self._starts[first]
        return begin, self._starts[after] if after <= self.complete else self.end

    def lines_at(self, offsets: list[int], first: int, after: int) -> npt.NDArray[np.int64]:
        """The lines in which these bytes lie; all of them between `first` and `after`."""
        import numpy as np

        starts = np.array(self._starts[first : after + 1], dtype=np.uint64)
        found = np.searchsorted(starts, np.array(offsets, dtype=np.uint64), side="right")
        return found.astype(np.int64) + (first - 1)
