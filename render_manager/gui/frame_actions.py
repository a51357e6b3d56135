"""What can be done with the selected frames: the right-click menu of the frame grid, and its keys.

Rendering again is asked about when more than one completed frame would be lost. It cannot be
undone as a removal can: a run may have overwritten the first file a moment later.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from render_manager.base.i18n import N_, _, ngettext
from render_manager.domain.states import FrameState
from render_manager.gui.details import Details
from render_manager.gui.dialogs import Dialogs
from render_manager.gui.theme import Theme
from render_manager.service.queue_service import QueueService

Deed = Callable[[], None]

TEXTS = {
    "accept": N_("This is as intended"),
    "preview": N_("Preview"),
    "open": N_("Open"),
    "show": N_("Show in folder"),
    "copy": N_("Copy path"),
    "log": N_("Show its log lines"),
}

NEED_A_FILE = ("preview", "open", "show", "copy")


class FrameActions(QObject):
    """Acts on what is selected in the grid of `details`; its keys work where the grid has focus."""

    def __init__(
        self,
        service: QueueService,
        details: Details,
        dialogs: Dialogs,
        attempt: Callable[[Callable[[], object]], None],
        open_file: Callable[[Path], None],
        show_file: Callable[[Path], None],
        theme: Theme,
    ) -> None:
        super().__init__(details)
        self._service = service
        self._details = details
        self._dialogs = dialogs
        self._attempt = attempt
        self._theme = theme
        self.menu = QMenu(details)
        self.menu.aboutToHide.connect(self._enable_all)
        self.actions: dict[str, QAction] = {}
        self._icons: dict[QAction, str] = {}
        self._add("retry", "retry", self._render_again, "Ctrl+R")
        self._add("accept", "state-completed", self._accept, "Ctrl+I")
        self.menu.addSeparator()
        self._add("preview", "search", self._preview, "Return", "Enter")
        self._add("open", "open", lambda: self._with_main_file(open_file))
        self._add("show", "folder", lambda: self._with_main_file(show_file))
        self._add("copy", "duplicate", self._copy_paths, "Ctrl+C")
        self.menu.addSeparator()
        self._add("log", "log", self._show_log)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.retranslate()

    def show_menu(self, at: QPoint) -> None:
        """Open the menu at this place of the screen, if a frame is selected."""
        rows = self._rows()
        if not rows:
            return
        again = ngettext("Render {count} frame again", "Render {count} frames again", len(rows))
        self.actions["retry"].setText(again.format(count=len(rows)))
        has_file = self._main_file() is not None
        for name in NEED_A_FILE:
            self.actions[name].setEnabled(has_file)
        self.actions["accept"].setEnabled(any(map(self._details.frames.is_suspicious, rows)))
        self.actions["log"].setEnabled(self._was_tried(self._row()))
        self.menu.popup(at)

    def retranslate(self) -> None:
        self.actions["retry"].setText(_("Render again"))
        for name, text in TEXTS.items():
            self.actions[name].setText(_(text))

    # --- what is acted on ---------------------------------------------------------------------

    def _rows(self) -> list[int]:
        return self._details.grid.selected_rows()

    def _row(self) -> int:
        """The current row if it is selected, else the first that is; -1 if none is."""
        rows, current = self._rows(), self._details.grid.currentIndex().row()
        return current if current in rows else rows[0] if rows else -1

    def _main_file(self) -> Path | None:
        row = self._row()
        paths = self._details.frames.outputs([row]) if row >= 0 else []
        return Path(paths[0]) if paths else None

    def _was_tried(self, row: int) -> bool:
        detail = self._details.frames.detail(row)
        is_pending = detail is None or detail.state is FrameState.PENDING
        return detail is not None and not (is_pending and detail.error_message is None)

    # --- deeds --------------------------------------------------------------------------------

    def _render_again(self) -> None:
        task, rows = self._details.task, self._rows()
        if task is None or not rows:
            return
        states = self._details.frames.states
        lost = sum(states[row] == FrameState.COMPLETED for row in rows)
        if lost > 1 and not self._dialogs.may_render_again(self._details, lost):
            return
        numbers = [self._details.frames.number(row) for row in rows]
        self._attempt(lambda: self._service.retry_frames(task.id, numbers))

    def _accept(self) -> None:
        """A fade to black is black: the task learns it, and Ctrl+Z takes it back."""
        task, rows = self._details.task, self._rows()
        if task is not None and any(map(self._details.frames.is_suspicious, rows)):
            numbers = [self._details.frames.number(row) for row in rows]
            self._attempt(lambda: self._service.accept_suspicions(task.id, numbers))

    def _preview(self) -> None:
        row = self._row()
        if row >= 0:
            self._details.grid.enlarge_wanted.emit(row)

    def _with_main_file(self, do: Callable[[Path], None]) -> None:
        path = self._main_file()
        if path is not None:
            do(path)

    def _copy_paths(self) -> None:
        """Those of all selected frames, once they are known."""
        self._details.frames.with_outputs(self._rows(), _to_clipboard)

    def _show_log(self) -> None:
        row = self._row()
        if row >= 0:
            self._details.show_frame_log(row)

    # --- how it is built ----------------------------------------------------------------------

    def _add(self, name: str, icon: str, do: Deed, *keys: str) -> None:
        action = self.actions[name] = self.menu.addAction("")
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: do())
        self._details.grid.addAction(action)
        self._icons[action] = icon

    def _enable_all(self) -> None:
        """While the menu is closed, keys find out by themselves whether there is something to do."""
        for action in self.actions.values():
            action.setEnabled(True)

    def _restyle(self) -> None:
        for action, icon in self._icons.items():
            action.setIcon(self._theme.icon(icon))


def _to_clipboard(paths: list[str]) -> None:
    if paths:
        QGuiApplication.clipboard().setText("\n".join(paths))
