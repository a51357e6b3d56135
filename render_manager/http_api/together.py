"""Verbs for several tasks at once: one request, and one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.after import After
from render_manager.domain.evidence import OnSuspicion
from render_manager.domain.frame_order import FrameOrder
from render_manager.http_api.message import Reply, as_json
from render_manager.http_api.models import AfterAsked, Doing, TaskPatch
from render_manager.service.schemas import TaskChanges

if TYPE_CHECKING:
    from render_manager.http_api.routes import Call


def do(call: Call) -> Reply:
    asked: Doing = call.body
    asked.tasks = list(dict.fromkeys(asked.tasks))  # what is named twice is meant once
    return as_json({"tasks": _VERBS[asked.verb](call, asked) or asked.tasks})


def changes_of(call: Call, asked: TaskPatch) -> TaskChanges:
    """What is to be different, and may be so. Raises UserError."""
    if asked.output_dir is not None and not call.is_owner:
        call.desk.check_output(asked.output_dir)
    return TaskChanges(
        frames=asked.frames,
        camera=asked.camera,
        layers=None if asked.layers is None else tuple(asked.layers),
        size=_size(asked),
        samples=asked.samples,
        engine=asked.engine,
        device=asked.device,
        format=asked.format,
        extra=dict(asked.options) if asked.options else None,
        output_dir=asked.output_dir,
        priority=asked.priority,
        max_retries=asked.max_retries,
        on_suspicion=OnSuspicion(asked.on_suspicion) if asked.on_suspicion else None,
        start_at=asked.start_at,
        hours=asked.hours,
        ready_by=asked.ready_by,
        machines=None if asked.machines is None else tuple(asked.machines),
        needs=asked.needs,
        depends_on=after_of(asked.depends_on),
        approve_after=asked.approve_after,
        frame_order=FrameOrder(asked.frame_order) if asked.frame_order else None,
    )


def after_of(asked: str | list[int | AfterAsked] | None) -> str | list[After] | None:
    """The tasks to wait for, as a verb takes them."""
    if asked is None or isinstance(asked, str):
        return asked
    return [
        After(each.task, each.by_frame) if isinstance(each, AfterAsked) else After(each)
        for each in asked
    ]


def _size(asked: TaskPatch) -> tuple[int, int] | None:
    if asked.width is None and asked.height is None:
        return None
    if asked.width is None or asked.height is None:
        field = "height" if asked.height is None else "width"
        raise UserError(_("Give width and height, or neither."), field=field)
    return asked.width, asked.height


def _approve(call: Call, asked: Doing) -> None:
    call.desk.service.approve(asked.tasks)


def _cancel(call: Call, asked: Doing) -> None:
    call.desk.service.cancel(asked.tasks)


def _retry(call: Call, asked: Doing) -> None:
    call.desk.service.retry(asked.tasks, failed_only=asked.failed_only)


def _pause(call: Call, asked: Doing) -> None:
    call.desk.service.pause(asked.tasks)


def _resume(call: Call, asked: Doing) -> None:
    call.desk.service.resume(asked.tasks)


def _priority(call: Call, asked: Doing) -> None:
    if asked.priority is None:
        raise UserError(_("Say which priority."), field="priority")
    call.desk.service.set_priority(asked.tasks, asked.priority)


def _move(call: Call, asked: Doing) -> None:
    call.desk.service.reorder(asked.tasks, asked.before, asked.priority)


def _duplicate(call: Call, asked: Doing) -> list[int]:
    return [task.id for task in call.desk.service.duplicate(asked.tasks)]


def _remove(call: Call, asked: Doing) -> None:
    call.desk.service.remove(asked.tasks)


def _change(call: Call, asked: Doing) -> None:
    """Without any change, scenes that could not be read are read again."""
    patch = asked.changes or TaskPatch.model_construct()
    if patch.paused is not None:
        raise UserError(_("Use the verbs pause and resume for that."), field="changes")
    call.desk.service.amend(asked.tasks, changes_of(call, patch))


_VERBS: dict[str, Callable[[Call, Doing], list[int] | None]] = {
    "approve": _approve,
    "cancel": _cancel,
    "retry": _retry,
    "pause": _pause,
    "resume": _resume,
    "priority": _priority,
    "move": _move,
    "duplicate": _duplicate,
    "remove": _remove,
    "change": _change,
}
