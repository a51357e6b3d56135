"""Which frames are shown, and at which place: all of them, or some."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


class ShownRows:
    """Rows of the model in ascending order; a row's place is where it stands among them."""

    def __init__(self, rows: Sequence[int] = range(0)) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShownRows) and self._rows == other._rows

    __hash__ = None  # type: ignore[assignment]

    def row(self, place: int) -> int:
        return self._rows[place]

    def rows(self, first: int, last: int) -> Sequence[int]:
        """The rows from place `first` to place `last`, both included."""
        return self._rows[first : last + 1]

    def nearest(self, row: int) -> int:
        """The place of a row, or of the next one that is shown; the last one's if there is none."""
        return max(0, min(bisect_left(self._rows, row), len(self._rows) - 1))

    def place(self, row: int) -> int | None:
        """The place of a row; None if it is not shown."""
        nearest = self.nearest(row)
        found = nearest < len(self._rows) and self._rows[nearest] == row
        return nearest if found else None
