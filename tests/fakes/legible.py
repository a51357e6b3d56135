"""Looks over windows as a proof-reader does: what is cut off, and what is not translated.

`python -m legible FOLDER` (with tests/fakes on the path) looks at every window in both languages, at
the scale that QT_SCALE_FACTOR says, and prints what it finds as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
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

from render_manager.gui.elided import ElidedLabel

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
