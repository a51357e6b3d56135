"""What the window remembers from one day to the next: places and sizes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHeaderView, QMainWindow, QSplitter, QWidget

Rememberable = QMainWindow | QDialog | QSplitter | QHeaderView


class WindowMemory:
    """An ini file. What is not in it, or is no longer understood, is left as it is."""

    def __init__(self, path: Path) -> None:
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def is_empty(self) -> bool:
        """Whether there was no window before."""
        return not self._file.allKeys()

    def text(self, key: str) -> str | None:
        value = self._file.value(key)
        return value if isinstance(value, str) else None

    def remember_text(self, key: str, value: str) -> None:
        self._file.setValue(key, value)

    def restore(self, key: str, widget: Rememberable) -> None:
        """Put the widget where it was, if that is known."""
        value = self._file.value(key)
        if not isinstance(value, QByteArray):
            return
        if isinstance(widget, QMainWindow | QDialog):
            widget.restoreGeometry(value)
            keep_on_screen(widget)
        else:
            widget.restoreState(value)

    def remember(self, key: str, widget: Rememberable) -> None:
        if isinstance(widget, QMainWindow | QDialog):
            self._file.setValue(key, widget.saveGeometry())
        else:
            self._file.setValue(key, widget.saveState())

    def write(self) -> None:
        self._file.sync()


def keep_on_screen(window: QWidget) -> None:
    """Whole on the screen that shows most of it, or on the first if that is gone."""
    if window.isMaximized() or window.isFullScreen():
        return
    place = window.geometry()
    screens = QGuiApplication.screens()
    screen = max(screens, key=lambda each: _area(each.availableGeometry() & place))
    if not _area(screen.availableGeometry() & place):
        screen = QGuiApplication.primaryScreen()
    window.setGeometry(fitted(place, screen.availableGeometry()))


def fitted(place: QRect, room: QRect) -> QRect:
    """`place`, moved as little as possible to lie in `room`, and smaller if it is larger."""
    size = place.size().boundedTo(room.size())
    left = min(max(place.left(), room.left()), room.left() + room.width() - size.width())
    top = min(max(place.top(), room.top()), room.top() + room.height() - size.height())
    return QRect(QPoint(left, top), size)


def _area(rect: QRect) -> int:
    return max(0, rect.width()) * max(0, rect.height())
