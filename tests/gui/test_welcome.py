from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from stand_in import StandIn, window_of

from render_manager.base.settings import Settings
from render_manager.base.settings_file import settings_file
from render_manager.domain.events import Outcome, RunEnded
from render_manager.domain.states import TaskState
from render_manager.gui.application import CANNOT_START, open_window
from render_manager.gui.settings.faults import settings_to_start_with
from render_manager.gui.window import MainWindow
from render_manager.renderers.catalog import not_found
from render_manager.renderers.renderer import Installation
from render_manager.service.health import RendererHealth
from render_manager.service.provision import FetchProgress

HERE = Installation("blender", Path("/opt/blender/blender"), "4.5.1", "PATH")
BLENDER = RendererHealth("blender", "Blender", (HERE,), None)
NO_BLENDER = RendererHealth("blender", "Blender", (), "fetch-blender")
NUKE = RendererHealth("nuke", "Nuke", (HERE,), None, (), is_from_documentation=True)
NO_KICK = RendererHealth("kick", "kick", (), "Install it.", (), is_from_documentation=True)
NO_MAYA = RendererHealth("maya", "Maya", (), "Set MAYA_EXECUTABLE.")


def the_window(stand_in: StandIn, memory_file: Path, qtbot: QtBot) -> MainWindow:
    window = window_of(stand_in, memory_file)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def written(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


# --- what is here -----------------------------------------------------------------------------


def test_the_first_start_says_what_it_found(
    stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    stand_in.provision.here = (BLENDER, NO_MAYA)
    window = the_window(stand_in, memory_file, qtbot)
    said = written(window.welcome)
    assert "Blender 4.5.1" in said
    assert "/opt/blender/blender" in said
    assert "Not found. Set MAYA_EXECUTABLE." in said
    assert not window.welcome.renderers.offer.fetch.isVisible()
    assert "Found on this machine: Blender 4.5.1." in written(window.status)
    window.close()
    tomorrow = the_window(stand_in, memory_file, qtbot)
    stand_in.provision.look()
    assert "Found on this machine" not in written(tomorrow.status), "it is said once"


def test_those_from_documentation_say_so_and_are_absent_quietly(
    stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    stand_in.provision.here = (BLENDER, NUKE, NO_KICK)
    said = written(the_window(stand_in, memory_file, qtbot).welcome)
    assert "Nuke is driven from documentation: nobody has run it here yet." in said
    assert "Not installed here: kick." in said
    assert "Install it." not in said


def test_the_window_says_that_it_is_looking(
    stand_in: StandIn, memory_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in.provision, "look", lambda: None)
    window = the_window(stand_in, memory_file, qtbot)
    assert "Looking for renderers…" in written(window.welcome)


def test_a_setting_that_cannot_be_used_is_told(
    stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    wrong = "BLENDER_EXECUTABLE names no Blender."
    stand_in.provision.here = (RendererHealth("blender", "Blender", (HERE,), None, (wrong,)),)
    window = the_window(stand_in, memory_file, qtbot)
    assert wrong in written(window.welcome)


def test_with_tasks_in_the_list_nothing_is_looked_for(
    stand_in: StandIn, memory_file: Path, qtbot: QtBot
) -> None:
    stand_in.add("shot")
    the_window(stand_in, memory_file, qtbot)
    assert stand_in.provision.looks == 0


def test_the_help_menu_shows_the_same(window: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    stand_in.provision.here = (BLENDER,)
    entry = next(a for a in window.menus.menu["help"].actions() if a.text() == "Renderers…")
    entry.trigger()
    qtbot.waitUntil(window.renderers.isVisible)
    qtbot.waitUntil(lambda: "Blender 4.5.1" in written(window.renderers))
    stand_in.provision.here = (NO_BLENDER,)
    click(window.renderers.again)
    advice = "Not found. Install it from blender.org, or fetch it here."
    qtbot.waitUntil(lambda: advice in written(window.renderers))


# --- fetching ---------------------------------------------------------------------------------


@pytest.fixture
def without(stand_in: StandIn, memory_file: Path, qtbot: QtBot) -> MainWindow:
    """A window on a machine that has no Blender."""
    stand_in.provision.here = (NO_BLENDER,)
    return the_window(stand_in, memory_file, qtbot)


def test_blender_is_fetched(without: MainWindow, stand_in: StandIn, qtbot: QtBot) -> None:
    offer, provision = without.welcome.renderers.offer, stand_in.provision
    click(offer.fetch)
    assert provision.is_fetching
    assert not offer.fetch.isVisible()
    provision.progressed.emit(FetchProgress("downloading", 0.4))
    assert offer.bar.value() == 400
    assert "Downloading Blender…" in written(offer)
    provision.progressed.emit(FetchProgress("installing", 0.9))
    assert "Installing Blender…" in written(offer)
    provision.here = (BLENDER,)
    provision.end_fetch("")
    assert not offer.bar.isVisible()
    assert not offer.fetch.isVisible()
    qtbot.waitUntil(lambda: "Blender 4.5.1" in written(without.welcome))


def test_the_fetch_is_stopped(without: MainWindow, stand_in: StandIn) -> None:
    offer = without.welcome.renderers.offer
    click(offer.fetch)
    assert offer.stop.hasFocus()
    QTest.keyClick(offer.stop, Qt.Key.Key_Space)
    assert not stand_in.provision.is_fetching
    assert offer.fetch.isVisible()
    assert not offer.problem.isVisible()


def test_why_it_failed_stays_until_it_is_tried_again(
    without: MainWindow, stand_in: StandIn
) -> None:
    offer = without.welcome.renderers.offer
    click(offer.fetch)
    stand_in.provision.end_fetch("There is no network.")
    assert "There is no network." in written(without.welcome)
    click(offer.fetch)
    assert "There is no network." not in written(without.welcome)


def test_what_failed_without_blender_can_be_retried(
    window: MainWindow, stand_in: StandIn, qtbot: QtBot
) -> None:
    blender = stand_in.service.catalog.get("blender")
    tasks = [stand_in.add(name, renderer="blender", max_retries=0) for name in "ab"]
    for task, reason in zip(tasks, (f"{not_found(blender)} Install it.", "Crash."), strict=True):
        run = stand_in.begin(task)
        stand_in.report(run, RunEnded(Outcome.NOT_STARTED, None, reason, tuple(run.frames)))
    stand_in.provision.here = (BLENDER,)
    window.renderers.open_afresh()
    offer = window.renderers.panel.offer
    assert offer.retry.text() == "Retry the 1 task that failed without Blender"
    click(offer.retry)
    assert [task.state for task in tasks] == [TaskState.PENDING, TaskState.FAILED]
    assert not offer.retry.isVisible()


# --- settings that cannot be used ---------------------------------------------------------------


NONSENSE = 'max_retries = "many"\ndefault_priority = 8\n'


def write_file(text: str) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(text, "utf-8")


def answer(qtbot: QtBot, button: str) -> list[str]:
    """Press this button of the next question; what was asked comes into the list."""
    asked: list[str] = []
    pressing = QTimer(QApplication.instance())

    def press() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            pressing.stop()
            asked.append(f"{box.text()}\n{box.informativeText()}")
            click(next(one for one in box.buttons() if one.text() == button))

    pressing.timeout.connect(press)
    pressing.start(10)
    return asked


def test_one_can_go_on_without_a_setting_that_is_wrong(qtbot: QtBot) -> None:
    write_file(NONSENSE)
    asked = answer(qtbot, "Go on with defaults")
    settings = settings_to_start_with()
    assert isinstance(settings, Settings)
    assert (settings.max_retries, settings.default_priority) == (3, 8)
    for part in ("1 setting cannot be used", "MAX_RETRIES", str(settings_file()), "many", "number"):
        assert part in asked[0]
    assert settings_file().read_text("utf-8") == NONSENSE


def test_one_can_go_on_without_a_file_that_is_wrong(qtbot: QtBot) -> None:
    write_file("= broken [")
    asked = answer(qtbot, "Go on with defaults")
    settings = settings_to_start_with()
    assert settings is not None
    assert str(settings_file()) in asked[0]
    assert settings_file().read_text("utf-8") == "= broken ["


def test_or_quit(qtbot: QtBot) -> None:
    write_file(NONSENSE)
    asked = answer(qtbot, "Quit")
    assert open_window() == CANNOT_START
    assert len(asked) == 1
    assert settings_file().read_text("utf-8") == NONSENSE


def test_nothing_is_asked_if_nothing_is_wrong(qtbot: QtBot) -> None:
    write_file("default_priority = 8\n")
    settings = settings_to_start_with()
    assert settings is not None
    assert settings.default_priority == 8
