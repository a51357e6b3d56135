"""The scenes that a sheet is about, a line each, with how far their reading is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from render_manager.base.i18n import _
from render_manager.domain.task import Task
from render_manager.gui import icons
from render_manager.gui.text import tip
from render_manager.gui.theme import Theme

MOST_ROWS = 5


class SceneList(QListWidget):
    """At most five lines; more are scrolled to."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tasks: Sequence[Task] = ()
        self.setObjectName("scenes")
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setIconSize(QSize(icons.SIZE, icons.SIZE))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self._refresh)

    def show_tasks(self, tasks: Sequence[Task]) -> None:
        self._tasks = tasks
        self._refresh()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Scenes"))
        self._refresh()

    def _refresh(self) -> None:
        while self.count() > len(self._tasks):
            self.takeItem(self.count() - 1)
        while self.count() < len(self._tasks):
            QListWidgetItem("", self)
        for row, task in enumerate(self._tasks):
            self._write(self.item(row), task)
        fit_rows(self, MOST_ROWS)

    def _write(self, item: QListWidgetItem, task: Task) -> None:
        glyph, color, said = _state(task)
        text = f"{task.job.name}   {said}" if said else task.job.name
        tint = getattr(self._theme.colors, color)
        written = [text, glyph, tint]
        if item.data(Qt.ItemDataRole.UserRole) == written:
            return
        item.setData(Qt.ItemDataRole.UserRole, written)
        item.setText(text)
        item.setToolTip(tip(task.error_message or task.job.project_file))
        item.setIcon(icons.icon(glyph, tint, tint))


def _state(task: Task) -> tuple[str, str, str]:
    """The glyph, its colour, and the words for how far the scene's reading is."""
    if task.lacks_frames:
        return "state-paused", "paused", _("enter its frames")
    if task.is_broken:
        return "state-failed", "failed", _("cannot be read")
    if not task.is_inspected:
        return "state-pending", "pending", _("Reading the scene…")
    return "state-completed", "completed", ""


def fit_rows(rows: QListWidget, most: int) -> None:
    """As high as its rows, up to `most` of them."""
    rows.ensurePolished()
    height = max(rows.sizeHintForRow(0), rows.fontMetrics().height() + 4)
    shown = min(rows.count(), most)
    rows.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    rows.setFixedHeight(shown * height + 2 * rows.frameWidth() + 2)
