"""`render-manager render`: a queue of its own for this call, with progress bars in the terminal."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QCoreApplication, QTimer

from render_manager.assembly import RenderManager, assemble
from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.paths import data_home
from render_manager.base.settings import load_settings
from render_manager.cli.interrupts import INTERRUPTED, INTERRUPTS
from render_manager.cli.progress import TerminalProgress
from render_manager.domain.evidence import in_words
from render_manager.domain.frames import format_frames
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import FrameDetail, Task
from render_manager.service.reading import problem_as_json
from render_manager.service.schemas import Submission

SESSIONS_KEPT = 20

FOLDERS_NAMED = 3
"""Folders that are named where a scene writes into many."""


def render_files(submissions: Sequence[Submission], *, as_json: bool) -> int:
    """Render to the end and return the exit code. Raises UserError before anything is queued."""
    check_files(submissions)
    if INTERRUPTS.is_noted:
        return INTERRUPTED
    session = Session(quiet=as_json)
    try:
        tasks = session.render(submissions)
        results = [Result(task, session.details(task)) for task in tasks]
    finally:
        session.close()
    if as_json:
        print(json.dumps({"tasks": [r.as_json() for r in results]}, ensure_ascii=False, indent=2))
    else:
        for result in results:
            print(result.sentence())
    return session.exit_code(tasks)


def check_files(submissions: Sequence[Submission]) -> None:
    """Raises UserError naming the first scene that is not there."""
    for submission in submissions:
        if not Path(submission.project_file).exists():
            sentence = _("There is no file {file}. Check the path.")
            raise UserError(sentence.format(file=submission.project_file))


HERE_AND_NOW = dict.fromkeys(("when_in_use", "when_programs_run", "when_on_battery"), "nothing")
"""Whoever gives the command waits for it."""


class Session:
    """Render Manager without a window, in a folder of its own for the time of one command."""

    def __init__(self, *, quiet: bool = False) -> None:
        settings = load_settings(**HERE_AND_NOW)
        self._app = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
        self._folder = _session_folder()
        self._manager: RenderManager = assemble(
            settings,
            database=self._folder / "session.sqlite3",
            runs_dir=self._folder / "runs",
        )
        self._progress = TerminalProgress(quiet=quiet)
        self._tasks: list[Task] = []
        self._was_interrupted = False

    def render(self, submissions: Sequence[Submission]) -> list[Task]:
        """Queue the scenes and wait until each has ended; Ctrl+C ends the renderers."""
        service = self._manager.service
        service.changed.connect(self._look)
        self._manager.start()
        self._tasks = [service.submit(submission) for submission in submissions]
        ticks = QTimer()
        ticks.setInterval(100)
        ticks.timeout.connect(self._heed)
        ticks.timeout.connect(self._look)
        ticks.start()
        with INTERRUPTS.heeded(), self._progress:
            self._look()
            self._app.exec()
        return self._tasks

    def details(self, task: Task) -> list[FrameDetail]:
        return self._manager.service.frame_details(task.id).result()

    def exit_code(self, tasks: Sequence[Task]) -> int:
        if self._was_interrupted:
            return INTERRUPTED
        return 0 if all(task.state is TaskState.COMPLETED for task in tasks) else 1

    def close(self) -> None:
        self._manager.stop()
        for leftover in self._folder.glob("session.sqlite3*"):
            leftover.unlink(missing_ok=True)

    def _look(self, *_args: object) -> None:
        self._progress.show(self._tasks, time.time())
        if self._tasks and all(map(_is_over, self._tasks)):
            self._app.quit()

    def _heed(self) -> None:
        if not INTERRUPTS.is_noted or self._was_interrupted:
            return
        self._was_interrupted = True
        open_tasks = [task.id for task in self._tasks if not _is_over(task)]
        if open_tasks:
            self._manager.service.cancel(open_tasks)


def _is_over(task: Task) -> bool:
    """Whether nothing more becomes of it; what is held waits for somebody who is not here."""
    return (task.state.has_ended or task.is_held) and not task.runs


class Result:
    """What became of one task, for a person or a program."""

    def __init__(self, task: Task, details: list[FrameDetail]) -> None:
        self._task = task
        self._frames = list(zip(task.frames.numbers, details, strict=True))

    def sentence(self) -> str:
        task = self._task
        if task.state is not TaskState.COMPLETED and not self._frames:
            return f"{task.job.name}: {task.error_message or task.state.value}"
        reasons = {**self._reasons(), **self._suspicions()}
        lines = [f"  {format_frames(numbers)}: {why}" for why, numbers in reasons.items()]
        return "\n".join([self._headline(), *lines])

    def _headline(self) -> str:
        task = self._task
        if task.state is TaskState.COMPLETED:
            return _("{name}: all {count} frames are in {folder}").format(
                name=task.job.name, count=task.total_frames, folder=self._folders()
            )
        return _("{name}: {count} of {total} frames are missing").format(
            name=task.job.name, count=len(self._missing()), total=task.total_frames
        )

    def _folders(self) -> str:
        """Where the files are: not in the task's folder if the scene itself says where."""
        own = Path(self._task.job.output_dir)
        files = (Path(file.path) for _number, detail in self._frames for file in detail.files)
        found = dict.fromkeys(own if own in file.parents else file.parent for file in files)
        named = [str(folder) for folder in found][:FOLDERS_NAMED]
        return ", ".join(named + ["…"] * (len(found) > FOLDERS_NAMED)) or str(own)

    def as_json(self) -> dict[str, Any]:
        task = self._task
        return {
            "project_file": task.job.project_file,
            "renderer": task.job.renderer,
            "status": task.state.value,
            "output_dir": task.job.output_dir,
            "total_frames": task.total_frames,
            "completed_frames": task.completed_frames,
            "error_message": task.error_message,
            "problem": problem_as_json(task.problem),
            "frames": [
                {
                    "frame_number": number,
                    "status": detail.state.word,
                    "files": [file.path for file in detail.files],
                    "thumbnail_path": detail.thumbnail_path,
                    "render_time": detail.seconds,
                    "error_message": detail.error_message,
                    "suspicions": list(task.suspicions.get(number, ())),
                }
                for number, detail in self._frames
            ],
        }

    def _missing(self) -> list[int]:
        return [n for n, detail in self._frames if detail.state is not FrameState.COMPLETED]

    def _reasons(self) -> dict[str, list[int]]:
        reasons: dict[str, list[int]] = {}
        for number, detail in self._frames:
            if detail.state is not FrameState.COMPLETED:
                why = detail.error_message or self._task.error_message or _("not rendered")
                reasons.setdefault(why, []).append(number)
        return reasons

    def _suspicions(self) -> dict[str, list[int]]:
        """What is odd about frames that are there."""
        found: dict[str, list[int]] = {}
        for number, detail in self._frames:
            if detail.state is FrameState.COMPLETED and number in self._task.suspicions:
                why = in_words(self._task.suspicions[number])
                found.setdefault(_("Suspicious: {what}.").format(what=why), []).append(number)
        return found


def _session_folder() -> Path:
    sessions = data_home() / "sessions"
    folder = sessions / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = _(
            "{folder} cannot be written ({why}). Set RENDER_MANAGER_HOME to another folder."
        )
        raise UserError(
            sentence.format(folder=data_home(), why=error.strerror), field="RENDER_MANAGER_HOME"
        ) from None
    for old in sorted(sessions.iterdir())[:-SESSIONS_KEPT]:
        if not _is_under_way(old):
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _is_under_way(session: Path) -> bool:
    """Whether the process that a session is named after may still be rendering into it."""
    pid = session.name.rpartition("-")[2]
    return pid.isdigit() and psutil.pid_exists(int(pid))
