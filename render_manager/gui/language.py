"""The language of the window: our catalogue, and Qt's for what Qt says itself."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from render_manager.base.i18n import LANGUAGES, N_, use_language

SYSTEM = "system"

CHOICES = {SYSTEM: N_("As the system"), **LANGUAGES}


class Language:
    """The language that was chosen; texts asked for after `choose` are in the new one."""

    def __init__(self, choice: str) -> None:
        self._qt = QTranslator()
        self.choice = SYSTEM
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """`en`, `zh_CN` or `system`."""
        self.choice = choice if choice in CHOICES else SYSTEM
        code = use_language(None if self.choice == SYSTEM else self.choice)
        QCoreApplication.removeTranslator(self._qt)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._qt.load(QLocale(code), "qtbase", "_", folder):
            QCoreApplication.installTranslator(self._qt)
