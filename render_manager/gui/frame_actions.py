"""What can be done with the selected frames: the right-click menu of the frame grid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from render_manager.base.i18n import _, ngettext
from render_manager.gui.details import Details
from render_manager.gui.theme import Theme
from render_manager.service.task_service import TaskService


class FrameActions(QObject):
    """Acts on what is selected in the grid of `details`."""

    def __init__(
        self,
        service: TaskService,
        details: Details,
        attempt: Callable[[Callable[[], object]], None],
        open_file: Callable[[Path], None],
        show_file: Callable[[Path], None],
        theme: Theme,
    ) -> None:
        super().__init__(details)
        self._service = service
        self._details = details
        self._attempt = attempt
        self._theme = theme
        self.menu = QMenu(details)
        self._icons: dict[QAction, str] = {}
        self._retry = self._add("retry", "retry", self._retry_frames)
        self.menu.addSeparator()
        self._open = self._add("open", "open", lambda: open_file(self._outputs()[0]))
        self._show = self._add("show", "folder", lambda: show_file(self._outputs()[0]))
        self._copy = self._add("copy", "duplicate", self._copy_paths)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    def show_menu(self, at: QPoint) -> None:
        """Open the menu at this place of the screen, if a frame is selected."""
        count = len(self._details.grid.selected_rows())
        if not count:
            return
        again = ngettext("Render {count} frame again", "Render {count} frames again", count)
        self._retry.setText(again.format(count=count))
        has_files = bool(self._outputs())
        for action in (self._open, self._show, self._copy):
            action.setEnabled(has_files)
        self.menu.popup(at)

    def retranslate(self) -> None:
        self._open.setText(_("Open"))
        self._show.setText(_("Show in folder"))
        self._copy.setText(_("Copy path"))

    def _add(self, name: str, icon: str, do: Callable[[], None]) -> QAction:
        action = self.menu.addAction("")
        action.setObjectName(name)
        action.triggered.connect(lambda: do())
        self._icons[action] = icon
        return action

    def _outputs(self) -> list[Path]:
        rows = self._details.grid.selected_rows()
        return [Path(path) for path in self._details.frames.outputs(rows)]

    def _retry_frames(self) -> None:
        task = self._details.task
        if task is not None:
            numbers = [
                self._details.frames.number(row) for row in self._details.grid.selected_rows()
            ]
            self._attempt(lambda: self._service.retry_frames(task.id, numbers))

    def _copy_paths(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(str, self._outputs())))

    def _restyle(self) -> None:
        for action, icon in self._icons.items():
            action.setIcon(self._theme.icon(icon))
