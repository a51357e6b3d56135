"""The renderer's process, whether we started it or found it: both tell when it starts and ends."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from render_manager.base.ending import keep_to_the_end
from render_manager.base.i18n import _
from render_manager.engine.error_boxes import QUIET
from render_manager.engine.process_tree import MARK, ProcessTree
from render_manager.renderers.renderer import Command

STOP_FILE = "RENDER_MANAGER_STOP_FILE"
"""The environment variable that names the file whose presence asks a run to give way."""

STATUS_FILE = "RENDER_MANAGER_STATUS_FILE"
"""The environment variable that names the file a driver may write its state to."""

ALIVE_CHECK_MS = 250


class RendererProcess(QObject):
    """What a run needs of its process."""

    started = Signal()
    failed = Signal(str)
    """It could not be started; the sentence says why."""
    finished = Signal(object)
    """It has ended; the exit code, or None if nobody can know."""

    tree: ProcessTree | None = None
    was_seen_alive = True

    def start(self) -> None:
        raise NotImplementedError

    def let_go(self) -> None:
        """Watch it no longer and leave it alone, also when this program ends."""
        raise NotImplementedError


class OwnProcess(RendererProcess):
    """A process that we start. It writes into the log itself, so it outlives us undisturbed.

    On POSIX; `windows_process` has the one for Windows.
    """

    def __init__(
        self, command: Command, log_path: Path, stop_file: Path, status_file: Path
    ) -> None:
        super().__init__()
        self._command = command
        self._mark = str(log_path)
        self._process = QProcess(self)
        self._process.setProgram(command.argv[0])
        self._process.setArguments(list(command.argv[1:]))
        environment = QProcessEnvironment()
        for name, value in environment_for(command, log_path, stop_file, status_file).items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        if command.cwd is not None:
            self._process.setWorkingDirectory(str(command.cwd))
        self._process.setStandardInputFile(QProcess.nullDevice())
        append = QProcess.OpenModeFlag.Append
        self._process.setStandardOutputFile(str(log_path), append)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        flags = QProcess.UnixProcessFlag
        self._process.setUnixProcessParameters(flags.CreateNewSession | flags.UseVFork)
        self._process.started.connect(self._on_started)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)

    def start(self) -> None:
        self._process.start()

    def let_go(self) -> None:
        self._process.blockSignals(True)
        self._process.setParent(None)
        # A QProcess kills its process when it is destroyed.
        keep_to_the_end(self._process)

    def _on_started(self) -> None:
        pid = self._process.processId()
        try:
            created = psutil.Process(pid).create_time()
        except psutil.Error:
            created = 0.0
        self.tree = ProcessTree(pid, created, self._mark)
        self.started.emit()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.failed.emit(cannot_start(self._command, self._process.errorString()))

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self.finished.emit(-code if status is QProcess.ExitStatus.CrashExit else code)


class FoundProcess(RendererProcess):
    """A process that an earlier session started, and that may have ended already."""

    def __init__(self, tree: ProcessTree) -> None:
        super().__init__()
        self.tree = tree
        self.was_seen_alive = tree.root is not None
        self._timer = QTimer(self)
        self._timer.setInterval(ALIVE_CHECK_MS)
        self._timer.timeout.connect(self._check)

    def start(self) -> None:
        self.started.emit()
        self._timer.start()
        self._check()

    def let_go(self) -> None:
        self._timer.stop()

    def _check(self) -> None:
        if self._timer.isActive() and (self.tree is None or self.tree.root is None):
            self._timer.stop()
            self.finished.emit(None)


def environment_for(
    command: Command, log_path: Path, stop_file: Path, status_file: Path
) -> dict[str, str]:
    """The variables of a renderer that writes into `log_path`; that path is its mark."""
    environment = QProcessEnvironment.systemEnvironment()  # which knows whether case matters
    for name, quiet in QUIET.items():
        if not environment.contains(name):
            environment.insert(name, quiet)
    for name, value in command.env.items():
        if value is None:
            environment.remove(name)
        else:
            environment.insert(name, value)
    for name, path in ((MARK, log_path), (STOP_FILE, stop_file), (STATUS_FILE, status_file)):
        environment.insert(name, str(path))
    return {name: environment.value(name) for name in environment.keys()}  # noqa: SIM118


def cannot_start(command: Command, why: str) -> str:
    """The sentence about a renderer that the system does not start."""
    sentence = _("{program} could not be started: {why}. Check the path in the settings.")
    return sentence.format(program=command.argv[0], why=why.rstrip("."))


def command_line(argv: tuple[str, ...]) -> str:
    """`argv` as one line, ready to paste into a shell of this system."""
    return subprocess.list2cmdline(argv) if os.name == "nt" else shlex.join(argv)
