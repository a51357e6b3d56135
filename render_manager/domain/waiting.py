"""Why a task is not being rendered: pure, from the queue to sentences for a person."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from render_manager.base import moments
from render_manager.base.i18n import _, ngettext
from render_manager.domain.dependencies import Dependencies
from render_manager.domain.needs import Supply, Usage
from render_manager.domain.scheduling import Limits, is_waiting
from render_manager.domain.states import TaskState, Wish
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
    yield from _after(task, tasks)
    if task.awaits_approval:
        if task.failed_frames:
            yield _(
                "Not all of its first frames came out. Retry those that failed, or approve it all the "
                "same (right-click), and the others are rendered."
            )
            return
        yield ngettext(
            "Its first frame is rendered. Look at it and approve it (right-click), and the others are "
            "rendered.",
            "Its first {count} frames are rendered. Look at them and approve them (right-click), and the "
            "others are rendered.",
            task.approve_after,
        ).format(count=task.approve_after)
        return
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


def _after(task: Task, tasks: list[Task]) -> Iterator[str]:
    """The earlier tasks that it waits for, those first that nobody works at."""
    if not task.after:
        return
    waits_for = Dependencies({each.id: each for each in tasks}).waits_for(task)
    for earlier, _how in waits_for:
        if earlier.state is TaskState.FAILED:
            sentence = _(
                "It waits for {task}, which has failed. Retry that one, or change what this one waits "
                "for."
            )
            yield sentence.format(task=earlier.job.name)
        elif earlier.state is TaskState.CANCELLED:
            sentence = _(
                "It waits for {task}, which was cancelled. Retry that one, or change what this one "
                "waits for."
            )
            yield sentence.format(task=earlier.job.name)
    going = [(each, how) for each, how in waits_for if not each.state.has_ended]
    if whole := [each for each, how in going if not how.by_frame]:
        yield _("It starts when {tasks} is completed.").format(tasks=_names(whole))
    if by_frame := [each for each, how in going if how.by_frame]:
        sentence = _("Each of its frames waits for the same frame of {tasks}.")
        yield sentence.format(tasks=_names(by_frame))


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


def why_lacking(
    task: Task, tasks: Iterable[Task], supply: Supply, machines: Mapping[str, str]
) -> str | None:
    """Which named limit leaves no room for a run of the task, in sentences; None if all do.

    `machines` are those that may render it, and what they are called.
    """
    if never := supply.never_met(task):
        return " ".join(_never_met(task, name, supply) for name in never)
    if not supply.needs_of(task) or not machines:
        return None
    tasks = list(tasks)
    usage = Usage.by_runs(supply, tasks)
    lacking = {machine: usage.lacks(task, machine) for machine in machines}
    if all(lacking.values()):
        machine = min(lacking, key=lambda each: sum(usage.shortfall(task, each).values()))
        title = machines[machine] if len(machines) > 1 else None
        return " ".join(
            _in_use(task, name, usage, tasks, machine, title) for name in lacking[machine]
        )
    return _kept(task, usage, tasks, machines)


def _never_met(task: Task, name: str, supply: Supply) -> str:
    limit, need = supply.limits.get(name), supply.needs_of(task)[name]
    if limit is None:
        return _(
            "A run of it needs {need:,} {name}, and there is no limit of that name. Add it to the limits in "
            "the settings, or change what the task needs."
        ).format(need=need, name=name)
    if limit.per_machine:
        return _(
            "A run of it needs {need:,} {name}, and no machine has more than {amount:,}. Raise the limit in "
            "the settings, or change what the task needs."
        ).format(need=need, name=name, amount=limit.amount)
    return _(
        "A run of it needs {need:,} {name}, and the limit is {amount:,}. Raise the limit in the settings, "
        "or change what the task needs."
    ).format(need=need, name=name, amount=limit.amount)


def _in_use(
    task: Task, name: str, usage: Usage, tasks: list[Task], machine: str, title: str | None
) -> str:
    limit = usage.supply.limits[name]
    who = [
        other
        for other in in_turn(tasks)
        if usage.supply.needs_of(other).get(name)
        and any(not limit.per_machine or run.machine == machine for run in other.runs.values())
    ]
    said = {
        "need": usage.supply.needs_of(task)[name],
        "name": name,
        "used": usage.used(name, machine),
        "amount": limit.amount,
        "tasks": _names(who),
        "machine": title,
    }
    if limit.per_machine and title is not None:
        return _(
            "A run of it needs {need:,} {name}, and no machine has so much left: on {machine}, {used:,} of "
            "{amount:,} are in use by {tasks}. It starts when a run there ends; pause one to have it "
            "sooner."
        ).format(**said)
    return _(
        "A run of it needs {need:,} {name}, and {used:,} of {amount:,} are in use by {tasks}. It starts "
        "when a run of these ends; pause one to have it sooner."
    ).format(**said)


def _kept(task: Task, usage: Usage, tasks: list[Task], machines: Mapping[str, str]) -> str | None:
    """Who else waits for more of a limit than is left, and comes first."""
    mine = sort_key(task)
    for name in usage.supply.needs_of(task):
        if usage.supply.limits[name].per_machine and len(machines) > 1:
            continue  # of these it is kept on one machine only
        ahead = [
            other
            for other in tasks
            if sort_key(other) < mine
            and other.wish is Wish.RUN
            and not other.runs
            and not usage.supply.never_met(other)
            and all(name in usage.lacks(other, machine) for machine in machines)
        ]
        if ahead:
            return _(
                "What is left of {name} is kept for what needs more of it and comes first: {tasks}."
            ).format(name=name, tasks=_names(in_turn(ahead)))
    return None


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
