"""The frames to render, counted while they are written."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from render_manager.base.errors import UserError
from render_manager.base.i18n import N_, _, ngettext
from render_manager.domain.frames import parse_frames
from render_manager.domain.task import Task
from render_manager.gui.background import Background
from render_manager.gui.task_sheet.common import frames_in_scene
from render_manager.gui.task_sheet.line_field import LineField
from render_manager.gui.theme import Theme

PAUSE_MS = 150
"""Written on within it, a text is not counted yet."""


class FramesField(LineField):
    """A text such as "1-100x2,150"; without one, the frames are the scene's."""

    name = "frames"
    title = N_("F&rames")

    def __init__(self, theme: Theme, background: Background) -> None:
        super().__init__(theme)
        self._background = background
        self._found: tuple[int, str] | None = None
        self._asked = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._count)

    def value_of(self, task: Task) -> str:
        return task.frames_text or ""

    def _put(self, value: str | None) -> None:
        if self.text != (value or ""):
            super()._put(value)
            self._found = None
            if value and self._is_edited:
                self._pause.start()

    def _without(self) -> str:
        own = frames_in_scene(self._tasks)
        return _("As in the scene ({what})").format(what=own) if own else _("As in the scene")

    def _remark(self) -> str:
        if self._is_edited and self.text:
            return _frames(self._found[0]) if self._found else ""
        if not all(task.is_inspected for task in self._tasks):
            return _("Reading the scene…")
        if self._is_edited:
            return ""
        total = sum(task.total_frames for task in self._tasks)
        return _frames(total) if total else ""

    def _note_edit(self) -> None:
        self._found = None
        super()._note_edit()
        self._offer()
        if self.text:
            self._pause.start()
        else:
            self._pause.stop()

    def _count(self) -> None:
        self._asked += 1
        asked, text = self._asked, self.text
        self._background.run(lambda: _look_at(text), lambda found: self._take(asked, text, found))

    def _take(self, asked: int, text: str, found: tuple[int, str]) -> None:
        if asked != self._asked or text != self.text:
            return
        self._found = found
        self._refusal = found[1]
        self._tell()


def _look_at(text: str) -> tuple[int, str]:
    """How many frames the text names, or what is wrong with it."""
    try:
        return len(parse_frames(text)), ""
    except UserError as error:
        return 0, str(error)


def _frames(count: int) -> str:
    return ngettext("{count:,} frame", "{count:,} frames", count).format(count=count)
