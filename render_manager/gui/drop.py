"""Drag and drop anywhere on the window: the veil that says so, and what becomes of the files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from render_manager.base.i18n import _
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.theme import GAP, Theme


class DropTarget(QObject):
    """Makes `window` take files. Children that take no drops themselves pass theirs up to it."""

    dropped = Signal(list)
    """`list[Path]`: files and folders of this machine."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.veil = _Veil(theme, window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and not isinstance(event, QDragMoveEvent):
            self.veil.hide()
            return self._take(event)
        if isinstance(event, QDragEnterEvent):
            return self._welcome(event)
        if isinstance(event, QDragMoveEvent):
            event.acceptProposedAction()
            return True
        if event.type() is QEvent.Type.DragLeave:
            self.veil.hide()
        return False

    def _welcome(self, event: QDragEnterEvent) -> bool:
        if not _files(event):
            return False
        event.acceptProposedAction()
        self.veil.cover()
        return True

    def _take(self, event: QDropEvent) -> bool:
        files = _files(event)
        if not files:
            return False
        event.acceptProposedAction()
        self.dropped.emit(files)
        return True


def _files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


class _Veil(QWidget):
    """Lies over the whole window while files are held over it."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(look.font(points=4, bold=True))
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colors.window)
        ground.setAlphaF(0.94)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(colors.accent), 2))
        frame = self.rect().adjusted(2 * GAP, 2 * GAP, -2 * GAP, -2 * GAP)
        painter.drawRoundedRect(frame, GAP, GAP)
        size = 48
        glyph = icons.pixmap("drop", colors.accent, size, self.devicePixelRatioF())
        middle = self.rect().center()
        painter.drawPixmap(middle.x() - size // 2, middle.y() - size - GAP, glyph)
        painter.setPen(QColor(colors.text))
        below = self.rect().adjusted(0, middle.y() + GAP, 0, 0)
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(below, top, _("Drop to render"))
        painter.end()
