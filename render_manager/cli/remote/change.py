"""`render-manager change`."""

from __future__ import annotations

from typing import Any

import typer

from render_manager.cli import scene_options as said
from render_manager.cli.remote.options import Json, Server, Suspicion, TaskIds, Token
from render_manager.cli.remote.verbs import to_each


def change(
    ids: TaskIds,
    frames: said.Frames = None,
    output: said.Output = None,
    camera: said.Camera = None,
    layer: said.Layer = None,
    width: said.Side = None,
    height: said.Side = None,
    samples: said.Samples = None,
    engine: said.Engine = None,
    device: said.Device = None,
    format: said.Format = None,
    set: said.Set = None,
    priority: said.Priority = None,
    retries: said.Retries = None,
    on_suspicion: Suspicion = None,
    start_at: said.StartAt = None,
    hours: said.Hours = None,
    ready_by: said.ReadyBy = None,
    machines: said.Machines = None,
    needs: said.Needs = None,
    after: said.After = None,
    frame_order: said.FrameOrder = None,
    approve_after: said.ApproveAfter = None,
    json: Json = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Change tasks. What makes another picture renders every frame again."""
    from render_manager.cli.remote.connection import address_of

    wishes: dict[str, Any] = {
        "frames": frames,
        "camera": camera,
        "layers": layer,
        "width": width,
        "height": height,
        "samples": samples,
        "engine": engine,
        "device": device,
        "format": format,
        "options": said.named_values(set) or None,
        "priority": priority,
        "max_retries": retries,
        "on_suspicion": on_suspicion,
        "start_at": start_at,
        "hours": hours,
        "ready_by": ready_by,
        "machines": said.names(machines),
        "needs": needs,
        "depends_on": after,
        "frame_order": frame_order,
        "approve_after": approve_after,
    }
    if output is not None:
        is_here = address_of(server, token).is_here
        wishes["output_dir"] = str(output.expanduser().absolute() if is_here else output)
    if all(wish is None for wish in wishes.values()):
        raise typer.BadParameter("say what is to be different")
    to_each(ids, lambda client, id: client.change(id, **wishes), json, server, token)
