"""Handing files to the desktop: the folder window, the picture viewer, the text editor."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


class Desktop:
    """What the system opens files with. Whether they exist has been looked up before."""

    def open(self, path: Path) -> None:
        """Open a file or folder with the program that is meant for it."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def show(self, path: Path) -> None:
        """Open the folder that holds the file; where the system can, with the file selected."""
        if sys.platform == "win32":
            QProcess.startDetached("explorer.exe", ["/select,", str(path)])
        elif sys.platform == "darwin":
            QProcess.startDetached("open", ["-R", str(path)])
        else:
            self.open(path.parent)
