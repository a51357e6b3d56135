"""What lies in an Unreal project's Content folder, known by the headers of its files.

Nothing is opened but the first 64 KB of each `.uasset`. Unproven with a real project here; the
class names are those that a farm's tool looks for in the same place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

MAGIC = b"\xc1\x83\x2a\x9e"
HEAD = 64 * 1024
MOST_FILES = 500_000
MOST_LISTED = 5_000
"""Of a kind; nobody picks from a longer list."""

LARGEST = 64 * 1024 * 1024
"""Bytes: sequences, presets and queues are smaller; large textures and meshes are not opened."""

SKIPPED = {"__externalactors__", "__externalobjects__", "developers", "collections"}

CLASSES = {
    "queue": (b"MoviePipelineQueue",),
    "preset": (b"MoviePipelinePrimaryConfig", b"MoviePipelineMasterConfig", b"MovieGraphConfig"),
    "sequence": (b"LevelSequence",),
}
"""By the kind, the first that fits: a queue names the classes of what it holds, too."""


@dataclass(slots=True)
class Assets:
    """Paths as `/Game/Folder/Name.Name`, by kind: map, sequence, preset, queue."""

    by_kind: dict[str, list[str]] = field(default_factory=dict)
    is_whole: bool = True
    """Whether everything was looked at."""

    def listed(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted(self.by_kind.get(kind, ()), key=str.lower)[:MOST_LISTED])


def find_assets(content: Path) -> Assets:
    """All maps, level sequences, presets and queues below the folder."""
    assets = Assets()
    packages: list[Path] = []
    for count, path in enumerate(_files(content)):
        if count >= MOST_FILES:
            assets.is_whole = False
            break
        if path.suffix.lower() == ".umap":
            assets.by_kind.setdefault("map", []).append(game_path(path, content))
        else:
            packages.append(path)
    with ThreadPoolExecutor(8, thread_name_prefix="assets") as pool:
        for path, kind in zip(packages, pool.map(kind_of, packages, chunksize=64), strict=True):
            if kind is not None:
                assets.by_kind.setdefault(kind, []).append(game_path(path, content))
    return assets


def kind_of(path: Path) -> str | None:
    """What an asset is, or None. A class's name stands whole in the table of names, with a zero
    after it: that of a `LevelSequenceDirector` is no `LevelSequence`."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return None
    if not head.startswith(MAGIC):
        return None
    return next((kind for kind, names in CLASSES.items() if _holds(head, names)), None)


def game_path(path: Path, content: Path) -> str:
    """`/Game/Folder/Name.Name`."""
    inside = path.relative_to(content).with_suffix("").as_posix()
    return f"/Game/{inside}.{path.stem}"


def _holds(head: bytes, names: tuple[bytes, ...]) -> bool:
    return any(_is_name(head, name) for name in names)


def _is_name(head: bytes, name: bytes) -> bool:
    """Names are written with their length before and a zero behind."""
    length = (len(name) + 1).to_bytes(4, "little")
    return length + name + b"\0" in head


def _files(folder: Path) -> Iterator[Path]:
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
                yield Path(entry.path)


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
