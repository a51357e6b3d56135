"""The terms on which tasks are rendered, as users ask for them, checked before anything is changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.evidence import OnSuspicion
from render_manager.domain.queue import Queue
from render_manager.domain.terms import Terms
from render_manager.service.kept_to import kept_to
from render_manager.service.needs import needed, supply_of
from render_manager.service.schemas import Submission, TaskChanges
from render_manager.service.times import wished
from render_manager.service.waits import waits

MOST_RETRIES = 100
MOST_BEFORE_APPROVAL = 1_000_000


def usual(settings: Settings) -> Terms:
    """Those of a task for which nobody asks for others."""
    return Terms(
        priority=settings.default_priority,
        max_retries=settings.max_retries,
        on_suspicion=OnSuspicion(settings.on_suspicion),
    )


def agreed(
    before: Terms,
    asked: Submission | TaskChanges,
    queue: Queue,
    settings: Settings,
    now: float,
    task_ids: Collection[int] = (),
) -> Terms:
    """The terms with what is asked for; what is None stays. `task_ids` are the tasks that get such
    terms together; none is a new one. Raises UserError naming the field."""
    return replace(
        before,
        priority=_asked(asked.priority, before.priority, checked_priority),
        max_retries=_asked(asked.max_retries, before.max_retries, _checked_retries),
        on_suspicion=asked.on_suspicion or before.on_suspicion,
        times=wished(before.times, asked, now),
        kept_to=kept_to(before.kept_to, asked.machines),
        needs=needed(before.needs, asked.needs, supply_of(settings)),
        after=waits(before.after, asked.depends_on, queue, task_ids),
        frame_order=asked.frame_order or before.frame_order,
        approve_after=_asked(asked.approve_after, before.approve_after, _checked_approval),
    )


def checked_priority(priority: int) -> int:
    """Raises UserError."""
    if not 0 <= priority <= 10:
        raise UserError(
            _("The priority is {priority}. Use 0 to 10.").format(priority=priority),
            field="priority",
        )
    return priority


def _asked(value: int | None, before: int, check: Callable[[int], int]) -> int:
    return before if value is None else check(value)


def _checked_approval(count: int) -> int:
    if not 0 <= count <= MOST_BEFORE_APPROVAL:
        raise UserError(
            _("Frames before approval go from 0 to {most:,}.").format(most=MOST_BEFORE_APPROVAL),
            field="approve_after",
        )
    return count


def _checked_retries(retries: int) -> int:
    if not 0 <= retries <= MOST_RETRIES:
        raise UserError(
            _("max_retries is {count}. Use 0 to {most}.").format(count=retries, most=MOST_RETRIES),
            field="max_retries",
        )
    return retries
