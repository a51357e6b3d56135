"""Starting with the computer: what each system has for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from render_manager.service.autostart.launchd import Launchd
from render_manager.service.autostart.program import (
    Autostart,
    Program,
    Run,
    Service,
    run_command,
    this_program,
)
from render_manager.service.autostart.systemd import Systemd
from render_manager.service.autostart.task_scheduler import TaskScheduler

__all__ = ["Autostart", "Service", "autostart"]


def autostart(
    run: Run = run_command,
    platform: str = sys.platform,
    service: Service = Service.MANAGER,
    arguments: Sequence[str] = ("serve",),
) -> Autostart:
    """That of this system, for `render-manager` with these arguments; `run` runs its commands."""
    kinds: dict[str, Callable[[Run, Program], Autostart]] = {
        "win32": TaskScheduler,
        "darwin": Launchd,
    }
    return kinds.get(platform, Systemd)(run, this_program(platform, service, arguments))
