"""The lines that our drivers inside renderers print: a JSON object after `[render-manager]`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MARKER = "[render-manager] "

_LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class Marker:
    """What one marker says; facts that are absent or of a wrong type are None or empty."""

    event: str
    facts: dict[str, Any]

    @property
    def frame(self) -> int | None:
        return self.count("frame")

    def count(self, name: str) -> int | None:
        value = self.facts.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return value if abs(value) <= _LARGEST else None

    def seconds(self) -> float | None:
        value = self.facts.get("seconds")
        return float(value) if isinstance(value, int | float) and 0 <= value <= _LARGEST else None

    def text(self, name: str) -> str:
        value = self.facts.get(name)
        return value if isinstance(value, str) else ""


def split_marker(line: str) -> tuple[str, Marker | None]:
    """The part of the line before a marker, which is the renderer's own, and the marker if there is one.

    It may not have ended its line when the driver writes.
    """
    before, mark, after = line.partition(MARKER)
    marker = _read(after) if mark else None
    return (line, None) if marker is None else (before, marker)


def _read(text: str) -> Marker | None:
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(facts, dict) or not isinstance(facts.get("event"), str):
        return None
    return Marker(facts["event"], facts)
