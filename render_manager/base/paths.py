"""Where things lie: the user's data folder and the files that ship with the program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "RenderManager"


def data_home() -> Path:
    """The folder that holds database, logs, thumbnails and settings.

    `RENDER_MANAGER_HOME` if set, else the platform's data folder (`%LOCALAPPDATA%\\RenderManager`,
    `~/.local/share/RenderManager`, `~/Library/Application Support/RenderManager`).
    """
    chosen = os.environ.get("RENDER_MANAGER_HOME")
    return Path(chosen).expanduser() if chosen else platform_home()


def platform_home() -> Path:
    """The platform's own data folder, whatever `RENDER_MANAGER_HOME` says."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def inbox_dir() -> Path:
    """The folder that other programs lay scenes into (`service/inbox.py`).

    `submitters/client.py` works out the same one without this module.
    """
    return data_home() / "inbox"


def address_file() -> Path:
    """Where a server that runs says how it is reached, and the key of its user's own commands."""
    return data_home() / "api.json"


def resource(*parts: str) -> Path:
    """A file of `resources/`, in a checkout, an installed wheel or a packaged program."""
    return _resources().joinpath(*parts)


def _resources() -> Path:
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)) / "resources"
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / "resources"
    return checkout if checkout.is_dir() else package / "_resources"
