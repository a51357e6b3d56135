"""The machines as a table: that of the queue first, then the others by name."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from render_manager.base.i18n import N_, _
from render_manager.domain.machine_view import MachineView
from render_manager.domain.machines import MachineState
from render_manager.gui import icons, text
from render_manager.gui.machines import words
from render_manager.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """Which column is where."""

    NAME = 0
    STATE = 1
    SLOTS = 2
    AT_WORK = 3
    SPEED = 4
    CPU = 5
    MEMORY = 6
    HOURS = 7
    POOLS = 8
    RENDERERS = 9


TITLES = {
    Column.NAME: (N_("Machine"), 176),
    Column.STATE: (N_("State"), 112),
    Column.SLOTS: (N_("Slots"), 64),
    Column.AT_WORK: (N_("At work on"), 360),
    Column.SPEED: (N_("Speed"), 72),
    Column.CPU: (N_("Processor"), 80),
    Column.MEMORY: (N_("Memory"), 80),
    Column.HOURS: (N_("Hours"), 128),
    Column.POOLS: (N_("Pools"), 96),
    Column.RENDERERS: (N_("Renderers"), 160),
}
"""Titles, and widths in logical pixels."""

FIGURES = (Column.SLOTS, Column.SPEED, Column.CPU, Column.MEMORY)


class MachineModel(QAbstractTableModel):
    """A row per machine. `here` is what that of the queue is, seen from this window."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._machines: list[MachineView] = []
        self.here = ""
        theme.changed.connect(self._repaint)

    @property
    def machines(self) -> list[MachineView]:
        return self._machines

    def show_machines(self, machines: list[MachineView]) -> None:
        """These, and no others; rows stay what they are while no machine comes or goes."""
        if [each.name for each in machines] == [each.name for each in self._machines]:
            self._machines = machines
            self._repaint()
            return
        self.beginResetModel()
        self._machines = machines
        self.endResetModel()

    def retranslate(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self._repaint()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._machines)

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
            case Qt.ItemDataRole.ToolTipRole if section == Column.SPEED:
                return _("How fast it renders the same tasks, beside all machines together")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._machines):
            return None
        machine, column = self._machines[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(machine, column)
            case Qt.ItemDataRole.ToolTipRole:
                return text.tip(self._tip(machine, column))
            case Qt.ItemDataRole.DecorationRole if column is Column.STATE:
                name, color = words.glyph(machine, self._theme.colors)
                return QIcon(icons.pixmap(name, color, 14, 2.0))
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(machine, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
        return None

    def _text(self, machine: MachineView, column: Column) -> str:
        match column:
            case Column.NAME:
                return words.name(machine, self.here)
            case Column.STATE:
                return words.state(machine)
            case Column.SLOTS:
                return words.slots(machine)
            case Column.AT_WORK:
                return words.at_work(machine)
            case Column.SPEED:
                return words.speed(machine)
            case Column.CPU:
                return words.percent(machine.cpu)
            case Column.MEMORY:
                return words.percent(machine.memory)
            case Column.HOURS:
                return machine.hours or text.NOTHING
            case Column.POOLS:
                return ", ".join(machine.pools) or text.NOTHING
            case Column.RENDERERS:
                return words.renderers(machine) or text.NOTHING

    def _tip(self, machine: MachineView, column: Column) -> str:
        if column is Column.NAME and machine.version:
            return _("Render Manager {version}").format(version=machine.version)
        return self._text(machine, column)

    def _color(self, machine: MachineView, column: Column) -> QColor | None:
        colors = self._theme.colors
        if machine.state in (MachineState.AWAY, MachineState.OFF, MachineState.RESTING):
            return QColor(colors.dim)
        if column is Column.AT_WORK and machine.reason:
            return QColor(colors.failed)
        return None

    def _repaint(self) -> None:
        if self._machines:
            last = self.index(len(self._machines) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if column in FIGURES else Qt.AlignmentFlag.AlignLeft
    return across | Qt.AlignmentFlag.AlignVCenter
