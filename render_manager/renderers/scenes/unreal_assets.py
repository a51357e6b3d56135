"""What lies in an Unreal project's Content folder, known by the headers of its files.

Nothing is opened but the first 64 KB of each `.uasset`. Unproven with a real project here; the
class names are those that a farm's tool looks for in the same place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

MAGIC = b"\xc1\x83\x2a\x9e"
HEAD = 64 * 1024
MOST_FILES = 500_000
BATCH = 256
"""Files that a thread looks at in one go."""

MOST_LISTED = 5_000
"""Of a kind; nobody picks from a longer list."""

LARGEST = 64 * 1024 * 1024
"""Bytes: sequences, presets and queues are smaller; large textures and meshes are not opened."""

SKIPPED = {"__externalactors__", "__externalobjects__", "developers", "collections"}


def _written(name: bytes) -> bytes:
    """A name as the table of names has it: its length before, a zero behind. So that of a
    `LevelSequenceDirector` is no `LevelSequence`."""
    return (len(name) + 1).to_bytes(4, "little") + name + b"\0"


CLASSES = (
    ("queue", _written(b"MoviePipelineQueue")),
    ("preset", _written(b"MoviePipelinePrimaryConfig")),
    ("preset", _written(b"MoviePipelineMasterConfig")),
    ("preset", _written(b"MovieGraphConfig")),
    ("sequence", _written(b"LevelSequence")),
)
"""The first that fits: a queue names the classes of what it holds, too."""

WHOLE_HEAD = 2 * 1024 * 1024
SEQUENCE = _written(b"/Script/LevelSequence.LevelSequence")
BLUEPRINTS = (
    _written(b"/Script/Engine.Blueprint"),
    _written(b"/Script/UMGEditor.WidgetBlueprint"),
)
"""As the asset registry's part of the header names what a file holds, since 5.1. A blueprint that
uses sequences has the class among its names, too. Unproven, as are older blueprints: those are
listed as sequences."""


@dataclass(slots=True)
class Assets:
    """Paths as `/Game/Folder/Name.Name`, by kind: map, sequence, preset, queue."""

    by_kind: dict[str, list[str]] = field(default_factory=dict)
    is_whole: bool = True
    """Whether everything was looked at."""

    def add(self, kind: str, path: str) -> None:
        self.by_kind.setdefault(kind, []).append(path)

    def listed(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted(self.by_kind.get(kind, ()), key=str.lower)[:MOST_LISTED])


def find_assets(content: Path) -> Assets:
    """All maps, level sequences, presets and queues below the folder."""
    files = list(islice(_files(content), MOST_FILES + 1))
    assets = Assets(is_whole=len(files) <= MOST_FILES)
    maps = [path for path in files if path.lower().endswith(".umap")]
    packages = [path for path in files if not path.lower().endswith(".umap")]
    for path in maps:
        assets.add("map", game_path(Path(path), content))
    batches = [packages[at : at + BATCH] for at in range(0, len(packages), BATCH)]
    with ThreadPoolExecutor(4, thread_name_prefix="assets") as pool:
        for found in pool.map(_kinds_of, batches):
            for path, kind in found:
                assets.add(kind, game_path(Path(path), content))
    return assets


def _kinds_of(paths: list[str]) -> list[tuple[str, str]]:
    """Those of the files that are of interest, with what they are."""
    kinds = ((path, kind_of(path)) for path in paths)
    return [(path, kind) for path, kind in kinds if kind is not None]


def kind_of(path: str | Path) -> str | None:
    """What an asset is, by the names in its header; None if it is none of these."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  100,000 of them
            head = file.read(HEAD)
            if not head.startswith(MAGIC):
                return None
            kind = next((kind for kind, name in CLASSES if name in head), None)
            if kind == "sequence" and _is_blueprint(head + file.read(WHOLE_HEAD)):
                return None
            return kind
    except OSError:
        return None


def _is_blueprint(head: bytes) -> bool:
    return SEQUENCE not in head and any(name in head for name in BLUEPRINTS)


def game_path(path: Path, content: Path) -> str:
    """`/Game/Folder/Name.Name`."""
    inside = path.relative_to(content).with_suffix("").as_posix()
    return f"/Game/{inside}.{path.stem}"


def _files(folder: Path) -> Iterator[str]:
    folders, seen = [str(folder)], {os.path.realpath(folder)}
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir():
                if entry.name.lower() not in SKIPPED and _is_new(entry, seen):
                    folders.append(entry.path)
            elif entry.name.lower().endswith((".umap", ".uasset")) and _is_small(entry):
                yield entry.path


def _is_new(entry: os.DirEntry[str], seen: set[str]) -> bool:
    """A link may lead back to where one came from."""
    place = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
    is_new = place not in seen
    seen.add(place)
    return is_new


def _is_small(entry: os.DirEntry[str]) -> bool:
    if entry.name.lower().endswith(".umap"):
        return True
    try:
        return entry.stat().st_size <= LARGEST
    except OSError:
        return False
