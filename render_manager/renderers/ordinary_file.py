"""A look at a scene before it is opened: reading a pipe or a device may never end."""

from __future__ import annotations

import stat
from pathlib import Path

from render_manager.base.errors import UserError
from render_manager.base.i18n import _


def check_ordinary(scene: Path) -> None:
    """Raises UserError for a pipe, a device or a socket. What else is wrong shows when it is read."""
    try:
        mode = scene.stat().st_mode
    except (OSError, ValueError):
        return
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        sentence = _("“{path}” is no ordinary file. Choose the scene again.")
        raise UserError(sentence.format(path=scene), field="project_file")
