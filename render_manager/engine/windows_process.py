"""A renderer's process on Windows: started in a job of its own, from which no child escapes.

Not a QProcess: that cannot start a process which does not run yet, and it lets a renderer inherit
every handle of ours that can be inherited, such as the pipe that somebody reads our output from.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import psutil
from PySide6.QtCore import QTimer

from render_manager.engine.process import RendererProcess, cannot_start, environment_for
from render_manager.engine.process_tree import ProcessTree
from render_manager.renderers.renderer import Command

if sys.platform == "win32":
    from render_manager.engine.windows_job import Job

    CREATE_SUSPENDED = 0x00000004
    END_CHECK_MS = 50

    class OwnProcess(RendererProcess):
        """A process that we start. It writes into the log itself, so it outlives us undisturbed."""

        def __init__(
            self, command: Command, log_path: Path, stop_file: Path, status_file: Path
        ) -> None:
            super().__init__()
            self._command = command
            self._log_path = log_path
            self._environment = environment_for(command, log_path, stop_file, status_file)
            self._process: subprocess.Popen[bytes] | None = None
            self._timer = QTimer(self)
            self._timer.setInterval(END_CHECK_MS)
            self._timer.timeout.connect(self._check)

        def start(self) -> None:
            try:
                self._process = self._create()
            except OSError as error:
                self.failed.emit(cannot_start(self._command, error.strerror or str(error)))
                return
            mark = str(self._log_path)
            process = psutil.Process(self._process.pid)
            self.tree = ProcessTree(process.pid, process.create_time(), mark)
            self._let_run(process, mark)
            self._timer.start()
            self.started.emit()

        def let_go(self) -> None:
            self._timer.stop()

        def _create(self) -> subprocess.Popen[bytes]:
            """It does not run yet. A console of its own, unseen, keeps our Ctrl+C from it."""
            with self._log_path.open("ab") as log:
                return subprocess.Popen(
                    self._command.argv,
                    cwd=self._command.cwd,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    creationflags=CREATE_SUSPENDED | subprocess.CREATE_NO_WINDOW,
                )

        def _let_run(self, process: psutil.Process, mark: str) -> None:
            """In this order: a manager that dies in between leaves none that waits for ever."""
            try:
                job = Job(mark, process.pid)
            except OSError as why:
                # Its members are then found by descent and by their mark alone.
                logging.getLogger(__name__).info("A renderer runs without a job: %s", why)
                process.resume()
                return
            process.resume()
            job.hand_over()

        def _check(self) -> None:
            code = self._process.poll() if self._process is not None else None
            if code is not None and self._timer.isActive():
                self._timer.stop()
                self.finished.emit(code)
