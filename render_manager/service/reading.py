"""Two verbs that need no queue: what a scene holds, and what a log says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from itertools import chain
from pathlib import Path
from typing import Any

from render_manager.base.errors import NotFoundError, UserError
from render_manager.base.i18n import _
from render_manager.domain.events import LogEvent, Problem
from render_manager.domain.job import SceneInfo
from render_manager.engine.log_follower import LogFollower
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.exit_codes import exit_meaning, written
from render_manager.renderers.renderer import Renderer, read_log

_REMARK = re.compile(r"#(?! (?:Error|Warning|Result):)")
"""Maya's Python begins its messages in the same way."""

SAMPLE = 2_000
"""Lines of the beginning and of the end of a log by which its renderer is recognised."""


def inspect_scene(catalog: Catalog, path: Path) -> SceneInfo:
    """What the scene file holds, read without starting its program. Raises UserError."""
    return catalog.for_scene(path).inspect(path)


def scene_as_json(scene: SceneInfo) -> dict[str, Any]:
    """The documented form of `inspect --json`; what is not known is None."""
    return {
        "renderer": scene.renderer,
        "version": scene.version,
        "frames": {"start": scene.start, "end": scene.end, "step": scene.step},
        "single_frame": scene.single_frame,
        "fps": scene.fps,
        "resolution": {"width": scene.width, "height": scene.height},
        "cameras": [asdict(camera) for camera in scene.cameras],
        "layers": [asdict(layer) for layer in scene.layers],
        "output": {"prefix": scene.prefix, "format": scene.format, "naming": scene.naming},
        "engine": scene.engine,
        "camera": scene.camera,
        "scenes": list(scene.scenes),
        "choices": {name: list(values) for name, values in scene.choices.items()},
        "references": list(scene.references),
        "scripts": list(scene.scripts),
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
    has_said_anything = False
    for line, event in read_log(renderer.listen(None, ()), lines):
        has_said_anything = True
        yield event_as_json(event, line)
    if not has_said_anything:
        sentence = _("{path} holds nothing that a renderer's log says. Is it the right file?")
        raise UserError(sentence.format(path=path))


def problem_as_json(problem: Problem | None) -> dict[str, Any] | None:
    """The documented form of what a task's newest run is blamed for."""
    if problem is None:
        return None
    keys = ("code", "cause", "advice", "line", "text")
    return {key: getattr(problem, key) for key in keys}


def exit_code_as_json(code: int, renderer: str | None) -> dict[str, Any]:
    """The documented form of `explain --exit-code`. Raises NotFoundError for an unknown code."""
    meaning = exit_meaning(code, renderer)
    if meaning is None:
        raise NotFoundError(
            _("Nothing is known of exit code {code}. The log of the run says more.").format(
                code=code
            )
        )
    return {
        "exit_code": code,
        "written": written(code),
        "meaning": str(meaning.text),
        "advice": str(meaning.advice),
        "source": meaning.source,
    }


def event_as_json(event: LogEvent, line: int) -> dict[str, Any]:
    """The documented form of an event in `explain --json`; keys that do not apply are left out."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    # Events are flat, and `asdict` would copy each value deeply: a third of the time of it all.
    told = ((each.name, getattr(event, each.name)) for each in fields(event))
    found = {key: value for key, value in told if value not in (None, "")}
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
    return ["" if _REMARK.match(line) else line for line in lines]


def _could_be_anybodys(event: LogEvent) -> bool:
    """Whether it is no more than a line that calls itself an error."""
    return isinstance(event, Problem) and event.code == "error"


def _best_reader(catalog: Catalog, lines: list[str]) -> Renderer:
    """Told by the beginning and the end of a long log, for each renderer has to read them."""
    some = lines if len(lines) <= 2 * SAMPLE else [*lines[:SAMPLE], *lines[-SAMPLE:]]

    def understood(renderer: Renderer) -> int:
        events = (event for _line, event in read_log(renderer.listen(None, ()), some))
        return sum(not _could_be_anybodys(event) for event in events)

    return max(catalog.renderers, key=understood)
