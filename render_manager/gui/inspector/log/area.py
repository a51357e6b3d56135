"""What hand and keyboard do with the lines of a log: scroll, select, copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from render_manager.base.i18n import N_, _
from render_manager.domain.events import Severity
from render_manager.gui.inspector.log.canvas import LogCanvas
from render_manager.gui.inspector.log.cleaning import LONGEST_SHOWN
from render_manager.gui.inspector.log.document import LogDocument
from render_manager.gui.inspector.log.selection import Place, word_at
from render_manager.gui.theme import Theme

MOST_COPIED = 8 * 1024 * 1024
"""Bytes that are copied at once; who wants more opens the file."""

DRAG_MS = 50
"""How often the view moves on while the pointer is held outside of it."""

SEVERITY_WORDS = {
    Severity.WARNING: N_("Warning"),
    Severity.ERROR: N_("Error"),
    Severity.FATAL: N_("Fatal error"),
}

_KEYS = QKeySequence.StandardKey
_LEFT = Qt.MouseButton.LeftButton


class LogArea(LogCanvas):
    """Arrows and pages scroll; with Shift they select. `copied_part` tells that it was too much."""

    copied_part = Signal()

    def __init__(self, document: LogDocument, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(document, theme, parent)
        self._is_dragging = False
        self._pointer = QPoint()
        self._moving_on = QTimer(self)
        self._moving_on.setInterval(DRAG_MS)
        self._moving_on.timeout.connect(self._move_on)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self._scrolls = self._scroll_keys()

    # --- copying ------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put what is selected on the clipboard, as soon as it was read."""
        if not self.selection:
            return
        (first, _begin), (last, _end) = self.selection.ends
        selection = replace(self.selection)

        def take(lines: str) -> None:
            is_whole = lines.count("\n") == last - first
            QGuiApplication.clipboard().setText(selection.cut(lines, is_whole=is_whole))
            if not is_whole:
                self.copied_part.emit()

        self.document.excerpt(first, last + 1, MOST_COPIED, take)

    def selected_words(self) -> str:
        """What is selected, if it lies in one line."""
        (first, begin), (last, end) = self.selection.ends
        return self.text(first)[begin:end] if first == last else ""

    def select_all(self) -> None:
        last = max(0, self.document.count - 1)
        self.selection.anchor, self.selection.caret = (0, 0), (last, self._length(last))
        self.viewport().update()

    def clear_selection(self) -> None:
        self.selection.put(self.selection.caret)
        self.viewport().update()

    def _length(self, line: int) -> int:
        """Beyond any line, if this one is not at hand."""
        text = self.document.text(line)
        return LONGEST_SHOWN if text is None else len(text)

    # --- the mouse ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not _LEFT:
            return
        place = self.place_at(event.position().toPoint())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.selection.caret = place
        else:
            self.selection.put(place)
        self.current = None
        self._is_dragging = True
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._is_dragging:
            return
        self._pointer = event.position().toPoint()
        self._drag()
        is_outside = not 0 <= self._pointer.y() < self.viewport().height()
        if is_outside and not self._moving_on.isActive():
            self._moving_on.start()
        elif not is_outside:
            self._moving_on.stop()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_dragging = False
        self._moving_on.stop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        line, column = self.place_at(event.position().toPoint())
        begin, end = word_at(self.text(line), column)
        self.selection.anchor, self.selection.caret = (line, begin), (line, end)
        self.viewport().update()

    def _drag(self) -> None:
        self.selection.caret = self.place_at(self._pointer)
        self.viewport().update()

    def _move_on(self) -> None:
        """Scroll, the faster the farther the pointer is outside."""
        beyond = self._pointer.y() - max(0, min(self._pointer.y(), self.viewport().height()))
        self.bar.setValue(self.top + round(beyond / self.columns.height * 2))
        self.set_follows(self.bar.value() >= self.bar.maximum())
        self._drag()

    # --- the keyboard -------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here do not reach the window's menus."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(_KEYS.Copy):
            self.copy()
        elif event.matches(_KEYS.SelectAll):
            self.select_all()
        elif event.key() == Qt.Key.Key_Escape and self.selection:
            self.clear_selection()
        elif not (self._extend(event) or self._scroll(event)):
            event.ignore()

    def _scroll_keys(self) -> dict[Qt.Key, Callable[[], None]]:
        down, across = self.bar, self.horizontalScrollBar()
        key = Qt.Key
        return {
            key.Key_Up: lambda: down.setValue(down.value() - 1),
            key.Key_Down: lambda: down.setValue(down.value() + 1),
            key.Key_PageUp: lambda: down.setValue(down.value() - self.rows),
            key.Key_PageDown: lambda: down.setValue(down.value() + self.rows),
            key.Key_Home: lambda: down.setValue(0),
            key.Key_End: lambda: down.setValue(down.maximum()),
            key.Key_Left: lambda: across.setValue(across.value() - across.singleStep()),
            key.Key_Right: lambda: across.setValue(across.value() + across.singleStep()),
        }

    def _scroll(self, event: QKeyEvent) -> bool:
        scroll = self._scrolls.get(Qt.Key(event.key()))
        if scroll is None:
            return False
        scroll()
        self.set_follows(self.bar.value() >= self.bar.maximum())
        return True

    def _extend(self, event: QKeyEvent) -> bool:
        """With Shift the caret moves, and what it passes is selected."""
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return False
        is_far = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        place = self._moved(self._caret(), Qt.Key(event.key()), is_far=is_far)
        if place is None:
            return False
        self.selection.caret = place
        self._show_caret()
        return True

    def _caret(self) -> Place:
        """Where selecting goes on; where nothing in sight is selected it begins at the top."""
        line = self.selection.caret[0]
        if not self.selection and not self.top <= line < self.top + self.rows:
            self.selection.put((self.top if self.current is None else self.current, 0))
        return self.selection.caret

    def _moved(self, caret: Place, key: Qt.Key, *, is_far: bool) -> Place | None:
        line, column = caret
        last = max(0, self.document.count - 1)
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -self.rows,
            Qt.Key.Key_PageDown: self.rows,
        }
        if key in steps:
            return min(max(0, line + steps[key]), last), column
        match key:
            case Qt.Key.Key_Left:
                return line, max(0, column - 1)
            case Qt.Key.Key_Right:
                return line, min(column + 1, self._length(line))
            case Qt.Key.Key_Home:
                return (0, 0) if is_far else (line, 0)
            case Qt.Key.Key_End:
                return (last, self._length(last)) if is_far else (line, self._length(line))
        return None

    def _show_caret(self) -> None:
        line, column = self.selection.caret
        if line < self.top:
            self.bar.setValue(line)
        elif line >= self.top + self.rows:
            self.bar.setValue(line - self.rows + 1)
        self.show_column(line, min(column, self._length(line)))
        self.set_follows(self.bar.value() >= self.bar.maximum())
        self.viewport().update()

    # --- what is told -------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.theme.icon("duplicate"), _("Copy"), self.copy)
        copy.setEnabled(bool(self.selection))
        menu.addAction(_("Select all"), self.select_all)
        menu.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            line = self.top + event.pos().y() // self.columns.height
            QToolTip.showText(event.globalPos(), self.tip(line), self.viewport())
            return True
        return super().viewportEvent(event)

    def tip(self, line: int) -> str:
        """What is wrong in a line, in the words of who heard it."""
        problem = self.document.problems.get(line)
        if problem is None:
            return ""
        return f"{_(SEVERITY_WORDS[problem.severity])}: {problem.text}"


def _is_own(event: QKeyEvent) -> bool:
    return any(event.matches(key) for key in (_KEYS.Copy, _KEYS.SelectAll))
