"""The names of these commands, in the order of --help."""

from __future__ import annotations

from collections.abc import Callable

import typer

from render_manager.cli.remote import verbs
from render_manager.cli.remote.change import change
from render_manager.cli.remote.download import download
from render_manager.cli.remote.log import log
from render_manager.cli.remote.looking import frames, list_tasks, runs, show
from render_manager.cli.remote.machines import machines_app
from render_manager.cli.remote.submit import submit
from render_manager.cli.remote.watch import watch

QUEUE = "The queue of a running Render Manager"

COMMANDS: dict[str, Callable[..., None]] = {
    "submit": submit,
    "list": list_tasks,
    "show": show,
    "watch": watch,
    "frames": frames,
    "runs": runs,
    "log": log,
    "download": download,
    "approve": verbs.approve,
    "cancel": verbs.cancel,
    "retry": verbs.retry,
    "pause": verbs.pause,
    "resume": verbs.resume,
    "change": change,
    "priority": verbs.priority,
    "move": verbs.move,
    "duplicate": verbs.duplicate,
    "movie": verbs.movie,
    "accept": verbs.accept,
    "remove": verbs.remove,
    "undo": verbs.undo,
}


def add_to(app: typer.Typer) -> None:
    for name, command in COMMANDS.items():
        app.command(name, rich_help_panel=QUEUE)(command)
    app.add_typer(machines_app, name="machines", rich_help_panel=QUEUE)
