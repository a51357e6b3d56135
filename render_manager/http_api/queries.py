"""What may stand behind the question mark, checked and with defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from render_manager.base.errors import UserError
from render_manager.base.i18n import _

MOST = 2**53


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter: a whole number from `least` to `most` if `least` is given, else a text that is
    one of `choices` if there are some."""

    name: str
    says: str
    default: Any = ""
    least: int | None = None
    most: int = MOST
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> Any:
        """Raises UserError."""
        if self.least is not None:
            return self._number(text)
        if self.choices and text not in self.choices:
            raise self._error(", ".join(self.choices))
        return text

    def _number(self, text: str) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
            raise self._error(f"{self.least}–{self.most}")
        number = int(text)
        if not (self.least or 0) <= number <= self.most:
            raise self._error(f"{self.least}–{self.most}")
        return number

    def _error(self, wanted: str) -> UserError:
        sentence = _("{name} takes: {wanted}.")
        return UserError(sentence.format(name=self.name, wanted=wanted), field=self.name)


def read_query(known: tuple[Query, ...], given: Mapping[str, str]) -> dict[str, Any]:
    """Every known parameter with its value; others are left aside, as in the original service.
    Raises UserError."""
    return {
        each.name: each.read(given[each.name]) if each.name in given else each.default
        for each in known
    }


STATES = ("pending", "running", "paused", "completed", "failed", "cancelled")
ORDERS = ("turn", "id", "name", "priority", "created_at", "status", "progress")
LIMIT = Query("limit", "How many at most", 100, 1, 1_000)
OFFSET = Query("offset", "How many to pass over", 0, 0)

DETAIL = Query("detail", "full tells all that is known", choices=("full",))
DETAIL_QUERY = (DETAIL,)

TASK_QUERY = (
    Query("status", "Only those in this state", choices=STATES),
    Query("render_engine", "Only those of this renderer"),
    Query("search", "Only those with this in their name or path"),
    LIMIT,
    OFFSET,
    Query(
        "order",
        "By what; with - in front the other way round",
        "turn",
        choices=(*ORDERS, *(f"-{each}" for each in ORDERS[1:])),
    ),
)

FRAME_QUERY = (
    Query(
        "status",
        "Only those in this state",
        choices=("pending", "rendering", "completed", "failed"),
    ),
    Query("limit", "How many at most", 10_000, 1, 10_000),
    OFFSET,
    DETAIL,
)

LOG_QUERY = (
    Query("run", "The id of a run; else the newest", 0, 0),
    Query("offset", "The byte to begin at", 0, 0),
    Query("tail", "Only the last so many bytes", 0, 0),
)

FILE_QUERY = (Query("file", "Which of its files, by name; else the main one"),)

MACHINE_QUERY = (Query("machine", "Which one, by name", "local"),)
