"""The program under measurement: all real parts, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import house
from PySide6.QtWidgets import QApplication

from render_manager.assembly import RenderManager
from render_manager.base.paths import platform_home
from render_manager.base.settings import Settings, load_settings


def application() -> QApplication:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication([])


def settings_in(folder: Path) -> Settings:
    os.environ["RENDER_MANAGER_HOME"] = str(folder)
    return load_settings(embedded_blender_dir=platform_home() / "blender")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[RenderManager]:
    """Render Manager under way, with its image workers warm."""
    application()
    manager = house.build(settings_in(folder))
    manager.start()
    try:
        house.wait_for_end(manager, house.submit(manager, house.make_scene(folder / "warm-up")))
        yield manager
    finally:
        manager.stop()
