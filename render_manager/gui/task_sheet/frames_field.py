"""The frames to render, counted while they are written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from render_manager.base.errors import UserError
from render_manager.base.i18n import N_, _, ngettext
from render_manager.domain.frames import parse_frames
from render_manager.domain.task import Task
from render_manager.gui import theme as look
from render_manager.gui.background import Background
from render_manager.gui.task_sheet.common import frames_in_scene
from render_manager.gui.task_sheet.field import Field, different
from render_manager.gui.theme import Theme

PAUSE_MS = 150
"""Written on within it, a text is not counted yet."""


class FramesField(Field):
    """A text such as "1-100x2,150"; without one, the frames are the scene's."""

    name = "frames"
    title = N_("F&rames")

    def __init__(self, theme: Theme, background: Background) -> None:
        super().__init__(theme)
        self._background = background
        self._found: tuple[int, str] | None = None
        self._asked = 0
        self.line = QLineEdit()
        self.line.setFont(look.font())
        self.line.textEdited.connect(self._edit)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._count)
        self._lay_out([self.line])

    @property
    def controls(self) -> Sequence[QWidget]:
        return [self.line]

    @property
    def value(self) -> str | None:
        text = self.line.text().strip()
        return text if text or self._is_edited or self._shared is not None else None

    def value_of(self, task: Task) -> str:
        return task.frames_text or ""

    def _put(self, value: str | None) -> None:
        if self.line.text().strip() != (value or ""):
            self.line.setText(value or "")
            self._found = None
            if value and self._is_edited:
                self._pause.start()

    def _offer(self) -> None:
        own = frames_in_scene(self._tasks)
        as_in_scene = _("As in the scene ({what})").format(what=own) if own else ""
        is_mixed = self._shared is None and not self._is_edited
        self.line.setPlaceholderText(
            different() if is_mixed else as_in_scene or _("As in the scene")
        )

    def _remark(self) -> str:
        if self._is_edited and self.line.text().strip():
            return _frames(self._found[0]) if self._found else ""
        if not all(task.is_inspected for task in self._tasks):
            return _("Reading the scene…")
        if self._is_edited:
            return ""
        total = sum(task.total_frames for task in self._tasks)
        return _frames(total) if total else ""

    def _edit(self) -> None:
        self._found = None
        self._note_edit()
        self._offer()
        if self.line.text().strip():
            self._pause.start()
        else:
            self._pause.stop()

    def _count(self) -> None:
        self._asked += 1
        asked, text = self._asked, self.line.text().strip()
        self._background.run(lambda: _look_at(text), lambda found: self._take(asked, text, found))

    def _take(self, asked: int, text: str, found: tuple[int, str]) -> None:
        if asked != self._asked or text != self.line.text().strip():
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
