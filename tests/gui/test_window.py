from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot
from stand_in import Answers, StandIn, window_of

from render_manager.base.settings import load_settings
from render_manager.domain.events import Outcome, RunEnded
from render_manager.gui.status_bar import Reading
from render_manager.gui.task_table.columns import Field
from render_manager.gui.theme import DARK, LIGHT, Colors
from render_manager.gui.window import MainWindow


def another(stand_in: StandIn, memory_file: Path, qtbot: QtBot) -> MainWindow:
    """The window of the next day."""
    window = window_of(stand_in, memory_file)
    qtbot.addWidget(window)
    window.show()
    return window


def texts(window: MainWindow) -> str:
    """Everything that is written on the window's menus, buttons and labels."""
    actions = [action.text() for action in window.findChildren(QAction)]
    buttons = [button.text() for button in window.findChildren(QAbstractButton)]
    return "\n".join(actions + buttons + [label.text() for label in window.findChildren(QLabel)])


# --- empty and full ---------------------------------------------------------------------------


def test_an_empty_window_says_where_to_begin(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    assert window.pages.currentWidget() is window.welcome
    assert "Drop .blend, .ma, .mb" in texts(window)
    task = stand_in.add("shot")
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.halves)
    stand_in.service.remove([task.id])
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.welcome)


