"""What is done to tasks: `render-manager cancel`, `retry`, `pause`, `resume`, `priority`, …"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from render_manager.cli.remote.options import Json, Server, TaskId, TaskIds, Token

if TYPE_CHECKING:
    from render_manager.client import Client
    from render_manager.client.replies import Task


def approve(ids: TaskIds, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Say that the first frames of tasks are right: render the others."""
    to_each(ids, lambda client, id: client.approve(id), json, server, token)


def cancel(ids: TaskIds, json: Json = False, server: Server = None, token: Token = None) -> None:
    """End the renderers of tasks, and render no more of them."""
    to_each(ids, lambda client, id: client.cancel(id), json, server, token)


def retry(
    ids: TaskIds,
    failed_only: Annotated[
        bool, typer.Option("--failed-only", help="Only the frames that failed.")
    ] = False,
    frames: Annotated[
        str | None, typer.Option(help="These frames again, like 1-10,15, done or not.")
    ] = None,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Render what is missing of tasks, or given frames again."""
    if frames is not None and failed_only:
        raise typer.BadParameter("give --frames or --failed-only, not both")

    def again(client: Client, id: int) -> Task:
        if frames is not None:
            return client.retry_frames(id, frames)
        return client.retry(id, failed_only=failed_only)

    to_each(ids, again, json, server, token)


def accept(
    id: TaskId,
    frames: Annotated[str, typer.Argument(help="The frames, like 1-10,15.")],
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Say that suspicious frames are as intended."""
    to_each([id], lambda client, id: client.accept_frames(id, frames), json, server, token)


def pause(ids: TaskIds, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Start no more frames of tasks."""
    to_each(ids, lambda client, id: client.pause(id), json, server, token)


def resume(ids: TaskIds, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Go on with tasks that are paused."""
    to_each(ids, lambda client, id: client.resume(id), json, server, token)


def priority(
    ids: TaskIds,
    number: Annotated[int, typer.Argument(metavar="PRIORITY", min=0, max=10, help="0–10.")],
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Give tasks another priority: ID… PRIORITY."""
    to_each(ids, lambda client, id: client.change(id, priority=number), json, server, token)


def move(
    id: TaskId,
    before: Annotated[
        int | None, typer.Option(min=0, help="In front of this task; else last of its priority.")
    ] = None,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Give a task another place in the queue."""
    to_each([id], lambda client, id: client.move(id, before=before), json, server, token)


def duplicate(ids: TaskIds, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Queue the same scenes again."""
    to_each(ids, lambda client, id: client.duplicate(id), json, server, token)


def movie(
    ids: TaskIds,
    stop: Annotated[bool, typer.Option("--stop", help="Stop making them.")] = False,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Make movies of the frames of tasks, in their folders, one after the other."""

    def do(client: Client, id: int) -> Task:
        return client.stop_movie(id) if stop else client.make_movie(id)

    to_each(ids, do, json, server, token)


def remove(ids: TaskIds, json: Json = False, server: Server = None, token: Token = None) -> None:
    """Take tasks out of the list. Their files stay."""

    def away(client: Client, id: int) -> Task:
        task = client.task(id)
        client.remove(id)
        return task

    to_each(ids, away, json, server, token)


def undo(json: Json = False, server: Server = None, token: Token = None) -> None:
    """Take back the last change of the queue."""
    from render_manager.base.i18n import _
    from render_manager.cli.remote.connection import connected
    from render_manager.cli.remote.output import print_json

    with connected(server, token) as client:
        undone = client.undo()
    if json:
        print_json(undone)
    else:
        print(_("Taken back: {what}").format(what=undone["undone"]))


def to_each(
    ids: Sequence[int],
    verb: Callable[[Client, int], Task],
    as_json: bool,
    server: str | None,
    token: str | None,
) -> None:
    """Do it to each, whatever becomes of the others; ends with 1 if one was refused."""
    from render_manager.cli.remote.connection import connected
    from render_manager.cli.remote.output import print_json, task_line

    tasks = []
    with connected(server, token) as client:
        for id in dict.fromkeys(ids):
            if (task := _done(verb, client, id)) is None:
                continue
            tasks.append(task)
            if not as_json:
                print(task_line(task))
    if as_json:
        print_json(tasks)
    if len(tasks) < len(dict.fromkeys(ids)):
        raise typer.Exit(1)


def _done(verb: Callable[[Client, int], Task], client: Client, id: int) -> Task | None:
    """The task after the verb; None if it does not fit, which is said."""
    from render_manager.cli.remote.connection import say
    from render_manager.client import ApiError

    try:
        return verb(client, id)
    except ApiError as error:
        if error.status not in (404, 409):
            raise
        say(f"{id}: {error.detail}")
        return None
