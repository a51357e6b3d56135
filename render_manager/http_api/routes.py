"""The API: one table of method, path, verb, and what goes in and out. Pure; there is no Qt here.

What streams files (download, thumbnail, log, upload) is in the table for its documentation and its
look-up; the bytes are sent and taken by `files.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache, partial
from typing import Any

from pydantic import BaseModel, ValidationError

from render_manager import __version__
from render_manager.base.errors import ConflictError, NotFoundError, UserError
from render_manager.base.i18n import _
from render_manager.domain.evidence import OnSuspicion
from render_manager.domain.frame_order import FrameOrder
from render_manager.domain.frames import parse_frames
from render_manager.domain.job import RenderOptions
from render_manager.domain.states import FrameState, TaskState, Wish
from render_manager.domain.task import Task
from render_manager.http_api.desk import Desk
from render_manager.http_api.message import Head, Reply, Request, as_json, fault
from render_manager.http_api.models import (
    Doing,
    Done,
    FrameNumbers,
    FrameOut,
    Health,
    MachineLogOut,
    MachineOut,
    Move,
    NewTask,
    Outlook,
    RendererOut,
    Retry,
    RunOut,
    SettingsOut,
    SettingsPatch,
    Steering,
    TaskOut,
    TaskPage,
    TaskPatch,
    TaskStatus,
    Undone,
    Uploaded,
)
from render_manager.http_api.queries import (
    DETAIL_QUERY,
    FILE_QUERY,
    FRAME_QUERY,
    LOG_QUERY,
    MACHINE_QUERY,
    TASK_QUERY,
    Query,
    read_query,
)
from render_manager.http_api.settings_out import change_settings, settings
from render_manager.http_api.together import after_of, changes_of, do
from render_manager.http_api.views import (
    run_as_json,
    status_as_json,
    task_as_json,
    task_in_full,
)
from render_manager.renderers.renderer import is_from_documentation
from render_manager.service.schemas import Submission, TaskChanges

TEXT, BYTES = "text/plain", "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way: `ids` are the numbers in its path, `query` is checked."""

    desk: Desk
    ids: tuple[int, ...]
    query: Mapping[str, Any]
    body: Any
    is_owner: bool = False
    """Whether it is the user of this machine himself, who may name any file."""

    @property
    def task(self) -> Task:
        """The task that the path names. Raises NotFoundError."""
        return self.desk.service.task(self.ids[0])

    def as_it_is(self) -> Reply:
        """The task after a verb."""
        return as_json(self.told(self.task))

    def told(self, task: Task) -> dict[str, Any]:
        """The task as it is asked for."""
        in_full = self.query.get("detail") == "full"
        return (task_in_full if in_full else task_as_json)(task, self.desk.clock())


