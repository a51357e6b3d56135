"""A renderer's process without Qt; on Windows in a job of its own, from which no child escapes."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import psutil

from render_manager.base.ending import keep_to_the_end
from render_manager.engine.loop import Loop
from render_manager.engine.process import RendererProcess, cannot_start, environment_for
from render_manager.engine.process_tree import ProcessTree
from render_manager.renderers.renderer import Command

END_CHECK_SECONDS = 0.05

if sys.platform == "win32":
    from render_manager.engine.windows_job import Job

    CREATE_SUSPENDED = 0x00000004
    CREATION = CREATE_SUSPENDED | subprocess.CREATE_NO_WINDOW
    """It does not run yet. A console of its own, unseen, keeps our Ctrl+C from it."""

    def _let_run(process: psutil.Process, mark: str) -> None:
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

else:
    CREATION = 0

    def _let_run(process: psutil.Process, mark: str) -> None:
        """It runs already."""


class PlainProcess(RendererProcess):
    """A process that we start. It writes into the log itself, so it outlives us undisturbed."""

    def __init__(
        self, loop: Loop, command: Command, log_path: Path, stop_file: Path, status_file: Path
    ) -> None:
        super().__init__()
        self._command = command
        self._log_path = log_path
        self._environment = environment_for(command, log_path, stop_file, status_file)
        self._process: subprocess.Popen[bytes] | None = None
        self._timer = loop.timer(END_CHECK_SECONDS, self._check, repeats=True)

    def start(self) -> None:
        try:
            self._process = self._create()
        except OSError as error:
            self.failed.emit(cannot_start(self._command, error.strerror or str(error)))
            return
        mark = str(self._log_path)
        process = psutil.Process(self._process.pid)
        self.tree = ProcessTree(process.pid, process.create_time(), mark)
        _let_run(process, mark)
        self._timer.start()
        self.started.emit()

    def let_go(self) -> None:
        self._timer.stop()
        # One that is forgotten while it runs is warned about.
        keep_to_the_end(self._process)

    def _create(self) -> subprocess.Popen[bytes]:
        with self._log_path.open("ab") as log:
            return subprocess.Popen(
                self._command.argv,
                cwd=self._command.cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=CREATION,
            )

    def _check(self) -> None:
        code = self._process.poll() if self._process is not None else None
        if code is not None and self._timer.is_active:
            self._timer.stop()
            self.finished.emit(code)
