"""A renderer's process, as a QProcess."""

from __future__ import annotations

from pathlib import Path

import psutil
from PySide6.QtCore import QProcess, QProcessEnvironment

from render_manager.base.ending import keep_to_the_end
from render_manager.engine.loop import Loop
from render_manager.engine.process import RendererProcess, cannot_start, environment_for
from render_manager.engine.process_tree import ProcessTree
from render_manager.renderers.renderer import Command


class QtProcess(RendererProcess):
    """A process that we start. It writes into the log itself, so it outlives us undisturbed.

    For POSIX: a QProcess of Windows cannot start one that does not run yet (see `windows_job`), and
    lets it inherit every handle of ours, such as the pipe that somebody reads our output from.
    """

    def __init__(
        self, _loop: Loop, command: Command, log_path: Path, stop_file: Path, status_file: Path
    ) -> None:
        super().__init__()
        self._command = command
        self._mark = str(log_path)
        self._process = QProcess()
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