def test_the_status_bar_counts(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    tasks = [stand_in.add(name) for name in "abc"]
    run = stand_in.begin(tasks[0])
    stand_in.service.pause([tasks[2].id])
    assert counts(window) == ["1 running", "1 pending", "1 paused"]
    stand_in.report(run, RunEnded(Outcome.GAVE_WAY))
    stand_in.service.remove([tasks[1].id, tasks[2].id])
    assert counts(window) == ["0 running", "1 pending"]


def counts(window: MainWindow) -> list[str]:
    """What the status bar says of tasks."""
    shown = [each.text for each in window.status.findChildren(Reading) if each.isVisible()]
    return [text for text in shown if text.endswith(("running", "pending", "paused", "failed"))]


def test_what_went_wrong_stands_over_the_frames(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    task = stand_in.add("shot", max_retries=0)
    run = stand_in.begin(task)
    sentence = "The scene has <b>no camera</b>: add one and save."
    stand_in.report(run, RunEnded(Outcome.FAILED, 1, sentence, tuple(task.frames.numbers)))
    window.table.select([task.id])
    qtbot.waitUntil(lambda: sentence in texts(window))


def test_notices_wait_until_they_are_read(window: MainWindow, stand_in: StandIn) -> None:
    window.show_notice("The database was damaged.")
    stand_in.service.noticed.emit("The disk is full.")
    stand_in.service.noticed.emit("The disk is full.")
    assert window.banner.sentence == "The disk is full."
    window.banner.dismiss()
    assert window.banner.sentence == "The database was damaged."
    window.banner.dismiss()
    assert not window.banner.isVisible()


def test_undo_says_what_it_takes_back(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    window.table.select([stand_in.add("shot").id])
    stand_in.service.remove([1])
    qtbot.waitUntil(lambda: "Undo: Remove 1 task" in texts(window))
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.model.rowCount() == 1
    assert "Undone: Remove 1 task" in texts(window)


# --- closing ----------------------------------------------------------------------------------


def test_a_quiet_window_closes_without_a_question(
    window: MainWindow, stand_in: StandIn, answers: Answers
) -> None:
    stand_in.add("shot")
    assert window.close()
    assert answers.asked == []


def test_a_window_that_was_closed_is_forgotten(stand_in: StandIn, memory_file: Path) -> None:
    window = window_of(stand_in, memory_file)
    forgotten = weakref.ref(window)
    window.show()
    window.close()
    window.deleteLater()
    del window
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert forgotten() is None


# --- language and theme -----------------------------------------------------------------------


def test_the_language_changes_at_once_and_is_remembered(
    window: MainWindow, stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    task = stand_in.add("shot")
    window.table.select([task.id])
    assert "Add scenes…" in texts(window)
    choose(window, "zh_CN")
    assert "Add scenes…" not in texts(window)
    assert "添加场景…" in texts(window)
    assert window.model.headerData(Field.STATE, Qt.Orientation.Horizontal) == "状态"
    assert window.model.index(0, Field.STATE).data() == "等待中"
    assert [chosen.job.name for chosen in window.table.selected()] == ["shot"]
    window.close()
    assert "添加场景…" in texts(another(stand_in, memory_file, qtbot))
    choose(window, "en")
    assert "添加场景…" not in texts(window)


def test_a_theme_changes_at_once_and_is_remembered(
    window: MainWindow, stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    assert background(window) == DARK.window
    choose(window, "light")
    assert background(window) == LIGHT.window
    window.close()
    assert background(another(stand_in, memory_file, qtbot)) == LIGHT.window
    choose(window, "dark")


def choose(window: MainWindow, data: str) -> None:
    """Trigger the entry of the view menu that stands for `data`."""
    menus = window.menus.menu["view"].findChildren(QMenu)
    entries = [action for menu in menus for action in menu.actions()]
    next(action for action in entries if action.data() == data).trigger()


def background(window: MainWindow) -> str:
    QApplication.processEvents()
    return window.grab().toImage().pixelColor(3, window.height() // 2).name()


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 has it."""
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [DARK, LIGHT])
def test_text_and_states_stand_out(colors: Colors) -> None:
    states = ("pending", "running", "paused", "completed", "failed", "cancelled")
    for ground in (colors.base, colors.window, colors.selection):
        for color in [colors.text, colors.dim, *(colors.of(state) for state in states)]:
            least = 4.5 if ground != colors.selection else 3.0
            assert contrast(color, ground) >= least, (color, ground)
    assert contrast(colors.on_accent, colors.accent) >= 4.5


@pytest.mark.parametrize("colors", [DARK, LIGHT])
def test_greys_have_no_tint(colors: Colors) -> None:
    greys = (colors.window, colors.base, colors.raised, colors.mat, colors.line, colors.selection)
    assert all(grey[1:3] == grey[3:5] == grey[5:7] for grey in greys)


# --- from one day to the next -----------------------------------------------------------------


def test_places_and_sizes_are_remembered(
    window: MainWindow, stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    stand_in.add("b")
    stand_in.add("a")
    qtbot.waitUntil(lambda: window.halves.isVisible())
    window.resize(700, 500)
    window.halves.setSizes([120, 240])
    window.table.setColumnWidth(Field.NAME, 321)
    window.table.sortByColumn(Field.NAME, Qt.SortOrder.AscendingOrder)
    sizes = window.halves.sizes()
    window.close()
    again = another(stand_in, memory_file, qtbot)
    assert (again.width(), again.height()) == (700, 500)
    assert again.table.columnWidth(Field.NAME) == 321
    assert again.model.task_at(0).job.name == "a"
    qtbot.waitUntil(lambda: again.halves.sizes() == sizes)


def test_a_spoilt_memory_is_left_aside(stand_in: StandIn, memory_file: Path, qtbot: QtBot) -> None:
    memory_file.write_bytes(
        b"[General]\nwindow=@ByteArray(\\0\\xff)\nhalves=mauve\nsettings=@Invalid()\n"
    )
    window = another(stand_in, memory_file, qtbot)
    assert window.width() > 400


def test_settings_come_before_defaults(home: Path, memory_file: Path, qtbot: QtBot) -> None:
    stand_in = StandIn(load_settings(render_output_dir=home, ui_theme="light", ui_language="zh_CN"))
    window = another(stand_in, memory_file, qtbot)
    assert (window.theme.choice, background(window)) == ("light", LIGHT.window)
    assert "添加场景…" in texts(window)


# --- for everyone -----------------------------------------------------------------------------


def test_every_control_has_a_name(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    window.table.select([stand_in.add("shot").id])
    qtbot.waitUntil(lambda: window.details.isVisible())
    window.banner.say("Something went wrong.")
    nameless = [
        type(button.parent()).__name__
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and not (button.text() or button.accessibleName())
    ]
    assert nameless == []
    for view in (
        window.table,
        window.details.grid,
        window.details.inspector.log.area,
        window.filter,
    ):
        assert view.accessibleName()
