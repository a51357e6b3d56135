"""The upper half of the window: which states are shown, and the table."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from render_manager.base.i18n import _
from render_manager.gui import theme as look
from render_manager.gui.state_chips import StateChips
from render_manager.gui.tally import Tally
from render_manager.gui.task_filter import TaskFilter
from render_manager.gui.task_table.model import TaskTableModel
from render_manager.gui.task_table.view import TaskTableView
from render_manager.gui.theme import GAP, Theme
from render_manager.gui.tool_bar import ToolBar


class TaskPane(QWidget):
    """Chips above the table; while something is filtered out they say how much, and offer to stop."""

    def __init__(
        self,
        model: TaskTableModel,
        table: TaskTableView,
        tools: ToolBar,
        tally: Tally,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._table, self._tally, self._theme = model, table, tally, theme
        self.chips = StateChips(tally, theme)
        self.filtering = TaskFilter(tools.filter, self.chips, model, table)
        self._shown = QLabel()
        self._shown.setObjectName("dim")
        self._shown.setFont(look.font(points=-0.5))
        self.clear = QToolButton()
        self.clear.setObjectName("link")
        self.clear.setFont(look.font(points=-0.5))
        self.clear.clicked.connect(self.filtering.clear)
        self.filtering.changed.connect(self.refresh)
        self._lay_out()
        self.retranslate()

    def refresh(self) -> None:
        """Write the counts."""
        self.chips.refresh()
        is_active = self.filtering.is_active
        self.clear.setVisible(is_active)
        self._shown.setVisible(is_active)
        count, total = f"{self._model.rowCount():,}", f"{self._tally.total:,}"
        self._shown.setText(_("{count} of {total} shown").format(count=count, total=total))

    def retranslate(self) -> None:
        self.clear.setText(_("Clear filter"))
        self.chips.retranslate()
        self._table.retranslate()
        self.refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(GAP, 0, GAP, GAP // 2)
        row.setSpacing(GAP)
        row.addWidget(self.chips)
        row.addStretch(1)
        row.addWidget(self._shown)
        row.addWidget(self.clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._table, 1)
