"""`render-manager submit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from render_manager.cli import scene_options as said
from render_manager.cli.remote.options import Json, Server, Suspicion, Token

if TYPE_CHECKING:
    from render_manager.client import Client


def submit(
    files: said.Files,
    frames: said.Frames = None,
    output: said.Output = None,
    camera: said.Camera = None,
    layer: said.Layer = None,
    scene: said.Scene = None,
    width: said.Side = None,
    height: said.Side = None,
    samples: said.Samples = None,
    engine: said.Engine = None,
    device: said.Device = None,
    format: said.Format = None,
    set: said.Set = None,
    priority: said.Priority = None,
    retries: said.Retries = None,
    renderer: said.Renderer = None,
    on_suspicion: Suspicion = None,
    start_at: said.StartAt = None,
    hours: said.Hours = None,
    ready_by: said.ReadyBy = None,
    machines: said.Machines = None,
    needs: said.Needs = None,
    after: said.After = None,
    frame_order: said.FrameOrder = None,
    approve_after: said.ApproveAfter = None,
    paused: Annotated[bool, typer.Option("--paused", help="Wait until it is resumed.")] = False,
    upload: Annotated[
        bool,
        typer.Option(
            "--upload", help="Send the scene, or an archive of its project, to the server first."
        ),
    ] = False,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Queue scenes.

    On another computer a scene is named as it is called there, or sent with --upload.
    """
    from render_manager.cli.remote.connection import address_of, connected
    from render_manager.cli.remote.output import print_json, task_line

    wishes: dict[str, Any] = {
        "render_engine": renderer,
        "frames": frames,
        "priority": priority,
        "max_retries": retries,
        "camera": camera,
        "layers": layer,
        "scene": scene,
        "width": width,
        "height": height,
        "samples": samples,
        "engine": engine,
        "device": device,
        "format": format,
        "options": said.named_values(set) or None,
        "on_suspicion": on_suspicion,
        "start_at": start_at,
        "hours": hours,
        "ready_by": ready_by,
        "machines": said.names(machines),
        "needs": needs,
        "depends_on": after,
        "frame_order": frame_order,
        "approve_after": approve_after,
        "paused": paused or None,
    }
    tasks = []
    with connected(server, token) as client:
        is_here = address_of(server, token).is_here
        if is_here and not upload:
            _check(files)
        wishes["output_dir"] = output and _named(output, is_here=is_here)
        for file in files:
            path = _sent(client, file) if upload else _named(file, is_here=is_here)
            tasks.append(client.submit(path, **wishes))
            if not json:
                print(task_line(tasks[-1]))
    if json:
        print_json(tasks)


def _check(files: list[Path]) -> None:
    """Raises UserError naming the first scene that is not here, before any is queued."""
    from render_manager.base.errors import UserError
    from render_manager.base.i18n import _

    for file in files:
        if not file.expanduser().exists():
            raise UserError(_("There is no file {file}. Check the path.").format(file=file))


def _named(file: Path, *, is_here: bool) -> str:
    """As the server is to find it: another computer has another working folder."""
    return str(file.expanduser().absolute()) if is_here else str(file)


def _sent(client: Client, file: Path) -> str:
    """The path on the server of what was sent there. Raises UserError."""
    from rich.console import Console
    from rich.progress import Progress

    from render_manager.base.errors import UserError
    from render_manager.base.i18n import _

    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task(file.name)
            uploaded = client.upload(
                file, progress=lambda done, of: progress.update(bar, completed=done, total=of)
            )
    except OSError as error:
        sentence = _("{file} cannot be read ({why}). Check the path.")
        raise UserError(sentence.format(file=file, why=error.strerror or error)) from None
    scenes = uploaded["scenes"]
    if len(scenes) == 1:
        return scenes[0]
    if not scenes:
        raise UserError(_("There is no scene in {file}.").format(file=file))
    sentence = _("{file} was sent and holds several scenes. Submit those you want: {scenes}")
    raise UserError(sentence.format(file=file, scenes="\n".join(["", *scenes])))
