"""The program is started again while its window is open."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import house
import pytest
from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from render_manager.base.paths import data_home
from render_manager.base.settings import Settings, load_settings
from render_manager.gui import application, first_window
from render_manager.gui.first_window import FirstWindow, hand_over, socket_name
from render_manager.gui.window import MainWindow

ROOT = Path(__file__).parents[2]

PATIENCE_MS = 60_000


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """The program as a user starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "render_manager", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "QUEUE_AT_ONCE": "true"},
    )


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """One that cannot be read, which is a task all the same."""
    scene = tmp_path / "shot.blend"
    scene.write_bytes(b"not a scene")
    return scene


@pytest.fixture
def first(qtbot: QtBot) -> Iterator[subprocess.Popen[bytes]]:
    """The program in a process of its own, with its window open."""
    first = start()
    qtbot.waitUntil(lambda: hand_over(data_home(), []), timeout=PATIENCE_MS)
    yield first
    first.kill()
    first.wait()


def scenes(settings: Settings) -> list[str]:
    """The scenes of all tasks that are on disk."""
    with closing(sqlite3.connect(f"file:{settings.database_path}?mode=ro", uri=True)) as database:
        return [path for (path,) in database.execute("SELECT project_file FROM render_task")]


def test_the_first_takes_the_files_and_the_second_ends(
    first: subprocess.Popen[bytes], scene: Path, settings: Settings, qtbot: QtBot
) -> None:
    assert start("open", scene.name).wait(60) == 0
    qtbot.waitUntil(lambda: scenes(settings) == [str(scene)], timeout=PATIENCE_MS)
    assert first.poll() is None


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_after_a_kill_the_next_start_is_the_first(
    first: subprocess.Popen[bytes], scene: Path, settings: Settings, qtbot: QtBot
) -> None:
    first.kill()
    first.wait()
    next_one = start("open", scene)
    qtbot.waitUntil(lambda: hand_over(data_home(), []), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: scenes(settings) == [str(scene)], timeout=PATIENCE_MS)
    next_one.kill()
    next_one.wait()


def test_a_window_in_the_tray_comes_to_the_front(qtbot: QtBot, home: Path, tmp_path: Path) -> None:
    settings = load_settings(render_output_dir=home / "renders", queue_at_once=True)
    manager = house.build(settings)
    window = MainWindow(manager.service, settings)
    qtbot.addWidget(window)
    first = FirstWindow(data_home())
    first.asked_for.connect(window.come_with)
    assert first.listen()
    window.showMinimized()
    window.hide()
    second = start("open", house.make_scene(tmp_path / "scenes"))
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=PATIENCE_MS)
    assert second.returncode == 0
    assert window.isVisible() and not window.isMinimized()
    qtbot.waitUntil(lambda: [task.job.name for task in manager.service.tasks()] == ["shot"])
    first.close()
    window.close()
    manager.stop()


def test_a_first_that_does_not_answer_is_told_of_in_a_sentence(
    qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, text: said.append(text))
    monkeypatch.setattr(first_window.hand_over, "__defaults__", (100,))
    manager = house.build(settings)  # it holds the database
    silent = QLocalServer()
    assert silent.listen(socket_name(data_home()))
    assert application.open_window() == application.CANNOT_START
    silent.close()
    manager.stop()
    (sentence,) = said
    assert "is already open in another Render Manager. Use that one, or close it" in sentence
