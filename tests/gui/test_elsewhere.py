"""What another machine names is shown as text, and not run."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import Qt
from pytestqt.qtbot import QtBot
from stand_in import Opened

from render_manager.gui.background import Background
from render_manager.gui.desktop import Opener
from render_manager.gui.text import tip


@pytest.mark.parametrize("said", ["x<img src='//evil/a.png'>", "<b>a</b>", "a&lt;b"])
def test_a_tool_tip_is_no_html(said: str) -> None:
    assert Qt.mightBeRichText(said)
    assert not Qt.mightBeRichText(tip(said))
    assert tip("/renders/a.exr") == "/renders/a.exr"


@pytest.mark.parametrize("elsewhere", ["there:8787", ""])
def test_a_program_that_another_machine_names_is_not_run(
    qtbot: QtBot, tmp_path: Path, elsewhere: str
) -> None:
    desktop, background = Opened(), Background()
    opener = Opener(desktop, background, print, elsewhere)
    folder, program, picture = tmp_path / "out.v1", tmp_path / "a.exe", tmp_path / "a.EXR"
    folder.mkdir()
    for file in (program, picture):
        file.touch()
    for path in (folder, program, picture):
        opener.open(path)
    qtbot.waitUntil(lambda: len(desktop.opened) + len(desktop.shown) == 3, timeout=10_000)
    assert ({*desktop.shown} == {program}) is bool(elsewhere)
    assert {folder, picture} <= {*desktop.opened}
    background.close()
