"""`render-manager download`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Annotated

import typer

from render_manager.cli.remote.looking import every_frame
from render_manager.cli.remote.options import Json, Server, TaskId, Token

if TYPE_CHECKING:
    from render_manager.client import Client
    from render_manager.client.replies import Frame


def download(
    id: TaskId,
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Fetch the files of a task's finished frames.

    What is here already is not fetched again, and what broke off is gone on with.
    """
    from render_manager.base.errors import UserError
    from render_manager.base.i18n import _, ngettext
    from render_manager.cli.remote.connection import connected
    from render_manager.cli.remote.output import print_json

    with connected(server, token) as client:
        output_dir = client.task(id)["output_dir"]
        frames = list(every_frame(client, id, "completed"))
        try:
            fetched = list(_fetch(client, frames, output_dir, folder, is_quiet=json))
        except OSError as error:
            sentence = _("{folder} cannot be written ({why}). Choose another folder.")
            raise UserError(sentence.format(folder=folder, why=error.strerror or error)) from None
    if json:
        print_json({"files": [str(path) for path in fetched]})
    else:
        count = len(fetched)
        sentence = ngettext("{count} file is in {folder}", "{count} files are in {folder}", count)
        print(sentence.format(count=count, folder=folder))


def _fetch(
    client: Client, frames: list[Frame], output_dir: str, folder: Path, *, is_quiet: bool
) -> Iterator[Path]:
    from rich.console import Console
    from rich.progress import track

    wanted = [(frame["id"], file) for frame in frames for file in frame["files"]]
    screen = Console(stderr=True)
    for frame_id, file in track(wanted, "", console=screen, transient=True, disable=is_quiet):
        yield client.download(frame_id, folder / name_below(file, output_dir), file=file)


def name_below(file: str, output_dir: str) -> Path:
    """Where a file of the server goes below the folder: as it lies in the task's folder, or by its
    name alone. Never elsewhere, whatever the server says."""
    is_windows = re.match(r"[A-Za-z]:|\\\\", file) is not None
    kind = PureWindowsPath if is_windows else PurePosixPath
    path = kind(file)
    parts = path.parts[-1:]
    if path.is_relative_to(output_dir):
        parts = path.relative_to(output_dir).parts
    kept = [
        re.sub(r'[\x00-\x1f<>:"|?*\\/]', "_", part) for part in parts if part not in ("..", ".")
    ]
    return Path(*kept) if kept else Path("file")
