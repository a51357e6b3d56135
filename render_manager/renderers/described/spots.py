"""Where something stands in a scene: a pattern for a line, or for the lines of a block.

`'KFI(-?\\d+)'` is tried on every line. `{ block = '^Root \\{', until = '^\\}', pattern = '…' }` is tried
only on lines between one that fulfils `block` and the next that fulfils `until`, both included.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from render_manager.renderers.described.values import NumberRegex, Regex, TextRegex


class _Spot(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    block: Regex | None = None
    until: Regex | None = None


class InNumbers(_Spot):
    """A spot whose first (brackets) hold a number."""

    pattern: NumberRegex


class InTexts(_Spot):
    """A spot whose first (brackets) hold a text."""

    pattern: TextRegex


def _as_table(value: object) -> object:
    return {"pattern": value} if isinstance(value, str) else value


NumberSpot = Annotated[InNumbers, BeforeValidator(_as_table)]
TextSpot = Annotated[InTexts, BeforeValidator(_as_table)]


class Finder:
    """Looks for one spot, line by line."""

    def __init__(self, spot: InNumbers | InTexts) -> None:
        self._spot = spot
        self._is_inside = spot.block is None
        self._is_done = False

    def look(self, line: str) -> str | None:
        """What stands in the line; of a block only the first."""
        spot = self._spot
        if spot.block is not None and spot.block.search(line):
            self._is_inside, self._is_done = True, False
        if not self._is_inside or self._is_done:
            return None
        found = self._first(spot.pattern, line)
        if spot.block is not None:
            self._is_done = found is not None
            self._is_inside = spot.until is None or not spot.until.search(line)
        return found

    @staticmethod
    def _first(pattern: re.Pattern[str], line: str) -> str | None:
        match = pattern.search(line)
        return match[1] if match else None
