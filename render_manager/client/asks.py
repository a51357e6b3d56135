"""What can be asked: a function for each route. Both clients have their methods from here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from render_manager.client.replies import (
    Done,
    Frame,
    Health,
    Machine,
    MachineLog,
    Outlook,
    Renderer,
    Run,
    Settings,
    Task,
    TaskPage,
    TaskStatus,
    Undone,
    Uploaded,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Ask(Generic[T]):
    """A request: the `path` is as the API's description has it, and `ids` go into its braces."""

    method: str
    path: str
    ids: tuple[int, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    kind: str = "json"
    """What comes back: json, text, bytes."""

    @property
    def target(self) -> str:
        ids = iter(self.ids)
        return re.sub(r"\{\w+\}", lambda _match: str(int(next(ids))), self.path)


TASKS, TASK, FILES = "/api/tasks/", "/api/tasks/{task_id}", "/api/files"


def _given(**values: Any) -> dict[str, Any]:
    """Those that are not None: what is not said is as the server has it."""
    return {name: value for name, value in values.items() if value is not None}


# --- tasks ----------------------------------------------------------------------------------------


def submit(
    project_file: str,
    *,
    render_engine: str | None = None,
    frames: str | None = None,
    total_frames: int | None = None,
    priority: int | None = None,
    max_retries: int | None = None,
    output_dir: str | None = None,
    camera: str | None = None,
    layers: Sequence[str] | None = None,
    scene: str | None = None,
    width: int | None = None,
    height: int | None = None,
    samples: int | None = None,
    engine: str | None = None,
    device: str | None = None,
    format: str | None = None,
    options: Mapping[str, str] | None = None,
    on_suspicion: str | None = None,
    start_at: float | str | None = None,
    hours: str | None = None,
    ready_by: float | str | None = None,
    machines: Sequence[str] | None = None,
    needs: Mapping[str, int] | str | None = None,
    depends_on: Sequence[int | Mapping[str, Any]] | str | None = None,
    frame_order: str | None = None,
    approve_after: int | None = None,
    paused: bool | None = None,
    detail: str | None = None,
) -> Ask[Task]:
    """Queue a scene, named by its path on the machine that renders.

    `frames` is text such as "1-100x2,150"; `start_at` and `ready_by` are seconds since 1970 or text
    such as "19:00", `hours` is text such as "Mo-Fr 19:00-08:00, Sa-Su all day"; `machines` are those, or
    their pools, that it is kept to; `depends_on` are tasks that it waits for, such as
    [3, {"task": 7, "by_frame": True}] or "3, 7/frame"; `needs` are what each run takes of the named
    limits, such as
    {"gpu_gb": 8}. What is left out is as the scene or the settings have it.
    With `detail="full"` all that is known of the task comes back.

        task = manager.submit("/scenes/shot.blend", frames="1-24", priority=8)
    """
    body = _given(
        project_file=str(project_file),
        render_engine=render_engine,
        frames=frames,
        total_frames=total_frames,
        priority=priority,
        max_retries=max_retries,
        output_dir=None if output_dir is None else str(output_dir),
        camera=camera,
        layers=None if layers is None else list(layers),
        scene=scene,
        width=width,
        height=height,
        samples=samples,
        engine=engine,
        device=device,
        format=format,
        options=None if options is None else dict(options),
        on_suspicion=on_suspicion,
        start_at=start_at,
        hours=hours,
        ready_by=ready_by,
        machines=None if machines is None else list(machines),
        needs=dict(needs) if isinstance(needs, Mapping) else needs,
        frame_order=frame_order,
        approve_after=approve_after,
        depends_on=depends_on if isinstance(depends_on, str | None) else list(depends_on),
        paused=paused,
    )
    return Ask("POST", TASKS, query=_given(detail=detail), body=body)


def tasks(
    *,
    status: str | None = None,
    render_engine: str | None = None,
    search: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
    order: str | None = None,
) -> Ask[TaskPage]:
    """List tasks, in the order in which they get their turn or in another one, such as "-created_at".

    manager.tasks(status="failed", search="shot_01")["items"]
    """
    query = _given(
        status=status,
        render_engine=render_engine,
        search=search,
        limit=limit,
        offset=offset,
        order=order,
    )
    return Ask("GET", TASKS, query=query)


def task(task_id: int, *, detail: str | None = None) -> Ask[Task]:
    """A task; with `detail="full"` all that is known of it, as another window would want it."""
    return Ask("GET", TASK, (task_id,), _given(detail=detail))


def outlook(task_id: int) -> Ask[Outlook]:
    """Why it is not being rendered, in sentences."""
    return Ask("GET", f"{TASK}/outlook", (task_id,))


def status(task_id: int) -> Ask[TaskStatus]:
    """How far a task is; smaller than `task`."""
    return Ask("GET", f"{TASK}/status", (task_id,))


def change(
    task_id: int,
    *,
    priority: int | None = None,
    max_retries: int | None = None,
    paused: bool | None = None,
    frames: str | None = None,
    camera: str | None = None,
    layers: Sequence[str] | None = None,
    width: int | None = None,
    height: int | None = None,
    samples: int | None = None,
    engine: str | None = None,
    device: str | None = None,
    format: str | None = None,
    output_dir: str | None = None,
    options: Mapping[str, str] | None = None,
    on_suspicion: str | None = None,
    start_at: float | str | None = None,
    hours: str | None = None,
    ready_by: float | str | None = None,
    machines: Sequence[str] | None = None,
    needs: Mapping[str, int] | str | None = None,
    depends_on: Sequence[int | Mapping[str, Any]] | str | None = None,
    frame_order: str | None = None,
    approve_after: int | None = None,
) -> Ask[Task]:
    """Change a task. What makes another picture of it renders every frame again. An empty text, no
    `layers`, and 0 for a size or for `samples` are as in the scene; no `machines` are all of them.

    manager.change(task["id"], priority=10)
    """
    body = _given(
        priority=priority,
        max_retries=max_retries,
        paused=paused,
        frames=frames,
        camera=camera,
        layers=None if layers is None else list(layers),
        width=width,
        height=height,
        samples=samples,
        engine=engine,
        device=device,
        format=format,
        output_dir=None if output_dir is None else str(output_dir),
        options=None if options is None else dict(options),
        on_suspicion=on_suspicion,
        start_at=start_at,
        hours=hours,
        ready_by=ready_by,
        machines=None if machines is None else list(machines),
        needs=dict(needs) if isinstance(needs, Mapping) else needs,
        frame_order=frame_order,
        approve_after=approve_after,
        depends_on=depends_on if isinstance(depends_on, str | None) else list(depends_on),
    )
    return Ask("PATCH", TASK, (task_id,), body=body)


def remove(task_id: int) -> Ask[None]:
    """Take a task out of the list. Its files stay."""
    return Ask("DELETE", TASK, (task_id,))


def approve(task_id: int) -> Ask[Task]:
    """Its first frames are as they should be: render the others."""
    return Ask("POST", f"{TASK}/approve", (task_id,))


def cancel(task_id: int) -> Ask[Task]:
    """End its renderers and render no more of it."""
    return Ask("POST", f"{TASK}/cancel", (task_id,))


def retry(task_id: int, *, failed_only: bool | None = None) -> Ask[Task]:
    """Render what is missing, or only what failed."""
    body = _given(failed_only=failed_only)
    return Ask("POST", f"{TASK}/retry", (task_id,), body=body or None)


def pause(task_id: int) -> Ask[Task]:
    """Start no more of its frames."""
    return Ask("POST", f"{TASK}/pause", (task_id,))


def resume(task_id: int) -> Ask[Task]:
    """Go on with it."""
    return Ask("POST", f"{TASK}/resume", (task_id,))


def move(task_id: int, *, before: int | None = None, priority: int | None = None) -> Ask[Task]:
    """Put it in front of the task `before`, or last of its priority."""
    body = _given(before=before, priority=priority)
    return Ask("POST", f"{TASK}/move", (task_id,), body=body)


def duplicate(task_id: int) -> Ask[Task]:
    """Queue the same scene again; the new task comes back."""
    return Ask("POST", f"{TASK}/duplicate", (task_id,))


def make_movie(task_id: int) -> Ask[Task]:
    """Make a movie of its frames, beside them. This does not wait until it is whole."""
    return Ask("POST", f"{TASK}/movie", (task_id,))


def stop_movie(task_id: int) -> Ask[Task]:
    """Stop making it. What there is of it is removed."""
    return Ask("DELETE", f"{TASK}/movie", (task_id,))


def do(
    verb: str,
    tasks: Sequence[int],
    *,
    priority: int | None = None,
    before: int | None = None,
    failed_only: bool | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Ask[Done]:
    """Do something to several tasks at once, as one step of undo: approve, cancel, retry, pause, resume,
    priority, move, duplicate, remove or change, which takes the arguments of `change`.

        manager.do("priority", [3, 5, 8], priority=10)
    """
    body = _given(
        verb=verb,
        tasks=list(tasks),
        priority=priority,
        before=before,
        failed_only=failed_only,
        changes=None if changes is None else dict(changes),
    )
    return Ask("POST", "/api/verbs", body=body)


def undo() -> Ask[Undone]:
    """Take back the last change that can be, and say which it was."""
    return Ask("POST", "/api/undo")


# --- frames and runs ------------------------------------------------------------------------------


def frames(
    task_id: int,
    *,
    status: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
    detail: str | None = None,
) -> Ask[list[Frame]]:
    """Its frames, 10,000 at most at a time; with `detail="full"` all about their files.

    manager.frames(task["id"], status="failed")
    """
    query = _given(status=status, limit=limit, offset=offset, detail=detail)
    return Ask("GET", f"{TASK}/frames", (task_id,), query)


def retry_frames(task_id: int, frames: str | Sequence[int]) -> Ask[Task]:
    """Render frames again: a list of numbers, or text such as "1-10,15"."""
    return _with_frames(f"{TASK}/frames/retry", task_id, frames)


def accept_frames(task_id: int, frames: str | Sequence[int]) -> Ask[Task]:
    """These frames only look suspicious, and are as intended."""
    return _with_frames(f"{TASK}/frames/accept", task_id, frames)


def mend_thumbnails(task_id: int, frames: str | Sequence[int]) -> Ask[None]:
    """Have thumbnails that are gone made again."""
    return _with_frames(f"{TASK}/frames/thumbnails", task_id, frames)


def _with_frames(path: str, task_id: int, frames: str | Sequence[int]) -> Ask[Any]:
    named = frames if isinstance(frames, str) else list(frames)
    return Ask("POST", path, (task_id,), body={"frames": named})


def runs(task_id: int) -> Ask[list[Run]]:
    """Its runs, the newest first."""
    return Ask("GET", f"{TASK}/runs", (task_id,))


def log(
    task_id: int, *, run: int | None = None, offset: int | None = None, tail: int | None = None
) -> Ask[str]:
    """The log of a run, or of the newest: from the byte `offset` on, or the last `tail` bytes.

    print(manager.log(task["id"], tail=2000))
    """
    query = _given(run=run, offset=offset, tail=tail)
    return Ask("GET", f"{TASK}/log", (task_id,), query, kind="text")


# --- files and the machine ------------------------------------------------------------------------


def download(frame_id: int, *, file: str | None = None) -> Ask[bytes]:
    """The file of a frame; `file` picks one of several, by its name or path."""
    query = _given(file=file)
    return Ask("GET", f"{FILES}/download/{{frame_id}}", (frame_id,), query, kind="bytes")


def thumbnail(frame_id: int) -> Ask[bytes]:
    """The thumbnail of a frame, a JPEG."""
    return Ask("GET", f"{FILES}/thumbnail/{{frame_id}}", (frame_id,), kind="bytes")


def upload() -> Ask[Uploaded]:
    """A scene, or an archive of a project; the file goes into the form."""
    return Ask("POST", f"{FILES}/upload")


def settings() -> Ask[Settings]:
    """The settings of that machine, without secrets."""
    return Ask("GET", "/api/settings")


def change_settings(settings: Mapping[str, Any]) -> Ask[Settings]:
    """Change settings by name, all or none.

    manager.change_settings({"max_concurrent_runs": 2})
    """
    return Ask("PATCH", "/api/settings", body={"settings": dict(settings)})


def renderers() -> Ask[list[Renderer]]:
    """What can be rendered with there."""
    return Ask("GET", "/api/renderers")


def machines() -> Ask[list[Machine]]:
    """The machines that render for that queue; the one that holds it is first, and called local."""
    return Ask("GET", "/api/machines")


def steer_machines(
    verb: str, machines: Sequence[str], hours: str | None = None
) -> Ask[list[Machine]]:
    """`enable` gives them work again, `drain` lets them finish what they have, `disable` gives their
    frames to others at once, `set_hours` has them render in `hours` alone (without, always), `forget`
    takes those that are away out of the list.

        manager.steer_machines("set_hours", ["pc12"], "Mo-Fr 19:00-08:00, Sa-Su all day")
    """
    body = _given(verb=verb, machines=list(machines), hours=hours)
    return Ask("POST", "/api/machines", body=body)


def machine_log(machine: str) -> Ask[MachineLog]:
    """The end of a machine's own log as far as it is known. Newer is asked for with each look; until
    something has come, `heard` is None."""
    return Ask("GET", "/api/machines/log", query={"machine": machine})


def health() -> Ask[Health]:
    """Whether it is alive, its version, and how many tasks there are; needs no token."""
    return Ask("GET", "/api/health")


ALL: tuple[Callable[..., Ask[Any]], ...] = (
    *(
        submit,
        tasks,
        task,
        status,
        change,
        remove,
        approve,
        cancel,
        retry,
        pause,
        resume,
        move,
        duplicate,
        make_movie,
        stop_movie,
    ),
    *(outlook, do, undo, frames, retry_frames, accept_frames, mend_thumbnails, runs, log),
    *(download, thumbnail, upload, settings, change_settings, renderers, health),
    *(machines, steer_machines, machine_log),
)
