"""What narrows the table down: the words of the filter box and the states of the chips."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from render_manager.domain.states import TaskState
from render_manager.gui.memory import WindowMemory
from render_manager.gui.state_chips import StateChips
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.task_table.view import TaskTableView
from render_manager.gui.theme import repolish

SLICE = 200
"""Tasks that are got ready for words at a time, some 2 ms (measured)."""


class TaskFilter(QObject):
    """Hands words and states to the model. In the box, Escape clears and Down goes to the table."""

    changed = Signal()

    def __init__(
        self, box: QLineEdit, chips: StateChips, model: TaskTableModel, table: TaskTableView
    ) -> None:
        super().__init__(table)
        self._box, self._chips, self._model, self._table = box, chips, model, table
        self._to_prepare: list[int] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._prepare)
        box.installEventFilter(self)
        box.textChanged.connect(self._take_words)
        chips.changed.connect(self._take_states)
        table.clear_button.clicked.connect(self.clear)

    @property
    def is_active(self) -> bool:
        return self._model.is_filtered

    def clear(self) -> None:
        """Show all tasks."""
        self._chips.choose(frozenset())
        self._box.clear()

    def remember(self, memory: WindowMemory) -> None:
        memory.remember_text("filter", self._box.text())
        memory.remember_text("states", " ".join(sorted(self._chips.states)))

    def recall(self, memory: WindowMemory) -> None:
        """As it was the day before; states that are no longer understood are left out."""
        known = {state.value for state in TaskState}
        words = (memory.text("states") or "").split()
        self._chips.choose(frozenset(TaskState(word) for word in words if word in known))
        self._box.setText(memory.text("filter") or "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn:
            self._to_prepare = list(range(self._model.rowCount()))
            self._soon.start()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._take_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _take_key(self, key: Qt.Key) -> bool:
        match key:
            case Qt.Key.Key_Escape if self._box.text():
                self._box.clear()
            case Qt.Key.Key_Escape | Qt.Key.Key_Down | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._go_to_table()
            case _:
                return False
        return True

    def _go_to_table(self) -> None:
        self._table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self._table.selected() and self._model.rowCount():
            self._table.selectRow(0)

    def _prepare(self) -> None:
        """Before the first letter is typed, a slice at a time."""
        rows, self._to_prepare = self._to_prepare[:SLICE], self._to_prepare[SLICE:]
        count = self._model.rowCount()
        self._model.prepare([self._model.task_at(row) for row in rows if row < count])
        if self._to_prepare:
            self._soon.start()

    def _take_words(self, words: str) -> None:
        self._model.set_filter(words)
        self._say()

    def _take_states(self, states: frozenset[TaskState]) -> None:
        self._model.set_states(states)
        self._say()

    def _say(self) -> None:
        self._box.setProperty("active", bool(self._box.text()))
        repolish(self._box)
        self.changed.emit()
