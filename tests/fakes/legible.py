"""Looks over windows as a proof-reader does: what is cut off, and what is not translated.

As a program, `legible.py`, it looks at every window in both languages, at the scale that
QT_SCALE_FACTOR says, and prints what it finds as JSON: by language, what is cut off and what is
written.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)

from render_manager.base.settings import load_settings
from render_manager.domain.events import (
    FrameBegan,
    FrameCompleted,
    FrameFile,
    FrameProgress,
    FrameRejected,
    RunStarted,
)
from render_manager.domain.job import SceneCamera, SceneInfo, SceneLayer
from render_manager.domain.states import Wish
from render_manager.gui import icons
from render_manager.gui.closing import ClosingDialog, Situation
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.settings.dialog import SettingsDialog
from render_manager.gui.task_table.columns import Field
from render_manager.gui.task_table.view import TaskTableView
from render_manager.gui.theme import GAP

if TYPE_CHECKING:
    from stand_in import StandIn

SLACK = 1
"""Logical pixels that rounding may take."""


def cut_off(window: QWidget) -> list[str]:
    """What cannot be read to its end in this window, in words."""
    found: list[str] = []
    for widget in [window, *window.findChildren(QWidget)]:
        if widget.isVisible() and widget.window() is window:
            found += [f"{type(widget).__name__}: {what}" for what in _faults(widget)]
    return found


def written(window: QWidget) -> set[str]:
    """Every text that the window shows by labels, buttons, tabs, headers and placeholders."""
    texts: set[str] = set()
    for widget in [window, *window.findChildren(QWidget)]:
        if widget.isVisible() and widget.window() is window:
            texts.update(_texts(widget))
    return {text for text in texts if any(sign.isalpha() for sign in text)}


def _texts(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QComboBox():
            yield from (widget.itemText(place) for place in range(widget.count()))
        case QLineEdit():
            yield widget.placeholderText()
        case QTabBar():
            yield from (widget.tabText(place) for place in range(widget.count()))
        case QHeaderView() if widget.model() is not None:
            for section in range(widget.count()):
                yield str(widget.model().headerData(section, widget.orientation()) or "")
    yield widget.toolTip()
    yield widget.accessibleName()


def _faults(widget: QWidget) -> Iterator[str]:
    match widget:
        case ElidedLabel():
            return
        case QLabel():
            yield from _label(widget)
        case QToolButton() if widget.objectName() == "qt_toolbar_ext_button":
            yield "a tool bar hides some of its buttons"
        case QToolButton() if widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
            pass
        case TaskTableView():
            yield from _cells(widget)
        case QCheckBox() | QRadioButton() | QAbstractButton():
            if widget.text() and widget.width() + SLACK < widget.sizeHint().width():
                yield f"“{widget.text()}” is {widget.width()} of {widget.sizeHint().width()} wide"
        case QComboBox():
            needed = widget.fontMetrics().horizontalAdvance(widget.currentText())
            if needed > widget.width() - 20:
                yield f"“{widget.currentText()}”"
        case QLineEdit():
            shown = widget.placeholderText()
            if shown and not widget.text():
                needed = widget.fontMetrics().horizontalAdvance(shown)
                if needed > widget.width() - 12:
                    yield f"placeholder “{shown}”"
        case QTabBar():
            for place in range(widget.count()):
                needed = widget.fontMetrics().horizontalAdvance(widget.tabText(place))
                if needed > widget.tabRect(place).width() or not widget.rect().contains(
                    widget.tabRect(place)
                ):
                    yield f"tab “{widget.tabText(place)}”"
        case QHeaderView():
            yield from _header(widget)
    yield from _clipped(widget)


def _cells(table: TaskTableView) -> Iterator[str]:
    """Cells whose text is short: names, paths and problems may end in “…”, and have tool tips."""
    model = table.model()
    for field in set(Field) - {Field.NAME, Field.RENDERER, Field.OUTPUT, Field.PROBLEM}:
        for row in range(model.rowCount()):
            written = str(model.index(row, field).data() or "")
            glyph = {Field.STATE: icons.SIZE + GAP, Field.PRIORITY: icons.SIZE}.get(field, 0)
            needed = table.fontMetrics().horizontalAdvance(written) + 2 * GAP + glyph
            if not table.isColumnHidden(field) and needed > table.columnWidth(field) + SLACK:
                yield f"cell “{written}” of {field.name}"


def _label(label: QLabel) -> Iterator[str]:
    if not label.text() or not label.pixmap().isNull():
        return
    room = label.contentsRect()
    flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextSingleLine
    if label.buddy() is not None:
        flags |= Qt.TextFlag.TextShowMnemonic
    limit = room.width() if label.wordWrap() else 1 << 20
    needed = label.fontMetrics().boundingRect(
        QRect(0, 0, limit, 1 << 20), int(flags | Qt.TextFlag.TextExpandTabs), label.text()
    )
    if needed.width() > room.width() + SLACK or needed.height() > room.height() + SLACK + 2:
        yield f"“{label.text()}” needs {needed.size().toTuple()} of {room.size().toTuple()}"


def _header(header: QHeaderView) -> Iterator[str]:
    if header.orientation() is not Qt.Orientation.Horizontal or header.model() is None:
        return
    for section in range(header.count()):
        title = str(header.model().headerData(section, header.orientation()) or "")
        needed = header.fontMetrics().horizontalAdvance(title)
        if not header.isSectionHidden(section) and needed + 8 > header.sectionSize(section):
            yield f"column “{title}”"


def _clipped(widget: QWidget) -> Iterator[str]:
    """A control that sticks out of what holds it, where nothing scrolls."""
    parent = widget.parentWidget()
    if not isinstance(widget, QAbstractButton | QComboBox | QLineEdit | QLabel) or parent is None:
        return
    holder: QWidget | None = parent
    while holder is not None:
        if isinstance(holder, QAbstractScrollArea | QToolBar):
            return
        holder = holder.parentWidget()
    if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
        yield f"{widget.objectName() or type(widget).__name__} sticks out of its parent"


# --- every window there is --------------------------------------------------------------------

SCENE = SceneInfo(
    renderer="fake",
    start=1,
    end=24,
    fps=24,
    width=1920,
    height=1080,
    camera="Cam",
    cameras=(SceneCamera("Cam"), SceneCamera("Cam2")),
    layers=(SceneLayer("Rgb"),),
)


def windows(folder: Path) -> Iterator[tuple[str, QWidget]]:
    """One after the other, shown, with its name; the main window as small as it is promised."""
    from stand_in import Answers, FakeAutostart, StandIn, window_of

    settings = load_settings(render_output_dir=folder)
    stand_in = StandIn(settings, now=time.time())
    window = window_of(stand_in, folder / "window.ini")
    window.resize(1280, 800)
    window.show()
    yield "empty", window
    _fill(stand_in, folder)
    window.table.select([1])
    for page in ("preview", "log", "about"):
        inspector = window.details.inspector
        inspector.show_page(getattr(inspector, page))
        yield page, window
    window.banner.say("…")
    yield "with a banner", window
    held = stand_in.add("s4", range(1, 25), scene=SCENE, wish=Wish.PAUSE)
    window.sheet.ask([held.id])
    yield "sheet", window
    window.filter.setText("nothing is called so")
    yield "filtered", window
    dialog = SettingsDialog(
        stand_in.service,
        Answers().choose_path,
        window.theme,
        window._background,
        FakeAutostart(),
        parent=window,
    )
    dialog.open_afresh()
    yield "settings", dialog
    dialog.close()
    window.renderers.open_afresh()
    yield "renderers", window.renderers
    window.renderers.close()
    closing = ClosingDialog(Situation(2, has_tray=True, stubborn=("Maya",)), window)
    closing.show()
    yield "closing", closing
    closing.close()
    window.close()


def _fill(stand_in: StandIn, folder: Path) -> None:
    task = stand_in.add("s1", range(1, 25), scene=SCENE)
    run = stand_in.begin(task)
    (folder / "1.log").write_text("Fra:1\n")
    picture = FrameFile(str(folder / "f.png"), 9, 1920, 1080)
    stand_in.report(
        run,
        RunStarted(1, 0.0, "r", str(folder / "1.log")),
        FrameBegan(1),
        FrameCompleted(1, (picture,), 3.0),
        FrameRejected(2, "…"),
        FrameBegan(3),
        FrameProgress(3, 40.0),
    )
    stand_in.add("s2", range(1, 1201), scene=SCENE)
    stand_in.add("s3", range(1, 11), scene=SCENE, wish=Wish.PAUSE)


def main() -> None:
    application = QApplication([])
    found: dict[str, dict[str, list[str]]] = {}
    for language in ("en", "zh_CN"):
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {"RENDER_MANAGER_HOME": folder, "UI_LANGUAGE": language}
            texts: set[str] = set()
            faults: list[str] = []
            for name, window in windows(Path(folder)):
                for _turn in range(20):
                    application.processEvents()
                faults += [f"{name}: {fault}" for fault in cut_off(window)]
                texts |= written(window)
            found[language] = {"cut off": faults, "written": sorted(texts)}
    print(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
