"""What these commands have in common."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Server = Annotated[
    str | None,
    typer.Option(
        envvar="RENDER_MANAGER_SERVER",
        help="Another Render Manager, like http://render01:8787; else the one on this computer.",
    ),
]
Token = Annotated[
    str | None,
    typer.Option(envvar="RENDER_MANAGER_TOKEN", help="What that server wants to be shown."),
]
TaskId = Annotated[int, typer.Argument(metavar="ID", min=0, help="The number of a task.")]
TaskIds = Annotated[list[int], typer.Argument(metavar="ID", min=0, help="Numbers of tasks.")]
Suspicion = Annotated[
    str | None, typer.Option(help="What becomes of odd frames: note, retry or fail.")
]
