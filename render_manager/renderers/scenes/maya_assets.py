"""The textures and caches that a Maya scene needs, and which of them are not there.

Maya renders without them: black or default-coloured surfaces. Of plug-ins, those nodes are known
whose attributes are: Arnold's images and stand-ins, Redshift's pictures.
"""

from __future__ import annotations

from collections.abc import Iterator

from render_manager.renderers.scenes.maya_nodes import TEXTURES, MayaFile, Node
from render_manager.renderers.scenes.maya_places import Places, is_there

_MOST = 300
_MOST_LOOKED_AT = 2000


def missing_assets(file: MayaFile, places: Places) -> tuple[list[str], int]:
    """The paths that are not there, and how many files could not be looked for from here."""
    missing: dict[str, None] = {}
    unknown: set[str] = set()
    folders = places.textures()
    for stored, numbered in dict(_stored(file)).items():
        paths = places.candidates(stored, folders)
        if any(is_there(path, numbered=numbered) for path in paths):
            continue
        if not paths or places.foreign(stored):
            unknown.add(stored)
        elif len(missing) < _MOST:
            missing[str(paths[0])] = None
    return list(missing), len(unknown)


def _stored(file: MayaFile) -> Iterator[tuple[str, bool]]:
    """Each path as stored, and whether it stands for numbered files."""
    count = 0
    for node in file.of(*TEXTURES):
        for attribute in TEXTURES[node.kind]:
            path = node.text(attribute)
            if path and count < _MOST_LOOKED_AT:
                count += 1
                yield path, _numbered(node)


def _numbered(node: Node) -> bool:
    return node.switch("ufe", default=False) or node.switch("uvt", default=False)
