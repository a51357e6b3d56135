"""A moment as people write it: “19:00”, “Fr 19:00”, “2026-11-27 08:00” or “+2h”, by the clock of
this machine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from render_manager.base.hours import DAY_NAMES, on_the_wall
from render_manager.base.i18n import _

LATEST = 7_258_118_400
"""The year 2200."""

_CLOCK = re.compile(r"(?:(\w+)\s+)?(\d{1,2}):(\d\d)")
_LATER = re.compile(r"\+\s*(\d{1,6}(?:\.\d{1,3})?)\s*(m|min|h|d)")
_SECONDS = {"m": 60, "min": 60, "h": 3600, "d": 86_400}


def parse_moment(text: str, now: float, tz: tzinfo | None = None) -> float:
    """Seconds since 1970. A time of day is the next one after `now`, “Fr 19:00” the next Friday's.
    Raises ValueError with half a sentence that says what to write."""
    plain = text.strip().casefold().replace("：", ":")
    if match := _LATER.fullmatch(plain):
        return checked(now + float(match[1]) * _SECONDS[match[2]])
    if match := _CLOCK.fullmatch(plain):
        return _next_time(match, now, tz)
    try:
        moment = datetime.fromisoformat(plain.upper())
    except ValueError:
        raise _unclear() from None
    return checked(_instant(moment, tz))


def checked(at: float) -> float:
    """Raises ValueError if a clock cannot show it."""
    if not 0 <= at <= LATEST:
        raise ValueError(_("use a time between 1970 and 2200"))
    return at


def written(at: float, tz: tzinfo | None = None) -> str:
    """As `parse_moment` reads it."""
    wall = on_the_wall(at, tz)
    return wall.strftime("%Y-%m-%d %H:%M:%S" if wall.second else "%Y-%m-%d %H:%M")


def briefly(at: float, now: float, tz: tzinfo | None = None) -> str:
    """“19:00” within a day, else with its date."""
    wall, today = on_the_wall(at, tz), on_the_wall(now, tz)
    is_near = wall.date() == today.date() or 0 <= at - now < 12 * 3600
    return wall.strftime("%H:%M") if is_near else wall.strftime("%Y-%m-%d %H:%M")


def _next_time(match: re.Match[str], now: float, tz: tzinfo | None) -> float:
    day, hour, minute = match[1], int(match[2]), int(match[3])
    if (day is not None and day not in DAY_NAMES) or hour > 23 or minute > 59:
        raise _unclear()
    today = on_the_wall(now, tz)
    midnight = datetime(today.year, today.month, today.day)
    for days in range(9):
        that = midnight + timedelta(days=days, hours=hour, minutes=minute)
        at = _instant(that, tz)
        if at > now and (day is None or that.weekday() == DAY_NAMES[day]):
            return at
    raise _unclear()


def _instant(moment: datetime, tz: tzinfo | None) -> float:
    """Of a moment without a zone by the wall's clock."""
    try:
        if moment.tzinfo is None and tz is not None:
            moment = moment.replace(tzinfo=tz)
        return moment.astimezone(UTC).timestamp()
    except (OverflowError, OSError, ValueError):
        raise ValueError(_("use a time between 1970 and 2200")) from None


def _unclear() -> ValueError:
    return ValueError(_("write it like 19:00, Fr 19:00, 2026-11-27 08:00 or +2h"))
