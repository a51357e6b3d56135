"""Why a task is not being rendered: pure, from the queue to sentences for a person."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from render_manager.base import moments
from render_manager.base.i18n import _, ngettext
from render_manager.domain.scheduling import Limits, is_waiting
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task, in_turn, sort_key
from render_manager.domain.timetable import Timetable

MOST_NAMED = 3
"""Tasks that a sentence names."""


def why_waiting(
    task: Task,
    tasks: Iterable[Task],
    limits: Limits,
    timetable: Timetable,
    *,
    is_open: bool = True,
    holdup: str | None = None,
) -> list[str]:
    """Sentences, the weightiest first; none for a task that is rendered or has ended.

    `is_open` says whether any run is started at all, `holdup` is one more sentence.
    """
    match task.state:
        case TaskState.PAUSED:
            return [task.error_message or _("It is paused. Resume it, and it gets its turn.")]
        case TaskState.PENDING:
            if not task.is_inspected:
                return [_("Its scene is still being read.")]
            reasons = list(_reasons(task, list(tasks), limits, timetable, is_open, holdup))
            return reasons or [_("It is about to start.")]
    return []


def _reasons(
    task: Task,
    tasks: list[Task],
    limits: Limits,
    timetable: Timetable,
    is_open: bool,
    holdup: str | None,
) -> Iterator[str]:
    now = timetable.now
    yield from _not_yet(task, timetable)
    yield from _own_pause(task, now)
    if not is_open:
        yield _("No more runs are started for now.")
    if holdup:
        yield holdup
    yield from _full(task, tasks, limits)
    yield from _ahead(task, [each for each in tasks if timetable.is_open(each)], now)


def _not_yet(task: Task, timetable: Timetable) -> Iterator[str]:
    """When it may run, if it may not now."""
    if timetable.is_open(task):
        return
    at, hours = timetable.opens_at(task), timetable.hours_of(task)
    start = task.times.start_at
    if at is None:
        yield _("It starts in no foreseeable time. Look at its hours ({hours}).").format(
            hours=hours
        )
    elif start is not None and at <= start:
        yield _("Starts at {time}.").format(time=moments.briefly(at, timetable.now))
    else:
        yield _("Starts at {time}, when its hours begin ({hours}).").format(
            time=moments.briefly(at, timetable.now), hours=hours
        )


def _own_pause(task: Task, now: float) -> Iterator[str]:
    if task.retry_at is None or task.retry_at <= now:
        return
    at = _clock_time(task.retry_at)
    if task.waits_for_license_since is None:
        yield _("It failed and is tried again at {time}.").format(time=at)
    else:
        since = _clock_time(task.waits_for_license_since)
        yield _("There has been no free licence since {since}; the next try is at {time}.").format(
            since=since, time=at
        )


def _full(task: Task, tasks: list[Task], limits: Limits) -> Iterator[str]:
    """Which limit leaves no room, and who is at work."""
    busy = [other for other in tasks if other.runs]
    runs = sum(len(other.runs) for other in busy)
    same = [other for other in busy if other.job.renderer == task.job.renderer]
    most = limits.per_renderer.get(task.job.renderer)
    if most is not None and sum(len(other.runs) for other in same) >= most:
        yield ngettext(
            "Its renderer may have {count} run at once, taken by {tasks}.",
            "Its renderer may have {count} runs at once, taken by {tasks}.",
            most,
        ).format(count=most, tasks=_names(same))
    elif runs >= limits.slots:
        yield ngettext(
            "The only slot is taken by {tasks}.",
            "All {count} slots are taken by {tasks}.",
            limits.slots,
        ).format(count=limits.slots, tasks=_names(busy))


def _ahead(task: Task, tasks: list[Task], now: float) -> Iterator[str]:
    mine = sort_key(task)
    ahead = [t for t in tasks if sort_key(t) < mine and not t.runs and is_waiting(t, now)]
    if ahead:
        yield ngettext(
            "{count} task is ahead of it: {tasks}",
            "{count} tasks are ahead of it: {tasks}",
            len(ahead),
        ).format(count=len(ahead), tasks=_names(in_turn(ahead)))


def _names(tasks: Sequence[Task]) -> str:
    names = [task.job.name for task in tasks[:MOST_NAMED]]
    return ", ".join(names) + (" …" if len(tasks) > MOST_NAMED else "")


def _clock_time(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
