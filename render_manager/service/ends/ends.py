"""Notices which tasks end, and has others told in a thread of its own.

What fails there is said to the user, and never touches the task.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from render_manager.base.errors import ConflictError, UserError
from render_manager.base.i18n import _
from render_manager.base.settings_values import command_words
from render_manager.domain.states import FrameState, TaskState
from render_manager.domain.task import FrameDetail, Task
from render_manager.domain.touched import Touched
from render_manager.service.ends import command, mail, webhook
from render_manager.service.ends.ended import Ended, ended, trial
from render_manager.service.task_service import TaskService

ENDED = (TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELLED)

if TYPE_CHECKING:
    from render_manager.service.ends.movie import Movie

_log = logging.getLogger(__name__)


class Ends(QObject):
    """Lives on the main thread. Tasks that had ended before it was made are no news."""

    tried = Signal(str)
    """What became of a test message: nothing if it was taken, else why not."""
    making = Signal(bool)
    """Whether a movie waits or is being made."""
    made = Signal(str)
    """Where a movie is that is whole now."""
    _failed = Signal(str)

    def __init__(
        self,
        service: TaskService,
        waits: tuple[float, ...] = webhook.WAITS,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._waits = waits
        self._clock = clock
        self._states = {task.id: task.state for task in service.queue}
        self._is_over = threading.Event()
        self._tellers = ThreadPoolExecutor(2, "ends")
        self._movie_makers = ThreadPoolExecutor(1, "movie")
        self._movies: dict[int, Movie] = {}
        """By task: those that wait or are being made."""
        self._failed.connect(service.noticed)
        service.changed.connect(self._look)

    def try_out(self) -> None:
        """Send a test message to whoever is set up; `tried` says what became of it."""
        deeds = self._deeds(trial(), waits=())
        if not deeds:
            self.tried.emit(
                _("Nobody is set up: fill in a webhook, an e-mail or a command, and save.")
            )
            return
        self._tellers.submit(self._try, deeds)

    def make_movies(self, task_ids: list[int]) -> None:
        """Make a movie of each, one after the other; of which one is being made, it goes on.

        Raises UserError if there is no ffmpeg, or nothing to be seen yet.
        """
        from render_manager.service.ends.movie import find_ffmpeg  # numpy takes its time

        ffmpeg = find_ffmpeg(self._service.settings.ffmpeg_executable)
        tasks = [self._service.task(task_id) for task_id in task_ids]
        for task in tasks:
            if not task.completed_frames:
                raise ConflictError(
                    _("{name} has no finished frame of which a movie could be made.").format(
                        name=task.job.name
                    )
                )
        for task in tasks:
            if task.id not in self._movies:
                self._make_movie(task, ffmpeg)

    def stop_movies(self, task_ids: list[int]) -> None:
        """Of those tasks: what there is of them is removed. Raises ConflictError if there is none."""
        stopped = [self._stop_movie(task_id) for task_id in task_ids]
        if not any(stopped):
            raise ConflictError(_("No movie is being made of it."))

    def stop(self) -> None:
        """What waits for another try is given up; what is being sent has a moment to end."""
        self._is_over.set()
        for movie in list(self._movies.values()):
            movie.cancel()
        self._movie_makers.shutdown(wait=True, cancel_futures=True)
        self._tellers.shutdown(wait=True, cancel_futures=True)

    # --- how it is done -----------------------------------------------------------------------

    def _look(self, touched: Touched) -> None:
        for task_id in touched.ids:
            task = self._service.queue.tasks.get(task_id)
            before = self._states.pop(task_id, None)
            if task is None:
                self._stop_movie(task_id)
                continue
            self._states[task_id] = task.state
            # What comes in ended already was put back by an undo.
            if before is not None and before not in ENDED and task.state in ENDED:
                self._tell(ended(task))
                self._make_wanted_movie(task)

    def _tell(self, told: Ended) -> None:
        if told.status not in self._service.settings.ends_told:
            return
        for deed in self._deeds(told, self._waits):
            self._tellers.submit(deed).add_done_callback(partial(self._note, told.name))

    def _make_wanted_movie(self, task: Task) -> None:
        if task.state is not TaskState.COMPLETED or not self._service.settings.make_movie:
            return
        try:
            self.make_movies([task.id])
        except UserError as error:
            self._service.noticed.emit(str(error))

    def _make_movie(self, task: Task, ffmpeg: Path) -> None:
        settings, details = self._service.settings, self._service.frame_details(task.id)
        name, folder, numbers = task.job.name, Path(task.job.output_dir), task.frames.numbers
        told = settings.movie_codec, settings.movie_fps, settings.movie_frame_numbers

        def frames() -> list[tuple[int, str | None]]:
            return list(zip(numbers, map(_picture, details.result()), strict=False))

        from render_manager.service.ends.movie import Movie, Plan

        movie = Movie(Plan(name, folder, frames, *told), ffmpeg, self._service.view)
        self._movies[task.id] = movie
        self.making.emit(True)
        self._movie_makers.submit(self._finish_movie, task.id, movie)

    def _stop_movie(self, task_id: int) -> bool:
        """Whether there was one: the thread that makes it may just have ended."""
        movie = self._movies.pop(task_id, None)
        if movie is not None:
            movie.cancel()
            self.making.emit(bool(self._movies))
        return movie is not None

    def _finish_movie(self, task_id: int, movie: Movie) -> None:
        """On the thread that makes movies."""
        try:
            path = movie.make()
        except Exception as error:  # whatever it is, the next movie is made
            self._failed.emit(_said(error))
        else:
            if path is not None:
                self.made.emit(str(path))
        finally:
            if self._movies.get(task_id) is movie:
                self._movies.pop(task_id, None)
                self.making.emit(bool(self._movies))

    def _deeds(self, told: Ended, waits: tuple[float, ...]) -> list[Callable[[], None]]:
        """What is to be done, with the settings as they are now. Each may raise UserError."""
        settings = self._service.settings
        deeds: list[Callable[[], None]] = []
        url, kind, secret = settings.webhook_url, settings.webhook_kind, settings.webhook_secret
        if url is not None:
            deeds.append(
                lambda: webhook.send(kind, url, secret, told, self._clock, self._is_over, waits)
            )
        if (post := mail.post_of(settings)) is not None:
            deeds.append(lambda: mail.send(post, told, self._is_over, waits))
        if settings.end_command is not None:
            words = command_words(settings.end_command)
            deeds.append(lambda: command.run(words, told, self._is_over))
        return deeds

    def _note(self, name: str, done: Future[None]) -> None:
        """On the thread that did it."""
        if not done.cancelled() and (error := done.exception()) is not None:
            self._failed.emit(f"{name}: {_said(error)}")

    def _try(self, deeds: list[Callable[[], None]]) -> None:
        problems = []
        for deed in deeds:
            try:
                deed()
            except Exception as error:  # whatever it is, the button must come back
                problems.append(_said(error))
        self.tried.emit("\n".join(problems))


def _picture(detail: FrameDetail) -> str | None:
    return detail.output_path if detail.state is FrameState.COMPLETED else None


def _said(error: BaseException) -> str:
    if not isinstance(error, UserError):
        _log.error("This is a bug", exc_info=error)
    return str(error)
