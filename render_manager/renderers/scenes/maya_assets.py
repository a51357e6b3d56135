"""The textures and caches that a Maya scene needs, and which of them are not there.

Maya renders without them: black or default-coloured surfaces. Of plug-ins, those nodes are known
whose attributes are; where each was seen stands with them (`maya_nodes.TEXTURES`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from render_manager.renderers.scenes.maya_nodes import TEXTURES, MayaFile, Node
from render_manager.renderers.scenes.maya_places import Places, is_there

_MOST = 300
_MOST_LOOKED_AT = 2000


class Missing(NamedTuple):
    """The `paths` that are not there, as many as a list shows; of how many more that holds
    (`unlisted`); how many could not be looked for from here, and how many were not looked for,
    because there are so many."""

    paths: list[str]
    unlisted: int
    unknown: int
    unsought: int


def missing_assets(file: MayaFile, places: Places) -> Missing:
    """Which files of the scene are not there."""
    missing: dict[str, None] = {}
    unknown: set[str] = set()
    folders = places.textures()
    wanted = list(dict(_stored(file)).items())
    for stored, numbered in wanted[:_MOST_LOOKED_AT]:
        paths = places.candidates(stored, folders)
        if any(is_there(path, numbered=numbered) for path in paths):
            continue
        if not paths or places.foreign(stored):
            unknown.add(stored)
        else:
            missing[str(paths[0])] = None
    unsought = max(0, len(wanted) - _MOST_LOOKED_AT)
    return Missing(list(missing)[:_MOST], max(0, len(missing) - _MOST), len(unknown), unsought)


def _stored(file: MayaFile) -> Iterator[tuple[str, bool]]:
    """Each path as stored, and whether it stands for numbered files."""
    for node in file.of(*TEXTURES):
        for attribute in TEXTURES[node.kind]:
            path = node.text(attribute)
            if path:
                yield path, _numbered(node)


def _numbered(node: Node) -> bool:
    return node.switch("ufe", default=False) or node.switch("uvt", default=False)
