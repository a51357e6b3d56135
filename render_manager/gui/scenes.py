"""Which scenes are among dropped files and folders. For worker threads: it looks at the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from render_manager.gui.text import natural


@dataclass(slots=True)
class Found:
    """Scenes to queue, files that are none, and folders without one."""

    scenes: list[Path] = field(default_factory=list)
    strangers: list[Path] = field(default_factory=list)
    barren: list[Path] = field(default_factory=list)


def find_scenes(paths: Iterable[Path], suffixes: tuple[str, ...]) -> Found:
    """Look at each path once: files as they are, folders with all that lies below them."""
    found = Found()
    for path in dict.fromkeys(paths):
        if path.is_dir():
            below = [scene for scene in _below(path) if is_scene(scene, suffixes)]
            found.scenes += sorted(below, key=lambda scene: natural(str(scene)))
            if not below:
                found.barren.append(path)
        elif is_scene(path, suffixes):
            found.scenes.append(path)
        else:
            found.strangers.append(path)
    found.scenes = list(dict.fromkeys(found.scenes))
    return found


def is_scene(path: Path, suffixes: tuple[str, ...]) -> bool:
    """By its name alone."""
    return path.name.lower().endswith(suffixes)


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder, hidden ones left out; links to folders are not followed."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in files if not name.startswith("."))
