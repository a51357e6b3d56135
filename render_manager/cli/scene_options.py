"""What can be said of a scene, to `render` and to `submit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[list[Path], typer.Argument(help="The scenes.")]
Frames = Annotated[str | None, typer.Option(help="Like 1-100x2,150; else the scene's.")]
Output = Annotated[Path | None, typer.Option(help="The folder for the frames.")]
Camera = Annotated[str | None, typer.Option(help="The camera to render from.")]
Layer = Annotated[list[str] | None, typer.Option(help="A layer to render; may be repeated.")]
Scene = Annotated[str | None, typer.Option(help="The scene inside the file (Blender).")]
Side = Annotated[int | None, typer.Option(min=1, help="Pixels.")]
Samples = Annotated[int | None, typer.Option(min=1, help="Samples per pixel.")]
Engine = Annotated[str | None, typer.Option(help="The render engine, like CYCLES.")]
Device = Annotated[str | None, typer.Option(help="CPU, CUDA, OPTIX, HIP, ONEAPI or METAL.")]
Format = Annotated[str | None, typer.Option(help="PNG, OPEN_EXR, OPEN_EXR_MULTILAYER, …")]
Set = Annotated[
    list[str] | None, typer.Option(help="An option of the renderer, NAME=VALUE; may be repeated.")
]
Priority = Annotated[int | None, typer.Option(min=0, max=10, help="0–10.")]
Retries = Annotated[int | None, typer.Option(min=0, help="Tries after a failure.")]
StartAt = Annotated[
    str | None,
    typer.Option("--start-at", help="No frame before: 19:00, “Fr 19:00”, “2026-11-27 08:00”, +2h."),
]
Hours = Annotated[
    str | None,
    typer.Option(help="When it may be rendered: “Mo-Fr 19:00-08:00, Sa-Su all day”, or always."),
]
ReadyBy = Annotated[
    str | None, typer.Option("--ready-by", help="When it should be done, as with --start-at.")
]
Machines = Annotated[
    str | None,
    typer.Option(help="Machines or pools it is kept to, like farm1,gpu; an empty text is any."),
]
Needs = Annotated[
    str | None,
    typer.Option(
        help="What each run takes of the named limits, like gpu_gb=8,maya_licence=1; an empty text is "
        "what its renderer's runs take."
    ),
]
After = Annotated[
    str | None,
    typer.Option(
        "--after", help="Tasks that it waits for, like 3,7/frame (frame by frame); empty is none."
    ),
]
FrameOrder = Annotated[
    str | None,
    typer.Option(
        help="Which frames come first: numbered, ends_first, every_4th, every_8th, every_16th or "
        "every_32nd."
    ),
]
ApproveAfter = Annotated[
    int | None,
    typer.Option(min=0, help="Frames after which it waits until they are approved; 0 is never."),
]
Renderer = Annotated[str | None, typer.Option(help="The renderer; else by the file's kind.")]


def names(text: str | None) -> list[str] | None:
    """Those that stand between commas."""
    return None if text is None else [name for name in map(str.strip, text.split(",")) if name]


def named_values(texts: list[str] | None) -> dict[str, str]:
    """NAME=VALUE, each. Raises BadParameter."""
    return dict(map(_named_value, texts or ()))


def _named_value(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise typer.BadParameter(f"“{text}” is not NAME=VALUE", param_hint="--set")
    return name, value
