"""From dropped files to tasks: looked through in the background, queued a few at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from render_manager.base.errors import UserError
from render_manager.base.i18n import _, ngettext
from render_manager.gui.background import Background
from render_manager.gui.scenes import Found, find_scenes
from render_manager.gui.text import suffix_list
from render_manager.service.schemas import Submission
from render_manager.service.task_service import TaskService

TURN_SECONDS = 0.01
"""How long scenes are queued before the window gets its turn again."""


class Intake(QObject):
    """Queues what it is given; what cannot be queued is told in one sentence."""

    queued = Signal(list)
    """`list[int]`: the tasks made of one `add`."""

    def __init__(
        self,
        service: TaskService,
        background: Background,
        tell: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._background = background
        self._tell = tell

    def add(self, paths: list[Path]) -> None:
        """Queue each scene among these files and folders."""
        suffixes = self._service.catalog.suffixes
        self._background.run(lambda: find_scenes(paths, suffixes), self._take)

    def _take(self, found: Found) -> None:
        if found.strangers or found.barren:
            self._tell(_left_out(found, self._service.catalog.suffixes))
        if found.scenes:
            _Queueing(self._service, found.scenes, self._finish, self).begin()

    def _finish(self, task_ids: list[int], refusals: list[str]) -> None:
        if refusals:
            self._tell(_refused(refusals))
        if task_ids:
            self.queued.emit(task_ids)


class _Queueing(QObject):
    """One drop on its way into the queue."""

    def __init__(
        self,
        service: TaskService,
        scenes: list[Path],
        finish: Callable[[list[int], list[str]], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._scenes = deque(scenes)
        self._finish = finish
        self._task_ids: list[int] = []
        self._refusals: list[str] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> None:
        self._timer.start(0)

    def _go_on(self) -> None:
        end = time.monotonic() + TURN_SECONDS
        while self._scenes and time.monotonic() < end:
            self._submit(self._scenes.popleft())
        if not self._scenes:
            self._timer.stop()
            self._finish(self._task_ids, self._refusals)
            self.deleteLater()

    def _submit(self, scene: Path) -> None:
        try:
            self._task_ids.append(self._service.submit(Submission(str(scene))).id)
        except UserError as error:
            self._refusals.append(str(error))


def _refused(refusals: list[str]) -> str:
    if len(refusals) == 1:
        return refusals[0]
    more = ngettext(
        "{count} more file was refused.", "{count} more files were refused.", len(refusals) - 1
    )
    return f"{refusals[0]} {more.format(count=len(refusals) - 1)}"


def _left_out(found: Found, suffixes: tuple[str, ...]) -> str:
    """What was not taken and why, in one message."""
    parts: list[str] = []
    if found.strangers:
        parts.append(
            ngettext(
                "{names} is not a scene that can be rendered here. What can: {kinds}.",
                "{names} are not scenes that can be rendered here. What can: {kinds}.",
                len(found.strangers),
            ).format(names=_named(found.strangers), kinds=suffix_list(suffixes))
        )
    if found.barren:
        parts.append(_("There is no scene in {names}.").format(names=_named(found.barren)))
    return " ".join(parts)


def _named(paths: list[Path]) -> str:
    """The first few names: “a.txt”, “b.jpg” and 3 more."""
    names = ", ".join(_("“{name}”").format(name=path.name or path) for path in paths[:3])
    if len(paths) <= 3:
        return names
    return _("{names} and {count} more").format(names=names, count=len(paths) - 3)
