"""The renderer's process, whether we started it or found it: both tell when it starts and ends."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from render_manager.base.i18n import _
from render_manager.engine.error_boxes import QUIET
from render_manager.engine.loop import Hook, Loop
from render_manager.engine.process_tree import MARK, ProcessTree
from render_manager.renderers.renderer import Command

STOP_FILE = "RENDER_MANAGER_STOP_FILE"
"""The environment variable that names the file whose presence asks a run to give way."""

STATUS_FILE = "RENDER_MANAGER_STATUS_FILE"
"""The environment variable that names the file a driver may write its state to."""

ALIVE_CHECK_SECONDS = 0.25


class RendererProcess:
    """What a run needs of its process."""

    tree: ProcessTree | None = None
    was_seen_alive = True

    def __init__(self) -> None:
        self.started = Hook()
        self.failed = Hook()
        """It could not be started; the sentence says why."""
        self.finished = Hook()
        """It has ended; the exit code, or None if nobody can know."""

    def start(self) -> None:
        raise NotImplementedError

    def let_go(self) -> None:
        """Watch it no longer and leave it alone, also when this program ends."""
        raise NotImplementedError


ProcessMaker = Callable[[Loop, Command, Path, Path, Path], RendererProcess]
"""What makes the process of a command, which writes into a log; a stop and a status file are its
other two."""


class FoundProcess(RendererProcess):
    """A process that an earlier session started, and that may have ended already."""

    def __init__(self, loop: Loop, tree: ProcessTree) -> None:
        super().__init__()
        self.tree = tree
        self.was_seen_alive = tree.root is not None
        self._timer = loop.timer(ALIVE_CHECK_SECONDS, self._check, repeats=True)

    def start(self) -> None:
        self.started.emit()
        self._timer.start()
        self._check()

    def let_go(self) -> None:
        self._timer.stop()

    def _check(self) -> None:
        if self._timer.is_active and (self.tree is None or self.tree.root is None):
            self._timer.stop()
            self.finished.emit(None)


def environment_for(
    command: Command, log_path: Path, stop_file: Path, status_file: Path
) -> dict[str, str]:
    """The variables of a renderer that writes into `log_path`; that path is its mark."""
    environment = dict(os.environ)
    for name, quiet in QUIET.items():
        environment.setdefault(name, quiet)
    marks = {MARK: str(log_path), STOP_FILE: str(stop_file), STATUS_FILE: str(status_file)}
    for name, value in {**command.env, **marks}.items():
        known = name.upper() if os.name == "nt" else name  # as `os.environ` spells it there
        if value is None:
            environment.pop(known, None)
        else:
            environment[known] = value
    return environment


def cannot_start(command: Command, why: str) -> str:
    """The sentence about a renderer that the system does not start."""
    sentence = _("{program} could not be started: {why}. Check the path in the settings.")
    return sentence.format(program=command.argv[0], why=why.rstrip("."))


def command_line(argv: tuple[str, ...]) -> str:
    """`argv` as one line, ready to paste into a shell of this system."""
    return subprocess.list2cmdline(argv) if os.name == "nt" else shlex.join(argv)
