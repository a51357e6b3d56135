"""The scenes that a Maya scene refers to: their cameras and layers, one level deep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.domain.job import SceneCamera, SceneLayer
from render_manager.renderers.scenes.maya_nodes import MayaFile, Reference
from render_manager.renderers.scenes.maya_places import Places, is_there
from render_manager.renderers.scenes.maya_scene import MayaScene

_MOST_FOLLOWED = 20
_MOST_BYTES = 1 << 30
"""Of all that are followed, together; looking into more takes longer than a person waits."""

_DEFAULT_LAYER = "defaultRenderLayer"
_STARTUP = frozenset({"persp", "top", "front", "side"})


@dataclass(slots=True)
class Referenced:
    """`unknown` counts those that cannot be looked for from here, `passed` those that were there
    but were not looked into."""

    cameras: list[SceneCamera] = field(default_factory=list)
    layers: list[SceneLayer] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unknown: int = 0
    passed: int = 0


def follow(file: MayaFile, places: Places, read: Callable[[Path], MayaFile]) -> Referenced:
    """What the loaded references of `file` bring. `read` reads one; UserError means it cannot."""
    found = Referenced()
    room = _MOST_BYTES
    read_ones: dict[Path, MayaScene | None] = {}
    for reference in file.references:
        path = None if reference.deferred else _place(reference, places, found)
        if path is None:
            continue
        if path not in read_ones:
            size = _size(path)
            allowed = len(read_ones) < _MOST_FOLLOWED and size <= room
            room -= size if allowed else 0
            read_ones[path] = _scene(path, read) if allowed else None
        _add(found, read_ones[path], reference)
    found.cameras = [_edited(camera, file) for camera in found.cameras]
    return found


def _place(reference: Reference, places: Places, found: Referenced) -> Path | None:
    paths = places.candidates(reference.path, places.scenes())
    for path in paths:
        if is_there(path, numbered=False):
            return path
    if not paths or places.foreign(reference.path):
        found.unknown += 1
    elif str(paths[0]) not in found.missing:
        found.missing.append(str(paths[0]))
    return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _scene(path: Path, read: Callable[[Path], MayaFile]) -> MayaScene | None:
    if path.suffix.lower() not in (".ma", ".mb"):
        return None
    try:
        return MayaScene(read(path), path.stem)
    except UserError:
        return None


def _add(found: Referenced, scene: MayaScene | None, reference: Reference) -> None:
    if scene is None:
        found.passed += 1
        return
    space = f"{reference.namespace}:" if reference.namespace else ""
    for camera in scene.cameras():
        # A reference shares the four cameras that every scene has with the scene it is in.
        if camera.name not in _STARTUP:
            found.cameras.append(replace(camera, name=_within(space, camera.name)))
    for layer in scene.layers():
        if layer.name != _DEFAULT_LAYER:
            node = space + layer.node if layer.node else None
            name = space + layer.name
            found.layers.append(replace(layer, name=name, node=node, is_referenced=True))


def _within(space: str, path: str) -> str:
    return "|".join(space + part for part in path.split("|"))


def _edited(camera: SceneCamera, file: MayaFile) -> SceneCamera:
    """A scene's change of a referenced camera is stored at its shape: `|ns:cam|ns:camShape`."""
    for path, _attribute, value in file.edits:
        transform = path.rpartition("|")[0].removeprefix("|")
        if transform == camera.name or transform.endswith("|" + camera.name):
            camera = replace(camera, renderable=value not in ("0", "no", "off"))
    return camera
