"""A weekly table of hours, such as “Mo-Fr 19:00-08:00, Sa-Su all day”, by the clock on the wall.

What is written is days and times; times may go past midnight, and belong to the day on which they
begin. A clock that is put forward or back changes how long such a night is, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property, lru_cache

from render_manager.base.i18n import _

ALWAYS = "always"
ALL_DAY = "all day"

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY, WEEK = 24 * 60, 7 * 24 * 60
"""In minutes."""

LONGEST_TEXT = 500
LOOKAHEAD = 8 * 86_400
"""Seconds in which a table that is not the same all week changes."""

_ALL_DAY = re.compile(r"all\s+day|全天", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")
DAY_NAMES = {
    "mo": 0, "mon": 0, "monday": 0, "周一": 0, "星期一": 0,
    "tu": 1, "tue": 1, "tuesday": 1, "周二": 1, "星期二": 1,
    "we": 2, "wed": 2, "wednesday": 2, "周三": 2, "星期三": 2,
    "th": 3, "thu": 3, "thursday": 3, "周四": 3, "星期四": 3,
    "fr": 4, "fri": 4, "friday": 4, "周五": 4, "星期五": 4,
    "sa": 5, "sat": 5, "saturday": 5, "周六": 5, "星期六": 5,
    "su": 6, "sun": 6, "sunday": 6, "周日": 6, "星期日": 6, "周天": 6,
}  # fmt: skip
_WIDE = str.maketrans("，；：－–—～、", ",;:----,")

Span = tuple[int, int]
"""Minutes of a day from … to; not later than where it begins is on the next day."""


@dataclass(frozen=True, slots=True)
class Rule:
    """On these days (0 is Monday) from and to these times."""

    days: tuple[int, ...]
    spans: tuple[Span, ...]

    def __str__(self) -> str:
        times = [ALL_DAY if span == (0, DAY) else _span_text(span) for span in self.spans]
        return " ".join([*_day_texts(self.days), *times])


@dataclass(frozen=True)
class Hours:
    """The hours of a week in which something is allowed. `str` writes what `parse_hours` reads."""

    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        return ALWAYS if self.is_always else ", ".join(map(str, self.rules))

    @property
    def is_always(self) -> bool:
        return self._stretches == ((0, WEEK),)

    def allowed(self, at: float, tz: tzinfo | None = None) -> bool:
        """Whether it is allowed at that time (seconds since 1970), by the clock of this machine
        or of `tz`."""
        return self._holds(_minute(at, tz))

    def next_change(self, at: float, tz: tzinfo | None = None) -> float | None:
        """When that is otherwise for the first time after `at`; None if it never is."""
        if self.is_always:
            return None
        before, end = self.allowed(at, tz), at + LOOKAHEAD
        while at < end:
            shift = _next_shift(at, tz)
            change = at + 60 * self._minutes_to_change(_minute(at, tz))
            if change < shift:
                return round(change, 3)
            at = shift
            if self.allowed(at, tz) is not before:
                return at
        return None

    def _holds(self, minute: float) -> bool:
        return any(start <= minute < end for start, end in self._stretches)

    def _minutes_to_change(self, minute: float) -> float:
        """From a minute of the week, as long as nobody puts the clock forward or back."""
        edges = [edge for stretch in self._stretches for edge in stretch]
        if (0 in edges) and (WEEK in edges):  # the week goes on where it began
            edges = [edge for edge in edges if edge not in (0, WEEK)]
        return min((edge - minute) % WEEK or WEEK for edge in edges)

    @cached_property
    def _stretches(self) -> tuple[Span, ...]:
        """Minutes of the week from … to, in order, none touching the next."""
        merged: list[list[int]] = []
        for start, end in sorted(self._pieces()):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        return tuple((start, end) for start, end in merged)

    def _pieces(self) -> Iterator[Span]:
        for rule in self.rules:
            for day in rule.days:
                for start, end in rule.spans:
                    first = day * DAY + start
                    last = day * DAY + (end if end > start else end + DAY)
                    yield first, min(last, WEEK)
                    if last > WEEK:
                        yield 0, last - WEEK


WHOLE_WEEK = Hours((Rule(tuple(range(7)), ((0, DAY),)),))


@lru_cache(maxsize=1024)
def parse_hours(text: str) -> Hours:
    """Read a table. Raises ValueError with half a sentence that says what to write."""
    plain = text.translate(_WIDE).strip()
    if len(plain) > LONGEST_TEXT:
        raise ValueError(_("use {most} characters at most").format(most=LONGEST_TEXT))
    if plain.casefold() == ALWAYS:
        return WHOLE_WEEK
    parts = [part for part in re.split(r"[,;]", plain) if part.strip()]
    if not parts:
        raise ValueError(_("write it like Mo-Fr 19:00-08:00, Sa-Su all day"))
    return Hours(tuple(map(_rule, parts)))


def _rule(part: str) -> Rule:
    part = part.strip()
    words = re.sub(r"\s*-\s*", "-", _ALL_DAY.sub("00:00-24:00", part)).split()
    days: set[int] = set()
    spans: list[Span] = []
    for word in words:
        if match := _SPAN.fullmatch(word):
            spans.append(_span(word, match))
        elif word.casefold() == "daily":
            days.update(range(7))
        else:
            days.update(_days(word))
    if not spans:
        raise ValueError(
            _("“{part}” has no times: write {part} all day, or {part} 19:00-08:00").format(
                part=part
            )
        )
    return Rule(tuple(sorted(days or range(7))), tuple(spans))


def _days(word: str) -> list[int]:
    ends = [DAY_NAMES.get(name) for name in word.casefold().split("-")]
    if len(ends) > 2 or None in ends:
        raise ValueError(
            _("“{word}” is neither a day (Mo, Mo-Fr) nor a time (19:00-08:00)").format(word=word)
        )
    first, last = ends[0] or 0, ends[-1] or 0
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _span(word: str, match: re.Match[str]) -> Span:
    hour, minute, end_hour, end_minute = (int(each or 0) for each in match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or start >= DAY or end > DAY:
        raise ValueError(_("“{word}” is no time of day").format(word=word))
    return start, end


def _span_text(span: Span) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)


def _day_texts(days: tuple[int, ...]) -> list[str]:
    """As few names and ranges as say it; none for every day."""
    if len(days) == 7:
        return []
    found: list[list[int]] = []
    for day in days:
        if found and day == found[-1][-1] + 1:
            found[-1].append(day)
        else:
            found.append([day])
    return [DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in found]


# --- the clock on the wall ------------------------------------------------------------------------


def on_the_wall(at: float, tz: tzinfo | None = None) -> datetime:
    """The local time, of this machine unless a zone is named."""
    return datetime.fromtimestamp(at, UTC).astimezone(tz)


def _minute(at: float, tz: tzinfo | None) -> float:
    """The minute of the week."""
    wall = on_the_wall(at, tz)
    seconds = wall.second + wall.microsecond / 1e6
    return wall.weekday() * DAY + wall.hour * 60 + wall.minute + seconds / 60


def _next_shift(at: float, tz: tzinfo | None) -> float:
    """When the clock on the wall is put forward or back, if that is within a day; else a day on."""
    before, low, high = _offset(at, tz), at, at + 86_400
    if _offset(high, tz) == before:
        return high
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if _offset(middle, tz) == before else (low, middle)
    return float(round(high))  # zones change at whole seconds


def _offset(at: float, tz: tzinfo | None) -> float:
    offset = on_the_wall(at, tz).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0
