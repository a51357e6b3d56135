"""What runs take of the named limits, as the window shows and changes it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from stand_in import StandIn

from render_manager.gui.window import MainWindow


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(line: QLineEdit, text: str) -> None:
    """Replace what stands in a line, key by key."""
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


@pytest.fixture(autouse=True)
def limited(stand_in: StandIn) -> None:
    stand_in.service.change_settings({"limits": "maya_licence=3, gpu_gb=24/machine"})


def test_the_sheet_changes_what_is_needed(window: MainWindow, stand_in: StandIn) -> None:
    task = stand_in.add("shot")
    window.sheet.change([task.id])
    field = window.sheet.form.needs
    assert field.line.placeholderText() == "As for its renderer (settings)"
    write(field.line, "gpu_gb: 8 maya_licence")
    assert field.note.sentence == "gpu_gb=8, maya_licence=1"
    click(window.sheet.footer.default)
    assert task.needs == {"gpu_gb": 8, "maya_licence": 1}
    window.sheet.change([task.id])
    assert field.line.text() == "gpu_gb=8, maya_licence=1"
    write(field.line, "")
    click(window.sheet.footer.default)
    assert task.needs == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gpu_gb=much", "“gpu_gb=much” cannot be used: write “gpu_gb=much” like gpu_gb=8"),
        ("maya_licens=1", "There is no limit called maya_licens. There are: maya_licence, gpu_gb."),
        ("gpu_gb=25", "25 gpu_gb can never be had: the limit is 24."),
    ],
)
def test_what_could_never_be_had_is_refused_at_the_field(
    window: MainWindow, stand_in: StandIn, text: str, said: str
) -> None:
    task = stand_in.add("shot")
    window.sheet.change([task.id])
    write(window.sheet.form.needs.line, text)
    click(window.sheet.footer.default)
    assert said in window.sheet.form.needs.note.sentence
    assert window.sheet.isVisible() and task.needs == {}


def test_needs_are_taken_back_by_undo(window: MainWindow, stand_in: StandIn) -> None:
    task = stand_in.add("shot")
    window.sheet.change([task.id])
    write(window.sheet.form.needs.line, "gpu_gb=8")
    click(window.sheet.footer.default)
    stand_in.service.undo()
    assert task.needs == {}
