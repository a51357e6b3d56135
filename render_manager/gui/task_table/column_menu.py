"""Which columns are shown: a menu for the header's right click and for the view menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from render_manager.base.i18n import _
from render_manager.gui.task_table.columns import Columns, Field


class ColumnMenu(QMenu):
    """An entry to check for each column, and one that puts all back as they were at first."""

    def __init__(
        self,
        columns: Columns,
        header: QHeaderView,
        reset: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._header = header
        self.entries = {field: self._entry(field) for field in columns}
        self.addSeparator()
        self.reset = self.addAction("")
        self.reset.triggered.connect(lambda: reset())
        self.aboutToShow.connect(self._look)
        self.retranslate()

    def retranslate(self) -> None:
        self.setTitle(_("Columns"))
        self.reset.setText(_("Reset columns"))
        for field, entry in self.entries.items():
            entry.setText(_(self._columns[field].title))

    def _entry(self, field: Field) -> QAction:
        entry = self.addAction("")
        entry.setCheckable(True)
        entry.setEnabled(field is not Field.NAME)
        entry.triggered.connect(lambda shown: self._header.setSectionHidden(field, not shown))
        return entry

    def _look(self) -> None:
        for field, entry in self.entries.items():
            entry.setChecked(not self._header.isSectionHidden(field))
