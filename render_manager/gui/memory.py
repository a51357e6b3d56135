"""What the window remembers from one day to the next: places and sizes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QDialog, QHeaderView, QMainWindow, QSplitter

Rememberable = QMainWindow | QDialog | QSplitter | QHeaderView


class WindowMemory:
    """An ini file. What is not in it, or is no longer understood, is left as it is."""

    def __init__(self, path: Path) -> None:
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def is_empty(self) -> bool:
        """Whether there was no window before."""
        return not self._file.allKeys()

    def restore(self, key: str, widget: Rememberable) -> None:
        """Put the widget where it was, if that is known."""
        value = self._file.value(key)
        if not isinstance(value, QByteArray):
            return
        if isinstance(widget, QMainWindow | QDialog):
            widget.restoreGeometry(value)
        else:
            widget.restoreState(value)

    def remember(self, key: str, widget: Rememberable) -> None:
        if isinstance(widget, QMainWindow | QDialog):
            self._file.setValue(key, widget.saveGeometry())
        else:
            self._file.setValue(key, widget.saveState())

    def write(self) -> None:
        self._file.sync()
