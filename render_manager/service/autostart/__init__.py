"""Starting with the computer: what each system has for it."""

from __future__ import annotations

import sys
from collections.abc import Callable

from render_manager.service.autostart.launchd import Launchd
from render_manager.service.autostart.program import (
    Autostart,
    Program,
    Run,
    run_command,
    this_program,
)
from render_manager.service.autostart.systemd import Systemd
from render_manager.service.autostart.task_scheduler import TaskScheduler

__all__ = ["Autostart", "autostart"]


def autostart(run: Run = run_command, platform: str = sys.platform) -> Autostart:
    """That of this system; `run` runs its commands."""
    kinds: dict[str, Callable[[Run, Program], Autostart]] = {
        "win32": TaskScheduler,
        "darwin": Launchd,
    }
    return kinds.get(platform, Systemd)(run, this_program(platform))
