"""What the window remembers from one day to the next: places, sizes, theme and language."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QHeaderView, QMainWindow, QSplitter


class WindowMemory:
    """An ini file. What is not in it, or is no longer understood, is left as it is."""

    def __init__(self, path: Path) -> None:
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    def text(self, key: str) -> str | None:
        value = self._file.value(key)
        return value if isinstance(value, str) else None

    def remember_text(self, key: str, value: str) -> None:
        self._file.setValue(key, value)

    def restore(self, key: str, widget: QMainWindow | QSplitter | QHeaderView) -> bool:
        """Put the widget where it was; say whether there was anything to go by."""
        value = self._file.value(key)
        if not isinstance(value, QByteArray):
            return False
        if isinstance(widget, QMainWindow):
            return widget.restoreGeometry(value)
        return widget.restoreState(value)

    def remember(self, key: str, widget: QMainWindow | QSplitter | QHeaderView) -> None:
        is_window = isinstance(widget, QMainWindow)
        self._file.setValue(key, widget.saveGeometry() if is_window else widget.saveState())

    def write(self) -> None:
        self._file.sync()
