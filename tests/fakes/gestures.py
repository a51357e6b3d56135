"""What a hand does at the window, as the events that the window system sends."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from render_manager.domain.task import Task
from render_manager.gui.window import MainWindow

COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def hold(paths: list[Path]) -> QMimeData:
    """What a file manager hands over: addresses, and the same as text."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    mime.setText("\n".join(map(str, paths)))
    return mime


def drop(target: QWidget, mime: QMimeData) -> bool:
    """Drag over `target` and drop there; says whether it was taken."""
    at = target.rect().center()
    enter = QDragEnterEvent(at, COPY, mime, LEFT, NONE)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(at, COPY, mime, LEFT, NONE)
    QApplication.sendEvent(target, move)
    if not move.isAccepted():
        QApplication.sendEvent(target, QDragLeaveEvent())
        return False
    event = QDropEvent(at.toPointF(), COPY, mime, LEFT, NONE)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def right_click(window: MainWindow, task: Task) -> QMenu:
    """Ask for the context menu of a task's row."""
    row = window.model.row_of(task.id)
    assert row is not None
    viewport = window.table.viewport()
    at: QPoint = window.table.visualRect(window.model.index(row, 0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    assert window.task_menu.isVisible()
    return window.task_menu


def pick(menu: QMenu, name: str) -> None:
    """Click on an entry of an open menu."""
    action = next(action for action in menu.actions() if action.objectName() == name)
    assert action.isEnabled()
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())
