"""What users write of times, checked and made into wishes of a task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from render_manager.base import moments
from render_manager.base.errors import UserError
from render_manager.base.hours import parse_hours
from render_manager.base.i18n import _
from render_manager.domain.timetable import TimeWishes
from render_manager.service.schemas import Submission, TaskChanges

Value = TypeVar("Value")


def wished(before: TimeWishes, asked: Submission | TaskChanges, now: float) -> TimeWishes:
    """The wishes with what is asked for; None stays, an empty text or 0 takes a wish away. Raises
    UserError naming the field."""
    times = before
    if asked.start_at is not None:
        times = replace(times, start_at=_moment("start_at", asked.start_at, now))
    if asked.ready_by is not None:
        times = replace(times, ready_by=_moment("ready_by", asked.ready_by, now))
    if asked.hours is not None:
        times = replace(times, hours=checked_hours(asked.hours))
    return times


def _moment(field: str, asked: str | float, now: float) -> float | None:
    if not asked or (isinstance(asked, str) and not asked.strip()):
        return None
    if isinstance(asked, str):
        return _checked(field, asked, lambda: moments.parse_moment(asked, now))
    return _checked(field, asked, lambda: moments.checked(asked))


def checked_hours(text: str) -> str | None:
    """A table as it is kept, None if there is none. Raises UserError naming the field."""
    return _checked("hours", text, lambda: str(parse_hours(text))) if text.strip() else None


def _checked(field: str, asked: object, read: Callable[[], Value]) -> Value:
    try:
        return read()
    except ValueError as error:
        raise UserError(
            _("“{text}” cannot be used: {why}.").format(text=str(asked)[:80], why=error),
            field=field,
        ) from None
