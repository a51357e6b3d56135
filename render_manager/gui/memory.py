"""What the window remembers from one day to the next: places, sizes, theme and language."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QHeaderView, QMainWindow, QSplitter

Rememberable = QMainWindow | QSplitter | QHeaderView


class WindowMemory:
    """An ini file. What is not in it, or is no longer understood, is left as it is."""

    def __init__(self, path: Path) -> None:
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

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
        if isinstance(widget, QMainWindow):
            widget.restoreGeometry(value)
        else:
            widget.restoreState(value)

    def remember(self, key: str, widget: Rememberable) -> None:
        is_window = isinstance(widget, QMainWindow)
        self._file.setValue(key, widget.saveGeometry() if is_window else widget.saveState())

    def write(self) -> None:
        self._file.sync()
