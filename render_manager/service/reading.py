"""Two verbs that need no queue: what a scene holds, and what a log says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from render_manager.base.errors import NotFoundError, UserError
from render_manager.base.i18n import _
from render_manager.domain.events import LogEvent
from render_manager.domain.job import SceneInfo
from render_manager.engine.log_follower import LogFollower
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.renderer import Renderer, read_log


def inspect_scene(catalog: Catalog, path: Path) -> SceneInfo:
    """What the scene file holds, read without starting its program. Raises UserError."""
    return catalog.for_scene(path).inspect(path)


def scene_as_json(scene: SceneInfo) -> dict[str, Any]:
    """The documented form of `inspect --json`; what is not known is None."""
    return {
        "renderer": scene.renderer,
        "version": scene.version,
        "frames": {"start": scene.start, "end": scene.end, "step": scene.step},
        "fps": scene.fps,
        "resolution": {"width": scene.width, "height": scene.height},
        "cameras": [asdict(camera) for camera in scene.cameras],
        "layers": [asdict(layer) for layer in scene.layers],
        "output": {"prefix": scene.prefix, "format": scene.format},
        "engine": scene.engine,
        "camera": scene.camera,
        "scenes": list(scene.scenes),
        "requires": list(scene.requires),
        "missing": list(scene.missing),
        "warnings": list(scene.warnings),
    }


def explain_log(
    catalog: Catalog, path: Path, renderer_name: str | None = None
) -> Iterator[dict[str, Any]]:
    """What the listener finds in a log, an event each, with its line counted from 1.

    Without a renderer's name, the one whose listener understands the most is taken. Lines that
    begin with # are remarks of whoever kept the recording.
    """
    lines = _lines(path)
    renderer = catalog.get(renderer_name) if renderer_name else _best_reader(catalog, lines)
    for line, event in read_log(renderer.listen(None, ()), lines):
        yield event_as_json(event, line)


def event_as_json(event: LogEvent, line: int) -> dict[str, Any]:
    """The documented form of an event in `explain --json`; keys that do not apply are left out."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    found = {key: value for key, value in asdict(event).items() if value not in (None, "")}
    return {"event": name, "line": line, **found}


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise NotFoundError(_("There is no log file {path}.").format(path=path))
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise UserError(
            _("The log {path} cannot be read: {why}.").format(path=path, why=error.strerror)
        ) from None
    lines = chain.from_iterable(LogFollower(path).read_all())
    return ["" if line.startswith("#") else line for line in lines]


def _best_reader(catalog: Catalog, lines: list[str]) -> Renderer:
    def understood(renderer: Renderer) -> int:
        return sum(1 for _event in read_log(renderer.listen(None, ()), lines))

    return max(catalog.renderers, key=understood)
