"""Finding renderer processes from outside."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from render_manager.engine.process_tree import MARK


def marked_processes(home: Path, wait_for: int = 0, timeout: float = 60) -> list[psutil.Process]:
    """The processes of runs that belong to this data folder; waits until there are `wait_for`."""
    deadline = time.monotonic() + timeout
    while True:
        found = [process for process in psutil.process_iter() if _belongs(process, home)]
        if len(found) >= wait_for or time.monotonic() > deadline:
            return found


def _belongs(process: psutil.Process, home: Path) -> bool:
    try:
        return process.environ().get(MARK, "").startswith(str(home))
    except (psutil.Error, OSError):
        return False
