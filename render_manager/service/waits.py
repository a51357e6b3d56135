"""What tasks wait for, checked against the queue."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.after import MOST, After, parse_after
from render_manager.domain.dependencies import circle
from render_manager.domain.queue import Queue

FIELD = "depends_on"


def waits(
    before: tuple[After, ...],
    asked: Sequence[After] | str | None,
    queue: Queue,
    task_ids: Collection[int] = (),
) -> tuple[After, ...]:
    """What the tasks of `task_ids` (none: a new one) shall wait for; None leaves what was before.

    Raises UserError for tasks that are not there, and where tasks would wait for each other.
    """
    if asked is None:
        return before
    after = read_waits(asked)
    known = {each.task_id for each in before}
    for each in after:
        if each.task_id not in queue.tasks and each.task_id not in known:
            raise UserError(_("There is no task {id}.").format(id=each.task_id), field=FIELD)
    ring = circle(task_ids, after, queue.tasks)
    if len(ring) == 1:
        raise UserError(_("A task cannot wait for itself."), field=FIELD)
    if ring:
        names = " → ".join(task.job.name for task in [*ring, ring[0]])
        raise UserError(
            _("They would wait for each other for ever: {names}.").format(names=names), field=FIELD
        )
    return after


def read_waits(asked: Sequence[After] | str) -> tuple[After, ...]:
    """From text, or each once. Raises UserError."""
    if isinstance(asked, str):
        try:
            return parse_after(asked)
        except ValueError as error:
            sentence = _("“{text}” cannot be used: {why}.")
            raise UserError(sentence.format(text=asked[:80], why=error), field=FIELD) from None
    after = tuple({each.task_id: each for each in asked}.values())
    if len(after) > MOST:
        raise UserError(_("{most} tasks at most").format(most=MOST), field=FIELD)
    return after
