"""What is heavy is not loaded before the window is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from PySide6.QtCore import QTimer
import render_manager.__main__ as program
from render_manager.gui.window import MainWindow

heavy = (
    "sqlalchemy", "sqlmodel", "alembic", "numpy", "OpenImageIO", "httpx", "rich", "celery", "kombu",
    "fileseq", "urllib.request", "render_manager.http_api.routes", "render_manager.http_api.models",
    "render_manager.remote.service", "render_manager.selftest.run", "render_manager.farm.backend",
)
show = MainWindow.show

def shown(window):
    show(window)
    QTimer.singleShot(0, lambda: (print([n for n in heavy if n in sys.modules]), window.close()))

MainWindow.show = shown
program._open_window([], None, [])
"""


@pytest.mark.parametrize("start", ["first", "second"])
def test_only_what_the_window_needs_is_loaded(home: Path, start: str) -> None:
    """At the first start Alembic makes the tables."""
    for _start in range(1 if start == "first" else 2):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | {"RENDER_MANAGER_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    makes_tables = ["sqlalchemy", "sqlmodel", "alembic"] if start == "first" else []
    assert done.stdout.splitlines()[-1] == str(makes_tables)
