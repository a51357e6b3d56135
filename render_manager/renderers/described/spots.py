"""Where something stands in a scene: a pattern for a line, or for the lines of a block.

`'KFI(-?\\d+)'` is tried on every line. `{ block = '^Root \\{', until = '^\\}', pattern = '…' }` is tried
only on lines between one that fulfils `block` and the next that fulfils `until`, both included.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from render_manager.renderers.described.values import NumberRegex, Regex, TextRegex
from render_manager.renderers.literals import certain_text


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
        self._pattern = Quick(spot.pattern)
        self._block = Quick(spot.block) if spot.block else None
        self._until = Quick(spot.until) if spot.until else None
        self._is_open = self._block is None

    def look(self, line: str) -> str | None:
        """What stands in the line; of a block only the first."""
        if self._block is not None and self._block.search(line):
            self._is_open = True
        if not self._is_open:
            return None
        match = self._pattern.search(line)
        if self._block is not None:
            is_over = self._until is not None and self._until.search(line)
            self._is_open = not (match or is_over)
        return match[1] if match else None


class Quick:
    """A pattern that is only tried on lines with the text that it cannot do without."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._text, self._pattern = certain_text(pattern.pattern), pattern

    def search(self, line: str) -> re.Match[str] | None:
        return self._pattern.search(line) if self._text in line else None
