"""What the self-test tries, on a whole Render Manager of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from render_manager.assembly import RenderManager
from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.states import TaskState
from render_manager.domain.task import FrameDetail, Task
from render_manager.gui.trial import colors_shown, open_trial_window, platform_name
from render_manager.gui.window import MainWindow
from render_manager.http_api.door import HttpDoor
from render_manager.selftest.program import FORMATS, GENERATIONS, TREE
from render_manager.selftest.waiting import wait_for
from render_manager.service.schemas import Submission

PATIENCE = 60.0
"""Seconds for each thing that has to happen; a slow machine takes a few."""

FEWEST_COLORS = 8


class Checks:
    """The checks; each returns what it saw or raises UserError. All on the main thread."""

    def __init__(self, manager: RenderManager, folder: Path) -> None:
        self._manager = manager
        self._folder = folder
        self._window: MainWindow | None = None
        self._door: HttpDoor | None = None
        self._rendered: list[FrameDetail] = []

    def open_database(self) -> str:
        file = self._manager.settings.database_path
        (revision,) = _ask(file, "SELECT version_num FROM alembic_version")
        return _("{file}, version {version}").format(file=file.name, version=revision)

    def show_window(self) -> str:
        window = open_trial_window(self._manager.service, self._manager.settings)
        self._window = window
        wait_for(
            lambda: colors_shown(window) >= FEWEST_COLORS,
            PATIENCE,
            lambda: _("The window stays blank. Mend the graphics driver."),
        )
        size = window.size()
        return _("{width} × {height} pixels, drawn by “{platform}”").format(
            width=size.width(), height=size.height(), platform=platform_name()
        )

    def answer_http(self) -> str:
        door = HttpDoor(self._manager.service, must=True)
        self._door = door
        door.open()
        with ThreadPoolExecutor(1) as pool:
            without = self._status(pool.submit(_get_status, door.url, None))
            with_token = self._status(pool.submit(_get_status, door.url, door.token))
        if (without, with_token) != (401, 200):
            raise UserError(
                _("Without the token it answers {one}, with it {other}.").format(
                    one=without, other=with_token
                )
            )
        return _("{url} answers those who have the token alone").format(url=door.url)

    def render_frames(self) -> str:
        tasks = [self._submit(word) for word in FORMATS]
        for task in tasks:
            self._wait_for_end(task, TaskState.COMPLETED)
            self._rendered += self._manager.service.frame_details(task.id).result(PATIENCE)
        return _("{count} frames, each with evidence").format(count=len(self._rendered))

    def make_thumbnails(self) -> str:
        made = {
            Path(detail.output_path or "").suffix[1:]
            for detail in self._rendered
            if detail.thumbnail_path and Path(detail.thumbnail_path).stat().st_size
        }
        if missing := sorted(set(FORMATS) - made):
            sentence = _("There is none of {formats}.")
            raise UserError(sentence.format(formats=", ".join(missing).upper()))
        return _("of {formats}").format(formats=", ".join(sorted(made)).upper())

    def end_processes(self) -> str:
        task = self._submit(TREE)
        folder = self._folder / TREE
        wait_for(
            lambda: len(_pids(folder)) == GENERATIONS or task.state.has_ended,
            PATIENCE,
            lambda: _("The renderer did not start its children."),
        )
        if task.state.has_ended:
            raise UserError(task.error_message or _("The renderer did not start its children."))
        tree = [psutil.Process(pid) for pid in _pids(folder)]
        self._manager.service.cancel([task.id])
        self._wait_for_end(task, TaskState.CANCELLED)
        wait_for(
            lambda: not any(map(_is_alive, tree)),
            PATIENCE,
            lambda: _("Of {count} processes these are left: {left}.").format(
                count=len(tree), left=", ".join(str(p.pid) for p in tree if _is_alive(p))
            ),
        )
        return _("cancelling ended the renderer, its child and its grandchild")

    def close(self) -> None:
        """Take down what was opened, the last first."""
        if self._door is not None:
            self._door.close()
        if self._window is not None:
            self._window.close()

    def _submit(self, word: str) -> Task:
        scene = self._folder / word / f"{word}.selftest"
        scene.parent.mkdir()
        scene.write_text(word, "utf-8")
        return self._manager.service.submit(Submission(str(scene), max_retries=0))

    def _wait_for_end(self, task: Task, wanted: TaskState) -> None:
        wait_for(
            lambda: task.state.has_ended and not task.runs,
            PATIENCE,
            lambda: (
                task.error_message or _("The task does not end: {state}.").format(state=task.state)
            ),
        )
        if task.state is not wanted:
            raise UserError(
                task.error_message or _("The task is {state}.").format(state=task.state)
            )

    def _status(self, asked: Future[int]) -> int:
        wait_for(asked.done, PATIENCE, lambda: _("There is no answer."))
        return asked.result()


def all_checks(checks: Checks) -> list[tuple[str, str, Callable[[], str]]]:
    """Name, title and deed of each, in order."""
    return [
        ("database", _("Database"), checks.open_database),
        ("window", _("Window"), checks.show_window),
        ("http", _("Web page and API"), checks.answer_http),
        ("render", _("Render"), checks.render_frames),
        ("thumbnails", _("Thumbnails"), checks.make_thumbnails),
        ("processes", _("Ending of processes"), checks.end_processes),
    ]


def _get_status(url: str, token: str | None) -> int:
    # No opener of urllib: a proxy that the user has set must not be asked.
    connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE / 2)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        connection.request("GET", "/api/tasks", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _ask(database: Path, sql: str) -> tuple[str]:
    connection = sqlite3.connect(database)
    try:
        found: tuple[str] = connection.execute(sql).fetchone()
    finally:
        connection.close()
    return found


def _pids(folder: Path) -> list[int]:
    return [int(file.name) for file in folder.iterdir() if file.name.isdigit()]


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
