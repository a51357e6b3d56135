"""Drag and drop anywhere on the window: the veil that says so, and what becomes of the files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from render_manager.gui.drop_forecast import forecast, second_line
from render_manager.gui.drop_veil import DropVeil
from render_manager.gui.theme import Theme
from render_manager.service.queue_service import QueueService


class DropTarget(QObject):
    """Makes `window` take files. Children that take no drops themselves pass theirs up to it."""

    dropped = Signal(list)
    """`list[Path]`: files and folders of this machine."""

    def __init__(self, window: QWidget, service: QueueService, theme: Theme) -> None:
        super().__init__(window)
        self._service = service
        self._is_refused = False
        self.veil = DropVeil(theme, window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @property
    def _suffixes(self) -> tuple[str, ...]:
        return self._service.catalog.suffixes + self._service.archives

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and not isinstance(event, QDragMoveEvent):
            self.veil.hide()
            return self._take(event)
        if isinstance(event, QDragEnterEvent):
            return self._welcome(event)
        if isinstance(event, QDragMoveEvent):
            event.setAccepted(not self._is_refused)
            return True
        if event.type() is QEvent.Type.DragLeave:
            self.veil.hide()
        elif event.type() is QEvent.Type.Resize:
            self.veil.fit()
        return False

    def _welcome(self, event: QDragEnterEvent) -> bool:
        """Say what a drop would do.

        Files that are no scenes are let in as well, or Qt would not tell that they have left; the
        moves that follow refuse them.
        """
        files = _files(event)
        if not files:
            return False
        event.acceptProposedAction()
        suffixes = self._suffixes
        seen = forecast(files, suffixes)
        self._is_refused = seen.is_refused
        asks_first = not self._service.settings.queue_at_once
        after = second_line(seen, suffixes, asks_first=asks_first)
        self.veil.cover(seen.headline(), after, is_refused=seen.is_refused)
        return True

    def _take(self, event: QDropEvent) -> bool:
        files = _files(event)
        if not files or forecast(files, self._suffixes).is_refused:
            event.ignore()
            return bool(files)
        event.acceptProposedAction()
        self.dropped.emit([Path(file) for file in files])
        return True


def _files(event: QDropEvent) -> list[str]:
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
