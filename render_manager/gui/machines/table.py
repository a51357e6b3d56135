"""The table of machines, of which some are selected."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtWidgets import QTableView, QWidget

from render_manager.base.i18n import _
from render_manager.domain.machine_view import MachineView
from render_manager.gui import plain_table
from render_manager.gui.machines.model import TITLES, MachineModel


class MachineTable(QTableView):
    """`menu_wanted` tells where on the screen. The selection stays when machines come and go."""

    menu_wanted = Signal(QPoint)

    def __init__(self, model: MachineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._machines = model
        self._kept: frozenset[str] = frozenset()
        self.setModel(model)
        plain_table.set_up(
            self, "machines", {column: width for column, (_title, width) in TITLES.items()}
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        self.customContextMenuRequested.connect(self._want_menu)

    def selected(self) -> list[MachineView]:
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self._machines.machines[row] for row in rows]

    def retranslate(self) -> None:
        self.setAccessibleName(_("Machines"))

    def _want_menu(self, at: QPoint) -> None:
        if self.selected():
            self.menu_wanted.emit(self.viewport().mapToGlobal(at))

    def _keep(self) -> None:
        self._kept = frozenset(each.name for each in self.selected())

    def _restore(self) -> None:
        flags = QItemSelectionModel.SelectionFlag
        for row, machine in enumerate(self._machines.machines):
            if machine.name in self._kept:
                index = self._machines.index(row, 0)
                self.selectionModel().select(index, flags.Select | flags.Rows)
