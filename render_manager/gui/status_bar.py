"""The line at the bottom: how many tasks run, wait and failed, and the newest notice."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QWidget

from render_manager.base.i18n import N_, _
from render_manager.domain.queue import Touched
from render_manager.domain.states import TaskState
from render_manager.domain.task import Task
from render_manager.gui import icons
from render_manager.gui import theme as look
from render_manager.gui.elided import ElidedLabel
from render_manager.gui.tally import Tally
from render_manager.gui.theme import GAP, Theme

SHOWN = {
    TaskState.RUNNING: N_("{count} running"),
    TaskState.PENDING: N_("{count} waiting"),
    TaskState.PAUSED: N_("{count} paused"),
    TaskState.FAILED: N_("{count} failed"),
}

ALWAYS = (TaskState.RUNNING, TaskState.PENDING)


class StatusBar(QStatusBar):
    """Counts at the left, what was noticed at the right."""

    def __init__(self, tasks: Mapping[int, Task], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tally = Tally(tasks)
        self._counts = {state: _Count(parent=self) for state in SHOWN}
        self._notice = ElidedLabel(self)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(GAP, 0, GAP, 0)
        for count in self._counts.values():
            self.addWidget(count)
        self.addPermanentWidget(self._notice, 1)
        theme.changed.connect(self.refresh)
        self.refresh()

    def apply(self, touched: Touched) -> None:
        self._tally.update(touched.tasks | touched.added | touched.removed.keys())
        self.refresh()

    def notice(self, sentence: str) -> None:
        """Show the sentence until there is another one."""
        self._notice.setText(sentence)
        self._notice.setToolTip(sentence)

    def refresh(self) -> None:
        for state, label in self._counts.items():
            count = self._tally.counts[state]
            color = self._theme.colors.of(state) if count else self._theme.colors.dim
            label.show_count(f"state-{state}", color, _(SHOWN[state]).format(count=f"{count:,}"))
            label.setVisible(count > 0 or state in ALWAYS)


class _Count(QWidget):
    """Glyph and words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._glyph, self._words = QLabel(), QLabel()
        self._words.setFont(look.font(points=-0.5))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, GAP, 0)
        layout.setSpacing(4)
        layout.addWidget(self._glyph)
        layout.addWidget(self._words)

    def show_count(self, icon: str, color: str, words: str) -> None:
        self._glyph.setPixmap(icons.pixmap(icon, color, 14, self.devicePixelRatioF()))
        self._words.setText(words)
