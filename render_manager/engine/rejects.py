"""Moves bad files out of the way, so that nobody takes them for frames and none is lost unseen."""

from __future__ import annotations

import logging
from itertools import count
from pathlib import Path

from render_manager.engine.folder_watch import REJECTED

_log = logging.getLogger(__name__)


def set_aside(path: Path) -> Path | None:
    """Move a file into `_rejected` beside it; where it is now, or None if it cannot be moved."""
    folder = path.parent / REJECTED
    try:
        folder.mkdir(exist_ok=True)
        return path.rename(_free(folder, path))
    except OSError as error:
        _log.info("%s stays where it is: %s", path, error)
        return None


def _free(folder: Path, path: Path) -> Path:
    """The file's own name, or one with a number that nothing has yet."""
    names = (f"{path.stem}_{number}{path.suffix}" for number in count(2))
    place = folder / path.name
    while place.exists():
        place = folder / next(names)
    return place
