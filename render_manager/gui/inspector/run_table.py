"""The history of a task's runs as a table, the newest first."""

from __future__ import annotations

import time
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from render_manager.base.i18n import N_, _
from render_manager.gui import icons, plain_table, text
from render_manager.gui.inspector import run_words
from render_manager.gui.inspector.run_history import RunHistory
from render_manager.gui.theme import Theme
from render_manager.storage.records import RunRecord

MOST_ROWS = 8
"""Rows in sight; of a longer history the table scrolls by itself."""

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """Which column is where."""

    RUN = 0
    OUTCOME = 1
    STARTED = 2
    DURATION = 3
    FRAMES = 4
    EXIT_CODE = 5
    REASON = 6


TITLES = {
    Column.RUN: (N_("Run"), 48),
    Column.OUTCOME: (N_("Outcome"), 104),
    Column.STARTED: (N_("Started"), 136),
    Column.DURATION: (N_("Duration"), 80),
    Column.FRAMES: (N_("Frames"), 80),
    Column.EXIT_CODE: (N_("Exit code"), 80),
    Column.REASON: (N_("Reason"), 240),
}
"""Titles, and widths in logical pixels."""

FIGURES = (Column.RUN, Column.DURATION, Column.EXIT_CODE)


class RunTableModel(QAbstractTableModel):
    """A row per run of the history."""

    def __init__(self, history: RunHistory, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._theme = theme
        self._runs: list[RunRecord] = []

    def refresh(self) -> None:
        """Show what the history knows now."""
        runs = self._history.runs
        if [run.id for run in runs] != [run.id for run in self._runs]:
            self.beginResetModel()
            self._runs = runs
            self.endResetModel()
        elif runs:
            self._runs = runs
            self.dataChanged.emit(self.index(0, 0), self.index(len(runs) - 1, len(Column) - 1))

    def run_at(self, row: int) -> RunRecord | None:
        return self._runs[row] if 0 <= row < len(self._runs) else None

    def row_of(self, run_id: int | None) -> int | None:
        return next((row for row, run in enumerate(self._runs) if run.id == run_id), None)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _(TITLES[Column(section)][0])
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(Column(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self.run_at(index.row())
        if run is None:
            return None
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(run, column)
            case Qt.ItemDataRole.ToolTipRole:
                return text.tip(self._text(run, column))
            case Qt.ItemDataRole.DecorationRole if column is Column.OUTCOME:
                return self._icon(run)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
        return None

    def _text(self, run: RunRecord, column: Column) -> str:
        is_under_way = self._history.is_under_way(run)
        match column:
            case Column.RUN:
                return str(run.id)
            case Column.OUTCOME:
                return text.capital(run_words.outcome_word(run, is_under_way=is_under_way))
            case Column.STARTED:
                return run_words.moment(run.started_at)
            case Column.DURATION:
                return run_words.lasted(run, time.time(), is_under_way=is_under_way)
            case Column.FRAMES:
                return run.frames
            case Column.EXIT_CODE:
                return text.NOTHING if run.exit_code is None else str(run.exit_code)
            case Column.REASON:
                return run.reason or ""

    def _icon(self, run: RunRecord) -> QIcon:
        is_under_way = self._history.is_under_way(run)
        name, color = run_words.glyph(run, self._theme.colors, is_under_way=is_under_way)
        return QIcon(icons.pixmap(name, color, 14, 2.0))


def _alignment(column: Column) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if column in FIGURES else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter


class RunTable(QTableView):
    """Shows the runs; `run_changed` tells that another one is the current one."""

    run_changed = Signal()
    activated_run = Signal()

    def __init__(self, history: RunHistory, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = RunTableModel(history, theme, self)
        self._kept: int | None = None
        self.setModel(self._runs)
        plain_table.set_up(
            self, "runs", {column: width for column, (_title, width) in TITLES.items()}
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._runs.modelAboutToBeReset.connect(self._keep)
        self._runs.modelReset.connect(self._restore)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.run_changed.emit())
        self.activated.connect(lambda _index: self.activated_run.emit())
        theme.changed.connect(self.viewport().update)

    @property
    def run(self) -> RunRecord | None:
        """The run that is looked at."""
        return self._runs.run_at(self.currentIndex().row())

    def refresh(self) -> None:
        """Show what the history knows now."""
        self._runs.refresh()
        rows = min(MOST_ROWS, max(1, self._runs.rowCount()))
        frame = self.horizontalHeader().height() + self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(rows * plain_table.ROW_HEIGHT + frame)
        self.run_changed.emit()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Runs"))
        self._runs.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self.refresh()

    def _keep(self) -> None:
        self._kept = self.run.id if self.run else None

    def _restore(self) -> None:
        """The run that was looked at, else the newest."""
        index = self._runs.index(self._runs.row_of(self._kept) or 0, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
