from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stand_in import StandIn, window_of

from render_manager.gui.task_table.column_menu import ColumnMenu
from render_manager.gui.task_table.columns import Field
from render_manager.gui.window import MainWindow

SPARE = {Field.RENDERER, Field.OUTPUT, Field.NUMBER}


def shown(window: MainWindow) -> list[Field]:
    """The columns in sight, from left to right."""
    header = window.table.horizontalHeader()
    order = [Field(header.logicalIndex(place)) for place in range(header.count())]
    return [field for field in order if not header.isSectionHidden(field)]


def right_click_header(window: MainWindow) -> ColumnMenu:
    viewport = window.table.horizontalHeader().viewport()
    at = QPoint(40, 8)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, at, viewport.mapToGlobal(at)))
    menu = window.table.column_menu
    assert menu.isVisible()
    return menu


def pick(menu: ColumnMenu, field: Field) -> None:
    at = menu.actionGeometry(menu.entries[field]).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=at)


@pytest.fixture
def filled(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> MainWindow:
    stand_in.add("shot")
    qtbot.waitUntil(lambda: window.table.isVisible())
    return window


def another(stand_in: StandIn, memory_file: Path, qtbot: QtBot) -> MainWindow:
    window = window_of(stand_in, memory_file)
    qtbot.addWidget(window)
    window.show()
    return window


def test_a_right_click_on_the_header_hides_and_shows_columns(filled: MainWindow) -> None:
    assert set(shown(filled)) == set(Field) - SPARE
    pick(right_click_header(filled), Field.ELAPSED)
    pick(right_click_header(filled), Field.OUTPUT)
    assert set(shown(filled)) == set(Field) - (SPARE - {Field.OUTPUT}) - {Field.ELAPSED}
    assert filled.table.columnWidth(Field.OUTPUT) > 100


def test_the_name_stays(filled: MainWindow) -> None:
    menu = right_click_header(filled)
    assert not menu.entries[Field.NAME].isEnabled()
    pick(menu, Field.NAME)
    assert Field.NAME in shown(filled)


def test_the_view_menu_has_the_same_columns(filled: MainWindow) -> None:
    menu = filled.table.column_menu
    assert menu.menuAction() in filled.menus.menu["view"].actions()
    menu.aboutToShow.emit()
    checked = {field for field, entry in menu.entries.items() if entry.isChecked()}
    assert checked == set(shown(filled))


def test_columns_can_be_put_back_as_they_were(filled: MainWindow) -> None:
    header = filled.table.horizontalHeader()
    widths = [header.sectionSize(field) for field in Field]
    header.moveSection(header.visualIndex(Field.STATE), 0)
    header.resizeSection(Field.NAME, 400)
    header.setSectionHidden(Field.PROBLEM, True)
    header.setSectionHidden(Field.OUTPUT, False)
    filled.table.sortByColumn(Field.NAME, Qt.SortOrder.DescendingOrder)
    menu = right_click_header(filled)
    at = menu.actionGeometry(menu.reset).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=at)
    assert shown(filled) == [field for field in Field if field not in SPARE]
    assert [header.sectionSize(field) for field in Field] == widths
    assert filled.model.is_in_turn


def test_what_is_shown_and_where_survives_a_restart(
    filled: MainWindow, stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    header = filled.table.horizontalHeader()
    pick(right_click_header(filled), Field.OUTPUT)
    pick(right_click_header(filled), Field.FAILED)
    header.moveSection(header.visualIndex(Field.PROGRESS), 1)
    before = shown(filled)
    filled.close()
    assert shown(another(stand_in, memory_file, qtbot)) == before
    assert before[1] is Field.PROGRESS


def test_a_memory_without_the_name_is_mended(
    filled: MainWindow, stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    filled.table.horizontalHeader().setSectionHidden(Field.NAME, True)
    filled.close()
    assert Field.NAME in shown(another(stand_in, memory_file, qtbot))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_at_1280_pixels_nothing_is_cut_off(filled: MainWindow, qtbot: QtBot, language: str) -> None:
    filled._choose_language(language)
    filled.resize(1280, 800)
    qtbot.waitUntil(lambda: filled.table.viewport().width() > 1200)
    header, metrics = filled.table.horizontalHeader(), filled.table.horizontalHeader().fontMetrics()
    assert header.length() <= filled.table.viewport().width()
    for field in shown(filled):
        title = str(filled.model.headerData(field, Qt.Orientation.Horizontal))
        arrow = 16 if field is Field.PRIORITY else 0
        assert metrics.horizontalAdvance(title) + 16 + arrow <= header.sectionSize(field), title
    chips = filled.pane.chips
    assert chips.sizeHint().width() < 1000
    filled._choose_language("en")


def test_the_icon_of_the_renderer_stands_before_the_name(
    filled: MainWindow, stand_in: StandIn
) -> None:
    """Another renderer, another picture at the left of the cell; the name begins behind it."""
    other = stand_in.add("shot", renderer="blender")
    filled.table.clearSelection()
    images = []
    for row in (0, filled.model.row_of(other.id) or 1):
        rect = filled.table.visualRect(filled.model.index(row, Field.NAME))
        images.append(filled.table.viewport().grab(rect).toImage())
    icon, name = images[0].rect(), images[0].rect()
    icon.setWidth(24)
    name.setLeft(32)
    assert images[0].copy(icon) != images[1].copy(icon)
    assert images[0].copy(name) == images[1].copy(name)
