"""Handing files to the desktop: the folder window, the picture viewer, the text editor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from render_manager.base.i18n import _
from render_manager.gui.background import Background
from render_manager.images.structure import PICTURES

HARMLESS = PICTURES | {".log", ".txt"}
"""Suffixes of files that no system runs when they are opened."""


class Desktop:
    """What the system opens files with. Whether they exist is for `Opener` to look up."""

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


class Opener:
    """Opens what is there, and tells of what is not. `elsewhere` is the other machine's name, if it
    is its files that are looked at."""

    def __init__(
        self,
        desktop: Desktop,
        background: Background,
        tell: Callable[[str], None],
        elsewhere: str = "",
    ) -> None:
        self._elsewhere = elsewhere
        self._desktop = desktop
        self._background = background
        self._tell = tell

    def open(self, path: Path) -> None:
        """What another machine names may be a program: of its files only folders, pictures and logs
        are opened, of others the folder."""
        if self._elsewhere and path.suffix.lower() not in HARMLESS:
            self._if_there(path, self._open_folder)
        else:
            self._if_there(path, self._desktop.open)

    def _open_folder(self, path: Path) -> None:
        self._background.run(
            path.is_dir,
            lambda is_folder: (self._desktop.open if is_folder else self._desktop.show)(path),
        )

    def show(self, path: Path) -> None:
        """Open the folder that holds the file."""
        self._if_there(path, self._desktop.show)

    def _absent(self) -> str:
        if self._elsewhere:
            return _("It is on {name}, and cannot be opened from here: {path}")
        return _("{path} is not there (yet).")

    def _if_there(self, path: Path, then: Callable[[Path], None]) -> None:
        """A disk may take its time to answer, so it is asked in the background."""

        def answer(is_there: bool) -> None:
            if is_there:
                then(path)
            else:
                self._tell(self._absent().format(path=path, name=self._elsewhere))

        self._background.run(path.exists, answer)
