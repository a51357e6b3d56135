"""A second start hands over its files, or says in no time that nobody took them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer
from pytestqt.qtbot import QtBot

from render_manager.gui.first_window import (
    FirstWindow,
    hand_over,
    message,
    read_message,
    socket_name,
)

ABANDONED = """
import os, sys
from PySide6.QtCore import QCoreApplication
from pathlib import Path
from render_manager.gui.first_window import FirstWindow
application = QCoreApplication([])
first = FirstWindow(Path(sys.argv[1]))
assert first.listen()
os._exit(0)
"""

SECOND = """
import sys
from pathlib import Path
from render_manager.gui.first_window import hand_over
home, *files = map(Path, sys.argv[1:])
sys.exit(not hand_over(home, files))
"""


@pytest.fixture
def first(qtbot: QtBot, home: Path) -> Iterator[FirstWindow]:
    first = FirstWindow(home)
    yield first
    first.close()


def ask(first: FirstWindow, home: Path, files: list[Path], qtbot: QtBot) -> list[Path]:
    """What arrives when another process hands these files over."""
    with qtbot.waitSignal(first.asked_for, timeout=20_000) as asked:
        second = subprocess.Popen([sys.executable, "-c", SECOND, str(home), *map(str, files)])
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0
    assert asked.args is not None
    arrived: list[Path] = asked.args[0]
    return arrived


def test_a_message_says_what_was_said(tmp_path: Path) -> None:
    files = [tmp_path / "a b.blend", tmp_path / "夜 \udcff\n.ma"]
    assert read_message(message(files)) == files
    assert read_message(message([])) == []


def test_relative_paths_are_those_of_the_second_start(tmp_path: Path) -> None:
    assert read_message(message([Path("shot.blend")])) == [tmp_path / "shot.blend"]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff\xfe\n",
        b"hello\n",
        b"[]\n",
        b"[" * 100_000,
        b'{"files": "x"}\n',
        b'{"files": [1]}\n',
        json.dumps({"files": ["relative.blend"]}).encode(),
    ],
)
def test_what_is_no_message_of_ours_is_none(said: bytes) -> None:
    assert read_message(said) is None


def test_the_same_folder_has_the_same_name_however_it_is_written(tmp_path: Path) -> None:
    assert socket_name(tmp_path / "a" / ".." / "b") == socket_name(tmp_path / "b")
    assert socket_name(tmp_path / "a") != socket_name(tmp_path / "b")


def test_the_first_has_the_files(first: FirstWindow, home: Path, qtbot: QtBot) -> None:
    assert first.listen()
    files = [home / "a.blend", home / "b.blend"]
    assert ask(first, home, files, qtbot) == files


def test_of_another_data_folder_nothing_is_heard(
    first: FirstWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    assert first.listen()
    with qtbot.assertNotEmitted(first.asked_for):
        assert not hand_over(tmp_path / "another", [])


def test_without_a_first_nothing_is_handed_over(qtbot: QtBot, home: Path) -> None:
    assert not hand_over(home, [])


def test_what_a_killed_program_left_behind_is_no_hindrance(
    first: FirstWindow, home: Path, qtbot: QtBot
) -> None:
    subprocess.run([sys.executable, "-c", ABANDONED, str(home)], check=True)
    assert not hand_over(home, [])
    assert first.listen()
    assert ask(first, home, [], qtbot) == []


def test_a_first_that_does_not_answer_has_nothing(qtbot: QtBot, home: Path) -> None:
    server = QLocalServer()
    assert server.listen(socket_name(home))
    assert not hand_over(home, [], patience_ms=100)
    server.close()
