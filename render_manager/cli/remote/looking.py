"""`render-manager list`, `show`, `frames` and `runs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from render_manager.base.amounts import needs_text
from render_manager.cli.remote.options import Json, Server, TaskId, Token
from render_manager.domain.after import After, after_text

if TYPE_CHECKING:
    from render_manager.client import Client
    from render_manager.client.replies import Frame, Outlook, Task

AT_A_TIME = 10_000

FrameState = Annotated[
    str | None, typer.Option(help="Only pending, rendering, completed or failed ones.")
]


def list_tasks(
    status: Annotated[
        str | None,
        typer.Option(help="Only pending, running, paused, completed, failed or cancelled ones."),
    ] = None,
    renderer: Annotated[str | None, typer.Option(help="Only those of this renderer.")] = None,
    search: Annotated[
        str | None, typer.Option(help="Only those with this in their name or path.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """List tasks, in the order in which they get their turn."""
    from render_manager.base.i18n import _
    from render_manager.cli.remote.connection import connected
    from render_manager.cli.remote.output import console, print_json, task_table

    with connected(server, token) as client:
        page = client.tasks(status=status, render_engine=renderer, search=search, limit=limit)
    if json:
        print_json(page)
        return
    console().print(task_table(page["items"]))
    if (more := page["total"] - len(page["items"])) > 0:
        print(_("… and {count} more").format(count=more))


def show(id: TaskId, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Show all about a task."""
    from render_manager.cli.remote.connection import connected
    from render_manager.cli.remote.output import print_json

    with connected(server, token) as client:
        task = client.task(id)
        outlook = None if json else client.outlook(id)
    print_json(task) if json else _print_task(task, outlook)


def frames(
    id: TaskId,
    status: FrameState = None,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """List the frames of a task."""
    from rich.table import Table

    from render_manager.base.i18n import _
    from render_manager.cli.remote.connection import connected
    from render_manager.cli.remote.output import console, frame_row, print_json

    with connected(server, token) as client:
        found = list(every_frame(client, id, status))
    if json:
        print_json(found)
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in (_("Frame"), _("State"), _("Time"), _("File"), ""):
        table.add_column(heading, overflow="fold")
    for frame in found:
        table.add_row(*frame_row(frame))
    console().print(table)


def runs(id: TaskId, json: Json = False, server: Server = None, token: Token = None) -> None:
    """List the runs of a task, the newest first."""
    from rich.table import Table
    from rich.text import Text

    from render_manager.base.i18n import _
    from render_manager.cli.remote.connection import connected
    from render_manager.cli.remote.output import console, moment, plain, print_json

    with connected(server, token) as client:
        found = client.runs(id)
    if json:
        print_json(found)
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in (_("ID"), _("Frames"), _("Started"), _("Ended"), _("Exit code"), _("Reason")):
        table.add_column(heading, overflow="fold")
    for run in found:
        code = "" if run["exit_code"] is None else str(run["exit_code"])
        why = plain(run["reason"] or run["outcome"] or "")
        texts = (run["frames"], moment(run["started_at"]), moment(run["ended_at"]), code, why)
        table.add_row(Text(str(run["id"])), *map(Text, texts))
    console().print(table)


def every_frame(client: Client, id: int, status: str | None) -> Iterator[Frame]:
    """All of them, of however long a film."""
    page = client.frames(id, status=status, limit=AT_A_TIME)
    yield from page
    offset = 0
    while len(page) == AT_A_TIME:
        offset += AT_A_TIME
        page = client.frames(id, status=status, limit=AT_A_TIME, offset=offset)
        yield from page


def _print_task(task: Task, outlook: Outlook | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from render_manager.cli.remote.output import console, plain

    table = Table(
        title=Text(plain(task["name"])), show_header=False, box=None, title_justify="left"
    )
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for label, value in [*_rows(task), *_outlook_rows(outlook)]:
        table.add_row(Text(label), Text(plain(value)))
    console().print(table)


def _after(task: Task) -> list[After]:
    return [After(each["task"], each["by_frame"]) for each in task["depends_on"]]


def _outlook_rows(outlook: Outlook | None) -> list[tuple[str, str]]:
    from render_manager.base.i18n import _

    if outlook is None:
        return []
    rows = [
        (_("Why it waits"), "\n".join(outlook["waiting"])),
        (_("Ready"), "\n".join(outlook.get("ready", []))),
        (_("Disk"), outlook["disk"] or ""),
    ]
    return [(label, value) for label, value in rows if value]


def _rows(task: Task) -> list[tuple[str, str]]:
    from render_manager.base.i18n import _
    from render_manager.cli.progress import duration
    from render_manager.cli.remote.output import moment, remark, state_text

    done = f"{task['completed_frames']}/{task['total_frames']}"
    size = f"{task['width']} × {task['height']}" if task["width"] else ""
    rows = [
        (_("ID"), str(task["id"])),
        (_("State"), f"{state_text(task['status'])}  {done}  {task['progress_percentage']:.0f} %"),
        (_("Reason"), remark(task)),
        (_("Scene"), task["project_file"]),
        (_("Renderer"), task["render_engine"]),
        (_("Frames"), task["frames"]),
        (_("Failed frames"), str(task["failed_frames"] or "")),
        (_("Priority"), str(task["priority"])),
        (_("Retries"), f"{task['retry_count']}/{task['max_retries']}"),
        (_("Starts"), moment(task["start_at"]) if task["start_at"] else ""),
        (_("Hours"), task["hours"] or ""),
        (_("On machines"), ", ".join(task["machines"])),
        (_("Needs"), needs_text(task["needs"])),
        (_("Look at first"), str(task["approve_after"] or "")),
        (_("Starts after"), after_text(_after(task))),
        (_("Should be done"), moment(task["ready_by"]) if task["ready_by"] else ""),
        (_("Camera"), task["camera"] or ""),
        (_("Layers"), ", ".join(task["layers"])),
        (_("Resolution"), size),
        *((name, value) for name, value in task["options"].items()),
        (_("Output"), task["output_dir"]),
        (_("Created"), moment(task["created_at"])),
        (_("Started"), moment(task["started_at"])),
        (_("Ended"), moment(task["finished_at"])),
        (_("Elapsed"), duration(task["elapsed_seconds"])),
        *((_("Warning"), warning) for warning in task["warnings"]),
    ]
    if problem := task["problem"]:
        rows += [
            (_("Problem"), problem["cause"] or problem["text"]),
            (_("What to do"), problem["advice"] or ""),
            (_("Log line"), problem["text"]),
        ]
    return [(label, value) for label, value in rows if value]
