"""`render-manager inspect`."""

from __future__ import annotations

import json
from pathlib import Path

from render_manager.base.i18n import _
from render_manager.base.settings import load_settings
from render_manager.domain.job import SceneInfo
from render_manager.renderers.catalog import Catalog
from render_manager.service.reading import inspect_scene, scene_as_json


def print_scene(path: Path, *, as_json: bool) -> None:
    scene = inspect_scene(Catalog(load_settings()), path)
    if as_json:
        print(json.dumps(scene_as_json(scene), ensure_ascii=False, indent=2))
    else:
        _print_table(path, scene)


def _print_table(path: Path, scene: SceneInfo) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(path.name), show_header=False, box=None, title_justify="left")
    table.add_column(style="dim")
    for label, value in _rows(scene):
        table.add_row(Text(label), Text(value))
    Console().print(table)


def _rows(scene: SceneInfo) -> list[tuple[str, str]]:
    step = f" × {scene.step}" if scene.step and scene.step > 1 else ""
    frames = f"{scene.start}–{scene.end}{step}" if scene.start is not None else "?"
    if scene.single_frame is not None:
        frames = _("{frame} (a single frame; the range is {range})").format(
            frame=scene.single_frame, range=frames
        )
    size = f"{scene.width} × {scene.height}" if scene.width else "?"
    rows = [
        (_("Renderer"), f"{scene.renderer} {scene.version or ''}"),
        (_("Engine"), scene.engine or "?"),
        (_("Frames"), f"{frames}  ({scene.fps or '?'} fps)"),
        (_("Resolution"), size),
        (_("Cameras"), ", ".join(camera.name for camera in scene.cameras) or "–"),
        (_("Layers"), ", ".join(layer.name for layer in scene.layers) or "–"),
        (_("Output"), f"{scene.prefix or '?'}  ({scene.format or '?'})"),
    ]
    rows += [(name.capitalize(), ", ".join(values)) for name, values in scene.choices.items()]
    rows += [(_("Reference"), path) for path in scene.references]
    rows += [(_("Script"), script) for script in scene.scripts]
    rows += [(_("Missing"), path) for path in scene.missing]
    rows += [(_("Warning"), warning) for warning in scene.warnings]
    return rows
