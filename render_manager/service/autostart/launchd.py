"""macOS: an agent of launchd that starts when the user logs in.

Unproven: no Mac was at hand; the keys are those of launchd.plist(5).
"""

from __future__ import annotations

import os
import plistlib
from pathlib import Path
from typing import Any

from render_manager.base.i18n import _
from render_manager.service.autostart.program import MARK, Program, Run, remove_ours, write_ours

LABEL = "render-manager.serve"


class Launchd:
    def __init__(self, run: Run, program: Program) -> None:
        self._run = run
        self._program = program

    def is_on(self) -> bool:
        return agent_file().exists()

    def turn_on(self) -> list[str]:
        file = agent_file()
        write_ours(file, agent_plist(self._program))
        # Somebody may have switched it off by hand; that is remembered elsewhere.
        self._run(("launchctl", "enable", f"{_domain()}/{LABEL}"))
        start = f"launchctl bootstrap {_domain()} '{file}'"
        return [
            _("Render Manager starts when you log in: {file}").format(file=file),
            _("To start it now: {command}").format(command=start),
        ]

    def turn_off(self) -> list[str]:
        remove_ours(agent_file())
        return [_("Render Manager does not start by itself any more.")]


def agent_file() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def agent_plist(program: Program) -> bytes:
    keys: dict[str, Any] = {
        "Label": LABEL,
        "ProgramArguments": list(program.words),
        "RunAtLoad": True,
        # Again after a crash, but not after it was ended; renderers live on and are taken over.
        "KeepAlive": {"Crashed": True},
        "AbandonProcessGroup": True,
        "ProcessType": "Interactive",
        "EnvironmentVariables": {"RENDER_MANAGER_STARTED_BY": MARK, **program.environment},
    }
    if program.folder is not None:
        keys["WorkingDirectory"] = str(program.folder)
    return plistlib.dumps(keys)


def _domain() -> str:
    return f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"
