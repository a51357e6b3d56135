"""When tasks will be done, in sentences, with what would help; looked at every few seconds at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from render_manager.base import moments
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.domain.readiness import Plan, Ready, Seat, Verdict, foresee, frames_by
from render_manager.domain.scheduling import Limits
from render_manager.domain.task import Task
from render_manager.service.needs import supply_of

FRESH_SECONDS = 3.0
"""How old an answer may be: playing 250 tasks through takes 20 ms (measured), twice that with limits
per renderer."""

NOT_KNOWN = Ready()


class Readiness:
    """Asked on the main thread."""

    def __init__(
        self,
        tasks: Iterable[Task],
        seats: Callable[[], Sequence[Seat]],
        settings: Settings,
        clock: Callable[[], float],
    ) -> None:
        self._tasks = tasks
        self._seats = seats
        self._settings = settings
        self._clock = clock
        self._known: dict[int, Ready] = {}
        self._looked_at: float | None = None

    def forget(self) -> None:
        """Something was changed that is to be seen at once."""
        self._looked_at = None

    def of(self, task: Task) -> Ready | None:
        """None for a task that is not to be rendered, or too far behind in the queue."""
        now = self._clock()
        if self._looked_at is None or not 0 <= now - self._looked_at < FRESH_SECONDS:
            self._known = foresee(self._plan(now))
            self._looked_at = now
        return self._known.get(task.id)

    def verdict(self, task: Task) -> Verdict | None:
        """Whether it will be done when it should be; None without a wish, or if nothing is known."""
        ready = self.of(task)
        by = task.times.ready_by
        return ready.verdict(by) if ready is not None and by is not None else None

    def sentences(self, task: Task) -> list[str]:
        """When it will be done, whether that is in time, and what would help."""
        ready = self.of(task)
        if ready is None:
            return []
        now = self._clock()
        said = [self._when(task, ready, now)]
        verdict, by = self.verdict(task), task.times.ready_by
        if verdict is not None and by is not None:
            said.append(_verdict_words(verdict).format(time=moments.briefly(by, now)))
            if verdict is not Verdict.WILL:
                said += self._help(task, by, now)
        return said

    def _when(self, task: Task, ready: Ready, now: float) -> str:
        if ready.unknown is task:
            return _("When it will be done is known after its first frame.")
        if ready.unknown is not None:
            return _("When it will be done is known after the first frame of {task}.").format(
                task=ready.unknown.job.name
            )
        if ready.earliest is None:
            return _("It will be done in no foreseeable time.")
        earliest = moments.briefly(ready.earliest, now)
        if ready.latest is None:
            return _("Done after {time}; nobody knows how long.").format(time=earliest)
        latest = moments.briefly(ready.latest, now)
        if earliest == latest:
            return _("Done at about {time}.").format(time=earliest)
        return _("Done between {earliest} and {latest}.").format(earliest=earliest, latest=latest)

    def _help(self, task: Task, by: float, now: float) -> list[str]:
        """What makes it ready in time, each for itself; else all together, else how far it gets."""
        plan = self._plan(now)
        first, free, more = (
            plan.with_first(task),
            plan.without_hours(task),
            plan.with_one_more_slot(),
        )
        if plan.earlier(task):
            sooner = _(
                "It would be ready in time if it and what it waits for were rendered first (priority 10)."
            )
        else:
            sooner = _("It would be ready in time if it were rendered first (priority 10).")
        ways = {
            sooner: first,
            _("It would be ready in time if it might run at any hour from now on."): free,
            _(
                "It would be ready in time with one more renderer at a time, if the computer has "
                "room for it."
            ): more,
        }
        helping = [words for words, way in ways.items() if self._is_in_time(way, task, by)]
        if helping:
            return helping
        every = first.without_hours(task)
        if self._is_in_time(every, task, by):
            return [_("It would be ready in time if it were rendered first, and at any hour.")]
        count = frames_by(every, task, by)
        return [
            _(
                "Even rendered first and at any hour, about {count:,} of its {total:,} frames would "
                "be there by then. Fewer frames or samples, or a smaller picture, would help."
            ).format(count=count, total=task.total_frames)
        ]

    def _is_in_time(self, plan: Plan, task: Task, by: float) -> bool:
        return foresee(plan).get(task.id, NOT_KNOWN).verdict(by) is Verdict.WILL

    def _plan(self, now: float) -> Plan:
        wanted = self._settings
        limits = Limits(wanted.max_concurrent_runs, wanted.renderer_limits, supply_of(wanted))
        return Plan.of(self._tasks, limits, now, wanted.render_hours, seats=self._seats())


def _verdict_words(verdict: Verdict) -> str:
    match verdict:
        case Verdict.WILL:
            return _("It will be ready by {time}.")
        case Verdict.MAY:
            return _("It may not be ready by {time}.")
        case Verdict.WILL_NOT:
            return _("It will not be ready by {time}.")
