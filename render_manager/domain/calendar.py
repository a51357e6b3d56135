"""Tables of hours as moments: looked up once, then asked for thousands of times."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import tzinfo

from render_manager.base.hours import parse_hours


@dataclass(slots=True)
class _Changes:
    """Whether it is allowed at first, and the moments at which that is otherwise, as far as known."""

    is_open: bool
    moments: list[float] = field(default_factory=list)
    is_all: bool = False


class Calendar:
    """Whether tables of hours allow something, from `start` on."""

    def __init__(self, start: float, tz: tzinfo | None = None) -> None:
        self._start = start
        self._tz = tz
        self._tables: dict[str, _Changes] = {}

    def is_open(self, text: str | None, at: float) -> bool:
        """By the table `text`, None is always."""
        if text is None:
            return True
        table = self._known(text, at)
        return table.is_open is (bisect_right(table.moments, at) % 2 == 0)

    def next_change(self, text: str | None, at: float) -> float | None:
        if text is None:
            return None
        table = self._known(text, at)
        place = bisect_right(table.moments, at)
        return table.moments[place] if place < len(table.moments) else None

    def _known(self, text: str, at: float) -> _Changes:
        """The table with its changes up to the first after `at`."""
        hours = parse_hours(text)
        table = self._tables.get(text)
        if table is None:
            table = self._tables[text] = _Changes(hours.allowed(self._start, self._tz))
        while not table.is_all and (not table.moments or table.moments[-1] <= at):
            last = table.moments[-1] if table.moments else self._start
            change = hours.next_change(last, self._tz)
            if change is None:
                table.is_all = True
            else:
                table.moments.append(change)
        return table
