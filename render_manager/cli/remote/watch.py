"""`render-manager watch`: a table that lives until what it shows has ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from render_manager.cli.remote.options import Json, Server, Token

if TYPE_CHECKING:
    from rich.console import RenderableType

    from render_manager.client import Client
    from render_manager.client.replies import Task

ENDED = ("completed", "failed", "cancelled")
ONE_BY_ONE = 20
"""So many tasks are asked for each by itself; more are picked from the whole list."""

AT_A_TIME = 1000

Tasks = dict[int, "Task | None"]
"""By number, in the order of the table; None is one that was removed."""


def watch(
    ids: Annotated[
        list[int] | None,
        typer.Argument(metavar="ID", min=0, help="Tasks; else all that wait or run."),
    ] = None,
    every: Annotated[float, typer.Option(min=0.02, max=3600, help="Seconds between looks.")] = 1.0,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Watch tasks until they have ended, or are held.

    Ends with 0 only if all completed, 1 if not. With --json a line is printed for each change.
    """
    from render_manager.cli.remote.connection import connected

    with connected(server, token) as client:
        rounds = _rounds(client, ids, every)
        if json:
            last = _tell_changes(rounds, _json_line)
        elif sys.stdout.isatty():
            last = _live(rounds)
        else:
            last = _tell_changes(rounds, _text_line)
    if not last and not json:
        print(_nothing_to_watch())
    if any(task is None or task["status"] != "completed" for task in last.values()):
        raise typer.Exit(1)


def _nothing_to_watch() -> str:
    from render_manager.base.i18n import _

    return _("Every task has ended, or is held.")


def _rounds(client: Client, ids: list[int] | None, every: float) -> Iterator[Tasks]:
    """What they are, again and again, until all have ended."""
    watched: Tasks = (
        {id: client.task(id) for id in ids}
        if ids
        else {task["id"]: task for task in _listed(client) if _is_under_way(task)}
    )
    yield watched
    while not all(map(_is_over, watched.values())):
        time.sleep(every)
        watched = _seen_again(client, watched)
        yield watched


def _seen_again(client: Client, watched: Tasks) -> Tasks:
    going = [id for id, task in watched.items() if not _is_over(task)]
    if len(going) > ONE_BY_ONE:
        by_id = {task["id"]: task for task in _listed(client)}
        return watched | {id: by_id.get(id) for id in going}
    return watched | {id: _looked_up(client, id) for id in going}


def _looked_up(client: Client, id: int) -> Task | None:
    from render_manager.client import ApiError

    try:
        return client.task(id)
    except ApiError as error:
        if error.status != 404:
            raise
        return None


def _listed(client: Client) -> Iterator[Task]:
    offset = 0
    while page := client.tasks(order="id", limit=AT_A_TIME, offset=offset)["items"]:
        yield from page
        if len(page) < AT_A_TIME:
            return
        offset += AT_A_TIME


def _is_over(task: Task | None) -> bool:
    """Whether nothing becomes of it by itself any more."""
    return task is None or task["status"] in ENDED or task["held"]


def _is_under_way(task: Task) -> bool:
    """Whether it will end without anybody's help: what is paused would be watched for ever."""
    return task["status"] in ("pending", "running")


# --- telling --------------------------------------------------------------------------------------


def _live(rounds: Iterator[Tasks]) -> Tasks:
    from rich.live import Live

    from render_manager.cli.remote.output import console

    watched: Tasks = {}
    screen = console()
    with Live(console=screen, auto_refresh=False, vertical_overflow="crop") as live:
        for watched in rounds:
            live.update(_table(list(watched.values()), max(screen.height - 4, 3)), refresh=True)
    return watched


def _table(tasks: Sequence[Task | None], most: int) -> RenderableType:
    """As many as the screen holds, those that are at work before those that wait or have ended."""
    from rich.console import Group
    from rich.text import Text

    from render_manager.base.i18n import _
    from render_manager.cli.remote.output import task_table

    there = [task for task in tasks if task is not None]
    if len(there) <= most:
        return task_table(there)
    there.sort(key=lambda task: (task["status"] != "running", _is_over(task)))
    more = Text(_("… and {count} more").format(count=len(there) - most), "dim")
    return Group(task_table(there[:most]), more)


def _tell_changes(rounds: Iterator[Tasks], tell: Callable[[int, Task | None], None]) -> Tasks:
    """A line for each change, for what is no screen."""
    told: dict[int, Any] = {}
    watched: Tasks = {}
    for watched in rounds:
        for id, task in watched.items():
            matters = task and (task["status"], task["completed_frames"], task["error_message"])
            if id not in told or told[id] != matters:
                told[id] = matters
                tell(id, task)
    return watched


def _text_line(id: int, task: Task | None) -> None:
    from render_manager.base.i18n import _
    from render_manager.cli.remote.output import task_line

    print(f"{id}  " + _("removed") if task is None else task_line(task), flush=True)


def _json_line(id: int, task: Task | None) -> None:
    from render_manager.cli.remote.output import print_json_line

    print_json_line({"id": id, "status": None} if task is None else task)
