from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from render_manager.gui.settings.dialog import SettingsDialog
from render_manager.gui.settings.programs import ProgramRow
from render_manager.gui.window import MainWindow
from render_manager.submitters import install as installer
from render_manager.submitters.install import Presence, state


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for each program but Blender, which nobody has started here."""
    places = {kind: (tmp_path / "programs" / kind,) for kind in ("maya", "unreal")}
    for kind in installer.KINDS:
        monkeypatch.setitem(installer.PLACES, kind, partial(places.get, kind, ()))
    return tmp_path / "programs"


@pytest.fixture
def dialog(window: MainWindow, programs: Path, qtbot: QtBot) -> SettingsDialog:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.settings is not None
    return window.settings


def row_of(dialog: SettingsDialog, kind: str) -> ProgramRow:
    return next(row for row in dialog.programs if row.kind == kind)


def written(row: ProgramRow) -> str:
    return "\n".join(label.text() for label in row.findChildren(QLabel) if label.isVisible())


def buttons(row: ProgramRow) -> list[str]:
    return [one.text() for one in row.findChildren(QPushButton) if one.isVisible()]


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_one_click_installs_and_one_removes(dialog: SettingsDialog, programs: Path) -> None:
    row = row_of(dialog, "maya")
    assert buttons(row) == ["Install"]
    click(row.do)
    assert (programs / "maya" / "RenderManager.mod").is_file()
    assert buttons(row) == ["Remove"]
    assert "Restart Maya" in written(row)
    assert str(programs / "maya") in written(row)
    click(row.undo)
    assert not list((programs / "maya").iterdir())
    assert buttons(row) == ["Install"]
    assert "Not installed" in written(row)


def test_the_buttons_can_be_reached_and_named_by_keyboard(dialog: SettingsDialog) -> None:
    row = row_of(dialog, "unreal")
    row.do.setFocus()
    QTest.keyClick(row.do, Qt.Key.Key_Space)
    assert state("unreal").presence is Presence.CURRENT
    assert row.undo.hasFocus()
    assert row.undo.accessibleName() == "Remove: Unreal Engine"


def test_a_program_that_was_never_started_says_what_to_do(dialog: SettingsDialog) -> None:
    row = row_of(dialog, "blender")
    assert "Start it once" in written(row)
    assert buttons(row) == []


def test_an_older_one_can_be_brought_up_to_date(dialog: SettingsDialog, programs: Path) -> None:
    row = row_of(dialog, "maya")
    click(row.do)
    script = programs / "maya/RenderManager/scripts/render_manager_maya.py"
    script.write_text('"""Part of Render Manager. Older."""\n')
    row.take_over()
    assert buttons(row) == ["Update", "Remove"]
    click(row.do)
    assert state("maya").presence is Presence.CURRENT


def test_what_is_in_the_way_is_named_at_the_row(dialog: SettingsDialog, programs: Path) -> None:
    (programs / "unreal").mkdir(parents=True)
    (programs / "unreal" / "render_manager_unreal.py").write_text("print('mine')")
    row = row_of(dialog, "unreal")
    click(row.do)
    assert "render_manager_unreal.py is there already" in written(row)
    assert [path.name for path in (programs / "unreal").iterdir()] == ["render_manager_unreal.py"]
    row.take_over()
    assert "is there already" not in written(row)


@pytest.mark.parametrize(("typed", "found"), [("maya prog", ["maya"]), ("inside", None)])
def test_the_search_finds_programs_too(
    dialog: SettingsDialog, typed: str, found: list[str] | None
) -> None:
    dialog.search.setText(typed)
    seen = [row.kind for row in dialog.programs if row.isVisible()]
    assert seen == (found or list(installer.KINDS))
