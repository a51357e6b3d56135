"""Which file a request is for, and who moves it: a frame's, its thumbnail, a log, an upload."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from render_manager.base.errors import NotFoundError
from render_manager.base.i18n import _
from render_manager.http_api.desk import Desk
from render_manager.http_api.files import Sending, Work, kind_of, sender
from render_manager.http_api.message import Head
from render_manager.http_api.queries import LOG_QUERY, read_query
from render_manager.http_api.routes import Route

PATIENCE_SECONDS = 30
"""How long a mover waits for what the database knows."""


def work_for(desk: Desk, route: Route, head: Head, ids: tuple[int, ...]) -> Work:
    """What moves the file, on a thread; all that the main thread knows is asked now.

    Raises UserError.
    """
    if route.method == "POST":
        from render_manager.http_api.uploads import receiver

        return receiver(desk.service.settings.upload_dir, desk.service.catalog.suffixes)
    if route.path.endswith("/log"):
        return sender(_log(desk, head, ids[0]))
    find = _thumbnail if "/thumbnail/" in route.path else _picture
    return sender(find(desk, head, ids[0]))


def _picture(desk: Desk, head: Head, frame_id: int) -> Callable[[], Sending]:
    files = _files(desk, frame_id)
    wanted = head.query.get("file", "")

    def find() -> Sending:
        chosen = Path(_chosen(files()[0], wanted))
        return Sending(chosen, kind_of(chosen), chosen.name)

    return find


def _thumbnail(desk: Desk, _head: Head, frame_id: int) -> Callable[[], Sending]:
    files = _files(desk, frame_id)

    def find() -> Sending:
        thumbnail = files()[1]
        if thumbnail is None:
            raise NotFoundError(_("The frame has no thumbnail yet."))
        return Sending(Path(thumbnail), kind_of(Path(thumbnail)))

    return find


def _files(desk: Desk, frame_id: int) -> Callable[[], tuple[list[str], str | None]]:
    """The frame's files, the main one first, and its thumbnail."""
    task, index = desk.frame(frame_id)
    future = desk.service.frame_span(task.id, index, 1)

    def wait() -> tuple[list[str], str | None]:
        for detail in future.result(PATIENCE_SECONDS):
            return [file.path for file in detail.files], detail.thumbnail_path
        return [], None

    return wait


def _log(desk: Desk, head: Head, task_id: int) -> Callable[[], Sending]:
    query = read_query(LOG_QUERY, head.query)
    future = desk.service.runs(desk.service.task(task_id).id)

    def find() -> Sending:
        runs = future.result(PATIENCE_SECONDS)
        wanted = [run for run in runs if not query["run"] or run.id == query["run"]]
        if not wanted or wanted[0].log_path is None:
            raise NotFoundError(_("There is no log yet."))
        kind = "text/plain; charset=utf-8"
        return Sending(Path(wanted[0].log_path), kind, None, query["offset"], query["tail"])

    return find


def _chosen(files: list[str], wanted: str) -> str:
    """The main file, or the one that is named. Raises NotFoundError."""
    if not files:
        raise NotFoundError(_("The frame has no file yet."))
    if not wanted:
        return files[0]
    for path in files:
        if wanted in (path, Path(path).name):
            return path
    raise NotFoundError(_("The frame has no file “{name}”.").format(name=wanted))