@dataclass(frozen=True)
class Route:
    """`answers` is what comes back with `status`; None is nothing, a text is a kind of file."""

    method: str
    path: str
    verb: Callable[[Call], Reply]
    says: str
    takes: type[BaseModel] | None = None
    answers: Any = None
    status: int = 200
    query: tuple[Query, ...] = ()
    needs_body: bool = False
    streams: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A slash at the end makes no difference, as in the original service."""
        return re.compile(
            re.sub(r"\{\w+\}", r"(\\d{1,18})", self.path.rstrip("/")) + "/?", re.ASCII
        )


# --- tasks ----------------------------------------------------------------------------------------


def create(call: Call) -> Reply:
    asked: NewTask = call.body
    desk = call.desk
    if not call.is_owner:
        desk.check_allowed(asked.project_file, "project_file")
        if asked.output_dir is not None:
            desk.check_output(asked.output_dir)
    task = desk.service.submit(
        Submission(
            project_file=asked.project_file,
            render_engine=asked.render_engine,
            frames=asked.frames,
            total_frames=asked.total_frames,
            priority=asked.priority,
            max_retries=asked.max_retries,
            output_dir=asked.output_dir,
            options=RenderOptions(
                camera=asked.camera,
                layers=tuple(asked.layers or ()),
                scene=asked.scene,
                width=asked.width,
                height=asked.height,
                samples=asked.samples,
                engine=asked.engine,
                device=asked.device,
                format=asked.format,
                extra=dict(asked.options or {}),
            ),
            hold=asked.paused,
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
    )
    return as_json(call.told(task), 201, Location=f"/api/tasks/{task.id}")


def list_tasks(call: Call) -> Reply:
    query = call.query
    found = _wanted(call.desk.tasks(), query)
    if query["order"] != "turn":
        key = query["order"].lstrip("-")
        found = sorted(found, key=_ORDERS[key], reverse=query["order"].startswith("-"))
    page = found[query["offset"] : query["offset"] + query["limit"]]
    items = ",".join(map(call.desk.text_of, page))
    return Reply(200, f'{{"items":[{items}],"total":{len(found)}}}'.encode("utf-8", "replace"))


_ORDERS: dict[str, Callable[[Task], Any]] = {
    "id": lambda task: task.id,
    "name": lambda task: task.job.name.casefold(),
    "priority": lambda task: task.priority,
    "created_at": lambda task: task.created_at,
    "status": lambda task: task.state.value,
    "progress": lambda task: task.percentage,
}


def _wanted(tasks: list[Task], query: Mapping[str, Any]) -> list[Task]:
    """All of them where nothing is asked for, as looking at 10,000 takes its time."""
    state, renderer, sought = query["status"], query["render_engine"], query["search"].casefold()
    if renderer:
        tasks = [task for task in tasks if task.job.renderer == renderer]
    if sought:
        tasks = [
            task
            for task in tasks
            if sought in task.job.name.casefold() or sought in task.job.project_file.casefold()
        ]
    if state:
        tasks = [task for task in tasks if task.state.value == state]
    return tasks


def show(call: Call) -> Reply:
    return call.as_it_is()


def status(call: Call) -> Reply:
    return as_json(status_as_json(call.task))


def change(call: Call) -> Reply:
    asked: TaskPatch = call.body
    service, task = call.desk.service, call.task
    changes = changes_of(call, asked)
    if changes != TaskChanges():
        service.amend([task.id], changes)
    if asked.paused is True and task.wish is Wish.RUN:
        service.pause([task.id])
    elif asked.paused is False and task.wish is Wish.PAUSE:
        service.resume([task.id])
    return call.as_it_is()


def remove(call: Call) -> Reply:
    task = call.task
    if task.runs:
        raise ConflictError(_("The task is being rendered. Cancel it first."))
    call.desk.service.remove([task.id])
    return Reply(204)


def approve(call: Call) -> Reply:
    call.desk.service.approve([call.task.id])
    return call.as_it_is()


def make_movie(call: Call) -> Reply:
    call.desk.ends.make_movies([call.task.id])
    return as_json(call.told(call.task), 202)


def stop_movie(call: Call) -> Reply:
    call.desk.ends.stop_movies([call.task.id])
    return call.as_it_is()


def cancel(call: Call) -> Reply:
    call.desk.service.cancel([call.task.id])
    return call.as_it_is()


def retry(call: Call) -> Reply:
    failed_only = call.body.failed_only if call.body is not None else False
    call.desk.service.retry([call.task.id], failed_only=failed_only)
    return call.as_it_is()


def pause(call: Call) -> Reply:
    call.desk.service.pause([call.task.id])
    return call.as_it_is()


def resume(call: Call) -> Reply:
    call.desk.service.resume([call.task.id])
    return call.as_it_is()


def move(call: Call) -> Reply:
    call.desk.service.reorder([call.task.id], call.body.before, call.body.priority)
    return call.as_it_is()


def duplicate(call: Call) -> Reply:
    (copy,) = call.desk.service.duplicate([call.task.id])
    return as_json(task_as_json(copy, call.desk.clock()), 201, Location=f"/api/tasks/{copy.id}")


def undo(call: Call) -> Reply:
    return as_json({"undone": call.desk.service.undo()})


# --- frames and runs ------------------------------------------------------------------------------


def frames(call: Call) -> Reply:
    wanted = call.query["status"]
    state = FrameState[wanted.upper()] if wanted else None
    query = call.query
    in_full = query["detail"] == "full"
    found, _total = call.desk.frames(
        call.task, state, query["offset"], query["limit"], in_full=in_full
    )
    return as_json(found)


def retry_frames(call: Call) -> Reply:
    call.desk.service.retry_frames(call.task.id, _numbers(call))
    return call.as_it_is()


def accept_frames(call: Call) -> Reply:
    call.desk.service.accept_suspicions(call.task.id, _numbers(call))
    return call.as_it_is()


def mend_thumbnails(call: Call) -> Reply:
    indexes = [call.task.frames.index(number) for number in _numbers(call)]
    call.desk.service.mend_thumbnails(call.task.id, [at for at in indexes if at is not None])
    return Reply(204)


def outlook(call: Call) -> Reply:
    service, task = call.desk.service, call.task
    return as_json(
        {
            "waiting": service.why_waiting(task.id),
            "holdup": service.holdup(task),
            "disk": service.disk_forecast(task),
            "ready": service.readiness.sentences(task),
        }
    )


def _numbers(call: Call) -> list[int]:
    asked = call.body.frames
    numbers = list(parse_frames(asked)) if isinstance(asked, str) else asked
    known = call.task.frames
    if gone := [number for number in numbers if known.index(number) is None]:
        sentence = _("The task has no frame {frame}.")
        raise UserError(sentence.format(frame=gone[0]), field="frames")
    return numbers


def runs(call: Call) -> Reply:
    found = call.desk.service.runs(call.task.id).result()
    return as_json([run_as_json(run) for run in found])


# --- the machine ----------------------------------------------------------------------------------


def health(call: Call) -> Reply:
    states = [task.state for task in call.desk.tasks()]
    counts = {state.value: states.count(state) for state in TaskState}
    running = sum(len(task.runs) for task in call.desk.tasks())
    return as_json({"status": "ok", "version": __version__, "tasks": counts, "running": running})


def renderers(call: Call) -> Reply:
    return as_json([_renderer(each) for each in call.desk.service.catalog.renderers])


def _renderer(renderer: Any) -> dict[str, Any]:
    installations = renderer.installations()
    return {
        "name": renderer.name,
        "title": renderer.title,
        "suffixes": list(renderer.suffixes),
        "problems": list(renderer.problems()),
        "is_from_documentation": is_from_documentation(renderer),
        "installations": [
            {
                "version": each.version,
                "source": each.source,
                "executable": str(each.executable),
            }
            for each in installations
        ],
        "how_to_install": None if installations else renderer.how_to_install(),
    }


def machines(call: Call) -> Reply:
    return as_json([asdict(view) for view in call.desk.service.machines.views()])


def steer_machines(call: Call) -> Reply:
    desk = call.desk.service.machines
    verbs: dict[str, Callable[[list[str]], None]] = {
        "enable": desk.enable,
        "drain": desk.drain,
        "disable": desk.disable,
        "forget": desk.forget,
        "set_hours": partial(desk.set_hours, hours=call.body.hours or ""),
    }
    verbs[call.body.verb](call.body.machines)
    return machines(call)


def machine_log(call: Call) -> Reply:
    return as_json(asdict(call.desk.service.machines.log(call.query["machine"])))


def elsewhere(_call: Call) -> Reply:
    raise AssertionError("files.py answers this one")


TASKS, TASK, FILES = "/api/tasks/", "/api/tasks/{task_id}", "/api/files"

ROUTES: tuple[Route, ...] = (
    Route("POST", TASKS, create, "Queue a scene", NewTask, TaskOut, 201, query=DETAIL_QUERY, needs_body=True),
    Route("GET", TASKS, list_tasks, "List tasks", None, TaskPage, query=TASK_QUERY),
    Route("GET", TASK, show, "Show a task", None, TaskOut, query=DETAIL_QUERY),
    Route("PATCH", TASK, change, "Change a task", TaskPatch, TaskOut, needs_body=True),
    Route("DELETE", TASK, remove, "Take a task out of the list; its files stay", status=204),
    Route("GET", f"{TASK}/status", status, "How far a task is", None, TaskStatus),
    Route("GET", f"{TASK}/frames", frames, "List its frames", None, list[FrameOut], query=FRAME_QUERY),
    Route("GET", f"{TASK}/outlook", outlook, "Why it is not being rendered", None, Outlook),
    Route("GET", f"{TASK}/runs", runs, "List its runs, the newest first", None, list[RunOut]),
    Route("GET", f"{TASK}/log", elsewhere, "The log of a run", None, TEXT, query=LOG_QUERY, streams=True),
    Route("POST", f"{TASK}/approve", approve, "Its first frames are right: render the others", None, TaskOut),
    Route("POST", f"{TASK}/cancel", cancel, "End its runs and render no more of it", None, TaskOut),
    Route("POST", f"{TASK}/retry", retry, "Render what is missing", Retry, TaskOut),
    Route("POST", f"{TASK}/pause", pause, "Start no more of its frames", None, TaskOut),
    Route("POST", f"{TASK}/resume", resume, "Go on with it", None, TaskOut),
    Route("POST", f"{TASK}/move", move, "Give it another place in the queue", Move, TaskOut, needs_body=True),
    Route("POST", f"{TASK}/duplicate", duplicate, "Queue the same scene again", None, TaskOut, 201),
    Route("POST", f"{TASK}/movie", make_movie, "Make a movie of its frames, beside them", None, TaskOut, 202),
    Route("DELETE", f"{TASK}/movie", stop_movie, "Stop making it; what there is of it is removed", None, TaskOut),
    Route("POST", f"{TASK}/frames/retry", retry_frames, "Render frames again", FrameNumbers, TaskOut, needs_body=True),
    Route("POST", f"{TASK}/frames/accept", accept_frames, "Suspicious frames are as intended", FrameNumbers, TaskOut, needs_body=True),
    Route("POST", f"{TASK}/frames/thumbnails", mend_thumbnails, "Make thumbnails again", FrameNumbers, status=204, needs_body=True),
    Route("POST", "/api/verbs", do, "Do something to several tasks at once", Doing, Done, needs_body=True),
    Route("POST", "/api/undo", undo, "Take back the last change that can be", None, Undone),
    Route("GET", f"{FILES}/download/{{frame_id}}", elsewhere, "The file of a frame", None, BYTES, query=FILE_QUERY, streams=True),
    Route("GET", f"{FILES}/thumbnail/{{frame_id}}", elsewhere, "Its thumbnail", None, "image/jpeg", streams=True),
    Route("POST", f"{FILES}/upload", elsewhere, "A scene, or an archive of a project", None, Uploaded, 201, streams=True),
    Route("GET", "/api/settings", settings, "The settings of that machine", None, SettingsOut),
    Route("PATCH", "/api/settings", change_settings, "Change settings", SettingsPatch, SettingsOut, needs_body=True),
    Route("GET", "/api/renderers", renderers, "What can be rendered with here", None, list[RendererOut]),
    Route("GET", "/api/machines", machines, "The machines that render for this queue", None, list[MachineOut]),
    Route("POST", "/api/machines", steer_machines, "Give machines work, or no more", Steering, list[MachineOut], needs_body=True),
    Route("GET", "/api/machines/log", machine_log, "The end of a machine's own log", None, MachineLogOut, query=MACHINE_QUERY),
    Route("GET", "/api/health", health, "Liveness, version and figures; needs no token", None, Health),
)  # fmt: skip


# --- answering ------------------------------------------------------------------------------------


def find(head: Head) -> tuple[Route, tuple[int, ...]] | Reply:
    """The route of a request with the numbers in its path; or 404, or 405."""
    found, others = _find("GET" if head.method == "HEAD" else head.method, head.path)
    if found is not None:
        return found
    if others:
        allowed = ", ".join(others)
        return fault(405, _("Use {methods} here.").format(methods=allowed), Allow=allowed)
    return fault(404, _("There is nothing at {path}.").format(path=head.path))


def is_streamed(head: Head) -> bool:
    """Whether a file goes in or out."""
    found = find(head)
    return not isinstance(found, Reply) and found[0].streams


@lru_cache(maxsize=256)
def _find(method: str, path: str) -> tuple[tuple[Route, tuple[int, ...]] | None, tuple[str, ...]]:
    """The route with its numbers, and the other methods of the path."""
    others: dict[str, None] = {}
    for route in ROUTES:
        if match := route.pattern.fullmatch(path):
            if route.method == method:
                return (route, tuple(map(int, match.groups()))), ()
            others[route.method] = None
    return None, tuple(others)


def answer(desk: Desk, request: Request, *, is_owner: bool = False) -> Reply:
    """What comes back: a fault of the caller's is a 4xx with a sentence, and changes nothing."""
    found = find(request.head)
    if isinstance(found, Reply):
        return found
    route, ids = found
    try:
        query = read_query(route.query, request.head.query)
        return route.verb(Call(desk, ids, query, read_body(route, request.body), is_owner))
    except UserError as error:
        return fault_of(error)


def fault_of(error: UserError) -> Reply:
    code = {ConflictError: 409, NotFoundError: 404}.get(type(error), 422)
    return fault(code, str(error), error.field)


def read_body(route: Route, body: bytes) -> Any:
    """The body as the route takes it. Raises UserError naming the field at fault."""
    if route.takes is None:
        return None
    if not body.strip() and not route.needs_body:
        return None
    try:
        return route.takes.model_validate_json(body)
    except ValidationError as error:
        raise _why(error) from None


def _why(error: ValidationError) -> UserError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"][:1])
    if not field:
        return UserError(
            _("The body is not the JSON that is asked for: {why}.").format(why=first["msg"])
        )
    return UserError(f"{field}: {first['msg']}", field=field)
