"""The window for a short while, to see whether it can be shown here at all."""

from __future__ import annotations

import os
import sys

from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from render_manager.base.screen import has_screen
from render_manager.base.settings import Settings
from render_manager.gui.window import MainWindow
from render_manager.service.task_service import TaskService


def window_application() -> QApplication:
    """The application for windows; where there is no screen they are drawn into memory."""
    if not has_screen():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    return application


def platform_name() -> str:
    """What Qt draws windows with here: "windows", "xcb", "offscreen" …"""
    return QGuiApplication.platformName()


def colors_shown(window: MainWindow) -> int:
    """How many different colours a coarse look at the window finds; a blank one has one."""
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    steps = [(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4)]
    return len({picture.pixel(x, y) for x, y in steps})


def open_trial_window(service: TaskService, settings: Settings) -> MainWindow:
    """The program's own window, shown."""
    window = MainWindow(service, settings)
    window.show()
    return window
