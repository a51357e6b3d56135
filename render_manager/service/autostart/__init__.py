"""Starting with the computer: what each system has for it, imported for that system alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from render_manager.service.autostart.program import (
    Autostart,
    Run,
    Service,
    run_command,
    this_program,
)

__all__ = ["Autostart", "Service", "autostart"]


def autostart(
    run: Run = run_command,
    platform: str = sys.platform,
    service: Service = Service.MANAGER,
    arguments: Sequence[str] = ("serve",),
) -> Autostart:
    """That of this system, for `render-manager` with these arguments; `run` runs its commands."""
    program = this_program(platform, service, arguments)
    match platform:
        case "win32":
            from render_manager.service.autostart.task_scheduler import TaskScheduler

            return TaskScheduler(run, program)
        case "darwin":
            from render_manager.service.autostart.launchd import Launchd

            return Launchd(run, program)
    from render_manager.service.autostart.systemd import Systemd

    return Systemd(run, program)
