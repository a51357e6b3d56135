from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot
from stand_in import Answers, StandIn, window_of

from render_manager.base.settings import Settings, load_settings
from render_manager.base.settings_file import settings_file
from render_manager.gui.settings import words
from render_manager.gui.settings.controls import make_control
from render_manager.gui.settings.dialog import SettingsDialog
from render_manager.gui.settings.path_field import FoldersField, PathField
from render_manager.gui.window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


def open_dialog(window: MainWindow, qtbot: QtBot) -> SettingsDialog:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    dialog = window.settings
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def retype(box: QWidget, text: str) -> None:
    """Type over what is written."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_A, CONTROL)
    QTest.keyClicks(box, text)


def spin_box(dialog: SettingsDialog, name: str) -> QSpinBox:
    box = dialog.rows[name].control.widget
    assert isinstance(box, QSpinBox)
    return box


def written(row: QWidget) -> str:
    return "\n".join(label.text() for label in row.findChildren(QLabel) if label.isVisible())


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def the_window(stand_in: StandIn, memory_file: Path, qtbot: QtBot) -> MainWindow:
    window = window_of(stand_in, memory_file)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


# --- changing ---------------------------------------------------------------------------------


def test_what_is_saved_is_in_the_file_and_in_the_next_window(
    window: MainWindow, stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    retype(spin_box(dialog, "max_retries"), "9")
    assert stand_in.settings.max_retries == 3, "nothing counts before it is saved"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert settings_file().read_text("utf-8") == "max_retries = 9\n"
    assert stand_in.settings.max_retries == 9
    assert "Settings saved." in [label.text() for label in window.status.findChildren(QLabel)]
    window.close()
    tomorrow = the_window(StandIn(load_settings()), memory_file, qtbot)
    dialog = open_dialog(tomorrow, qtbot)
    assert spin_box(dialog, "max_retries").value() == 9
    assert "from the settings file" in written(dialog.rows["max_retries"])


def test_escape_changes_nothing(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    dialog = open_dialog(window, qtbot)
    retype(spin_box(dialog, "max_retries"), "9")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not settings_file().exists()
    assert spin_box(open_dialog(window, qtbot), "max_retries").value() == 3


def test_reset_takes_it_out_of_the_file(qtbot: QtBot, memory_file: Path) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("# mine\nmax_retries = 9\nmax_concurrent_runs = 4\n", "utf-8")
    window = the_window(StandIn(load_settings()), memory_file, qtbot)
    dialog = open_dialog(window, qtbot)
    reset = dialog.rows["max_retries"].reset_button
    assert "3" in reset.toolTip()
    click(reset)
    assert spin_box(dialog, "max_retries").value() == 3
    assert not reset.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert settings_file().read_text("utf-8") == "# mine\nmax_concurrent_runs = 4\n"


def test_a_default_that_was_written_down_can_be_reset_too(qtbot: QtBot, memory_file: Path) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("max_retries = 3\n", "utf-8")
    dialog = open_dialog(the_window(StandIn(load_settings()), memory_file, qtbot), qtbot)
    click(dialog.rows["max_retries"].reset_button)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert settings_file().read_text("utf-8") == ""


def test_what_takes_effect_later_is_marked_and_told(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    assert "takes effect at the next start" in written(dialog.rows["thumbnail_cache_mb"])
    assert "takes effect at the next start" not in written(dialog.rows["max_retries"])
    retype(spin_box(dialog, "thumbnail_cache_mb"), "64")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert "Saved. This takes effect at the next start: Disk for thumbnails." in [
        label.text() for label in window.status.findChildren(QLabel)
    ]


def test_a_path_is_chosen(
    window: MainWindow, answers: Answers, stand_in: StandIn, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    field = dialog.rows["blender_executable"].control.widget
    assert isinstance(field, PathField)
    click(field.button)
    assert field.line.text() == "", "the person thought better of it"
    answers.path = tmp_path / "blender"
    click(field.button)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert stand_in.settings.blender_executable == tmp_path / "blender"


def test_each_renderer_has_its_limit(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    dialog = open_dialog(window, qtbot)
    boxes = {
        box.accessibleName(): box for box in dialog.rows["renderer_limits"].findChildren(QSpinBox)
    }
    assert set(boxes) >= {"Blender", "Fake"}
    assert boxes["Fake"].text() == "no limit"
    boxes["Fake"].setFocus()
    QTest.keyClick(boxes["Fake"], Qt.Key.Key_Up)
    QTest.keyClick(boxes["Fake"], Qt.Key.Key_Up)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert stand_in.settings.renderer_limits == {"fake": 2}


def test_what_was_not_touched_is_not_written(qtbot: QtBot, memory_file: Path) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("cancel_grace_seconds = 0.00012\n", "utf-8")
    stand_in = StandIn(load_settings())
    dialog = open_dialog(the_window(stand_in, memory_file, qtbot), qtbot)
    retype(spin_box(dialog, "max_retries"), "9")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert stand_in.settings.cancel_grace_seconds == 0.00012, "though the spin box rounds it"


def test_yes_and_no_have_a_check_box(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "field", lambda _name: FieldInfo(annotation=bool, default=True))
    control = make_control("max_retries", {}, lambda _parent, _start, _is_folder: None)
    box = control.widget
    assert isinstance(box, QCheckBox)
    qtbot.addWidget(box)
    control.put(True)
    control.retranslate()
    box.show()
    with qtbot.waitSignal(control.changed):
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert control.get() is False
    assert box.text() == "on"


# --- what cannot be changed, or not so --------------------------------------------------------


@pytest.mark.parametrize("place", ["environment", "dotenv"])
def test_what_is_set_elsewhere_is_shown_and_greyed(
    qtbot: QtBot, memory_file: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    if place == "environment":
        monkeypatch.setenv("MAX_RETRIES", "7")
        monkeypatch.setenv("UI_THEME", "dark")
    else:
        Path(".env").write_text("MAX_RETRIES=7\nUI_THEME=dark\n", "utf-8")
    window = the_window(StandIn(load_settings()), memory_file, qtbot)
    dialog = open_dialog(window, qtbot)
    row = dialog.rows["max_retries"]
    assert not row.control.widget.isEnabled()
    assert spin_box(dialog, "max_retries").value() == 7
    said = {"environment": "set by the environment", "dotenv": "set by .env"}
    assert said[place] in written(row)
    assert not row.reset_button.isVisible()
    light = next(a for a in window.findChildren(type(window._add)) if a.data() == "light")
    light.trigger()
    assert "UI_THEME" in window.banner.sentence, "the menu cannot change it either"
    assert not light.isChecked()


def test_what_cannot_be_used_is_said_at_once_and_not_saved(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    row = dialog.rows["database_url"]
    line = row.control.widget
    assert isinstance(line, QLineEdit)
    retype(line, "mysql://x")
    assert "This cannot be used: write it as sqlite://FILE" in written(row)
    assert "sqlite://FILE" in line.accessibleDescription()
    dialog.search.setFocus()
    QTest.keyClicks(dialog.search, "retries")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert QApplication.focusWidget() is line
    assert not line.visibleRegion().isEmpty()
    assert not settings_file().exists()
    retype(line, "sqlite://x.sqlite3")
    assert "This cannot be used" not in written(row)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_a_disk_that_refuses_is_told(
    window: MainWindow, stand_in: StandIn, home: Path, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    home.write_text("a file where the folder should be", "utf-8")
    retype(spin_box(dialog, "max_retries"), "9")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert "settings.toml" in written(dialog)


def test_the_wheel_scrolls_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    dialog = open_dialog(window, qtbot)
    box = spin_box(dialog, "thumbnail_cache_mb")
    at = box.rect().center()
    turn = QWheelEvent(
        QPointF(at),
        QPointF(box.mapToGlobal(at)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, turn)
    assert box.value() == 2048
    assert not turn.isAccepted()


# --- finding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("MAX_RETRIES", {"max_retries"}),
        ("at the same time", {"max_concurrent_runs"}),
        ("theme", {"ui_theme"}),
        ("the window lang", {"ui_language"}),
        ("no such thing", set()),
    ],
)
def test_the_search_finds_by_key_title_meaning_and_group(
    window: MainWindow, qtbot: QtBot, typed: str, found: set[str]
) -> None:
    dialog = open_dialog(window, qtbot)
    assert QApplication.focusWidget() is dialog.search
    QTest.keyClicks(dialog.search, typed)
    assert {name for name, row in dialog.rows.items() if row.isVisible()} == found
    assert ("No setting has these words." in written(dialog)) is not found
    dialog.search.clear()
    assert all(row.isVisible() for row in dialog.rows.values())


def test_everything_can_be_reached_by_tab(window: MainWindow, qtbot: QtBot) -> None:
    dialog = open_dialog(window, qtbot)
    reached: set[QWidget] = set()
    focus: QWidget | None = dialog.search
    while focus is not None and focus not in reached:
        reached.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert not focus.visibleRegion().isEmpty(), f"{focus} is scrolled into sight"
    assert {row.control.focus for row in dialog.rows.values()} <= reached
    assert all(
        widget.accessibleName() for widget in reached if not isinstance(widget, QAbstractButton)
    )


def test_each_row_says_all_of_it(window: MainWindow, qtbot: QtBot) -> None:
    dialog = open_dialog(window, qtbot)
    assert list(dialog.rows) == list(Settings.model_fields)
    for name, row in dialog.rows.items():
        said = written(row)
        assert str(Settings.model_fields[name].title) in said
        assert str(Settings.model_fields[name].description) in said
        assert name.upper() in said
        assert "default: " in said


# --- language, theme, size --------------------------------------------------------------------


def test_language_and_theme_take_effect_at_once_and_agree_with_the_menu(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    language = dialog.rows["ui_language"].control.widget
    assert isinstance(language, QComboBox)
    language.setFocus()
    QTest.keyClick(language, Qt.Key.Key_End)
    assert language.currentText() == "简体中文"
    theme = dialog.rows["ui_theme"].control.widget
    theme.setFocus()
    QTest.keyClicks(theme, "Light")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert window._add.text() == "添加场景…"
    assert window.theme.choice == "light"
    checked = {a.data() for a in window.findChildren(type(window._add)) if a.isChecked()}
    assert {"zh_CN", "light"} <= checked


def test_the_menu_translates_the_open_dialog(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    retype(spin_box(dialog, "max_retries"), "9")
    language = dialog.rows["ui_language"].control.widget
    assert isinstance(language, QComboBox)
    before = written(dialog)
    chinese = next(a for a in window.findChildren(type(window._add)) if a.data() == "zh_CN")
    chinese.trigger()
    assert language.currentText() == "简体中文"
    assert "The theme" in before
    assert "The theme" not in written(dialog)
    assert spin_box(dialog, "max_retries").value() == 9, "what is being typed stays"


def test_the_size_is_remembered(
    window: MainWindow, stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    dialog.resize(640, 720)
    dialog.reject()
    window.close()
    again = open_dialog(the_window(stand_in, memory_file, qtbot), qtbot)
    assert (again.width(), again.height()) == (640, 720)


def test_folders_are_added_one_by_one(
    window: MainWindow, stand_in: StandIn, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = open_dialog(window, qtbot)
    row = dialog.rows["api_allowed_dirs"]
    assert isinstance(row.control.widget, FoldersField)
    assert row.control.get() == ""
    assert row.change == {}
    for name in ("first", "second", "second"):
        answers.path = tmp_path / name
        row.control.widget.button.click()
    dialog.accept()
    assert stand_in.settings.api_allowed_dirs == (tmp_path / "first", tmp_path / "second")
    assert row.control.get() == os.pathsep.join(map(str, stand_in.settings.api_allowed_dirs))
