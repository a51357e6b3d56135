"""The folder that the frames go to, and what is in it already."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from render_manager.base.i18n import N_, _, ngettext
from render_manager.domain.task import Task
from render_manager.gui.background import Background
from render_manager.gui.task_sheet.field import Field, different
from render_manager.gui.text import tip
from render_manager.gui.theme import Theme

PAUSE_MS = 250
MOST_COUNTED = 10_000


class FolderField(Field):
    """A path to write, or to choose by `choose_folder` (from a folder, None if not chosen)."""

    name = "output_dir"
    title = N_("&Output")

    def __init__(
        self,
        theme: Theme,
        background: Background,
        choose_folder: Callable[[str], Path | None],
    ) -> None:
        super().__init__(theme)
        self.line, self.browse = QLineEdit(), QToolButton()
        self._background = background
        self._choose_folder = choose_folder
        self._counted: tuple[str, int] = ("", 0)
        self.line.textEdited.connect(self._edit)
        self.browse.clicked.connect(self._browse)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._count)
        self._lay_out([self.line, self.browse])

    @property
    def controls(self) -> Sequence[QWidget]:
        return [self.line, self.browse]

    @property
    def value(self) -> str | None:
        text = self.line.text().strip()
        return text if text or self._is_edited or self._shared is not None else None

    def value_of(self, task: Task) -> str:
        return task.job.output_dir

    def retranslate(self) -> None:
        super().retranslate()
        self.browse.setToolTip(_("Browse…"))
        self.browse.setAccessibleName(_("Browse…"))

    def _put(self, value: str | None) -> None:
        if self.line.text() != (value or ""):
            self.line.setText(value or "")
            self.line.setToolTip(tip(value or ""))
        if (value or "") != self._counted[0]:
            self._pause.start()

    def _offer(self) -> None:
        is_mixed = self._shared is None and not self._is_edited
        self.line.setPlaceholderText(different() if is_mixed else "")

    def _remark(self) -> str:
        folder, count = self._counted
        if not count or folder != self.value:
            return ""
        if count >= MOST_COUNTED:
            return _("Holds {count:,} files or more already.").format(count=MOST_COUNTED)
        return ngettext(
            "Holds {count:,} file already.", "Holds {count:,} files already.", count
        ).format(count=count)

    def _edit(self) -> None:
        self._offer()
        self.line.setToolTip(tip(self.line.text()))
        self._note_edit()
        self._pause.start()

    def _browse(self) -> None:
        chosen = self._choose_folder(self.value or "")
        if chosen is not None:
            self.line.setText(str(chosen))
            self._edit()

    def _count(self) -> None:
        folder = self.value or ""
        self._background.run(lambda: _files_in(folder), lambda count: self._take(folder, count))

    def _take(self, folder: str, count: int) -> None:
        self._counted = (folder, count)
        self._tell()

    def _restyle(self) -> None:
        super()._restyle()
        self.browse.setIcon(self._theme.icon("folder"))


def _files_in(folder: str) -> int:
    """How many entries it has, up to MOST_COUNTED; 0 if there is no such folder."""
    if not folder:
        return 0
    try:
        with os.scandir(Path(folder).expanduser()) as entries:
            return sum(1 for _entry in islice(entries, MOST_COUNTED))
    except OSError:
        return 0
