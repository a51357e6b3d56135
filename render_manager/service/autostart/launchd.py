"""macOS: an agent of launchd that starts when the user logs in.

Unproven: no Mac was at hand; the keys are those of launchd.plist(5).
"""

from __future__ import annotations

import os
import plistlib
from pathlib import Path
from typing import Any

from render_manager.base.i18n import _
from render_manager.service.autostart.program import (
    MARK,
    Program,
    Run,
    not_any_more,
    remove_ours,
    write_ours,
)


class Launchd:
    def __init__(self, run: Run, program: Program) -> None:
        self._run = run
        self._program = program
        self._label = f"render-manager.{program.service.value}"
        self._title = program.service.title

    def is_on(self) -> bool:
        return agent_file(self._label).exists()

    def turn_on(self) -> list[str]:
        file = agent_file(self._label)
        write_ours(file, agent_plist(self._program))
        # Somebody may have switched it off by hand; that is remembered elsewhere.
        self._run(("launchctl", "enable", f"{_domain()}/{self._label}"))
        start = f"launchctl bootstrap {_domain()} '{file}'"
        return [
            _("{program} starts when you log in: {file}").format(program=self._title, file=file),
            _("To start it now: {command}").format(command=start),
        ]

    def turn_off(self) -> list[str]:
        remove_ours(agent_file(self._label))
        return [not_any_more(self._title)]


def agent_file(label: str) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{label}.plist"


def agent_plist(program: Program) -> bytes:
    keys: dict[str, Any] = {
        "Label": f"render-manager.{program.service.value}",
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
